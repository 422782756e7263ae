// Package impure breaks each rule of the fold once.
package impure

import "time"

func clock() int64 {
	time.Sleep(0)                // want `clock \(time.Sleep\) in the fold`
	return time.Now().UnixNano() // want `clock \(time.Now\) in the fold`
}

func date() int64 { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix() }

func goroutine(f func()) {
	go f() // want `goroutine in the fold`
}

func channels(c chan int) { // want `channel in the fold`
	c <- 1    // want `channel in the fold`
	<-c       // want `channel in the fold`
	select {} // want `channel in the fold`
}

func half(n int64) int64 { return int64(0.5 * float64(n)) } // want `floating point in the fold` `floating point in the fold`

func first(m map[string]int) string {
	for k := range m { // want `order of a map in the fold`
		return k
	}
	return ""
}

func keys(m map[string]int) (all []string) {
	for k := range m { //fold:sorted
		all = append(all, k)
	}
	return all
}
