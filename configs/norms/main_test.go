package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestNorms: mean and deviation of ten years, a country with too few figures, the median country, and the least
// deviation.
func TestNorms(t *testing.T) {
	var in strings.Builder
	in.WriteString("country_name,country_id,year,inflation,unemployment_rate,gdp_growth\n")
	for y := 2010; y <= 2025; y++ {
		fmt.Fprintf(&in, "A,aa,%d,2,5,%d\n", y, y%2*2)  // 0 and 2 in turns
		fmt.Fprintf(&in, "B,bb,%d,12,%d,7\n", y, 5+y%2) // hardly moves
		fmt.Fprintf(&in, "C,cc,%d,3,5,%s\n", y, map[bool]string{true: "1"}[y > 2018])
		fmt.Fprintf(&in, "Channel Islands,jg,%d,3,5,9\n", y)
	}
	years, err := read(strings.NewReader(in.String()))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"gdp_growth":          `        "*": {mean: 1.0, deviation: 0.5}, "AA": {mean: 1.0, deviation: 1.1}, "BB": {mean: 7.0, deviation: 0.5},` + "\n",
		"unemployment_change": `        "*": {mean: 0.0, deviation: 0.5}, "AA": {mean: 0.0, deviation: 0.5}, "BB": {mean: 0.0, deviation: 1.1},` + "\n" + `        "CC": {mean: 0.0, deviation: 0.5},` + "\n",
		"inflation_gap":       `        "*": {mean: 1.0, deviation: 0.5}, "AA": {mean: 0.0, deviation: 0.5}, "BB": {mean: 10.0, deviation: 0.5},` + "\n" + `        "CC": {mean: 1.0, deviation: 0.5},` + "\n",
	}
	for _, i := range indicators {
		if got := print(normsOf(years, i.of)); got != want[i.name] {
			t.Errorf("%s:\n%swant\n%s", i.name, got, want[i.name])
		}
	}
	for _, bad := range []string{"", "country_id,year\nXYZ,2020\n", "country_id,year\nNL,soon\n"} {
		if _, err := read(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is no error", bad)
		}
	}
}
