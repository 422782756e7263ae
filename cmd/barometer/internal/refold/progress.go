package refold

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// lineEvery is how often progress is told where no bar can be drawn.
const lineEvery = 5 * time.Second

// Progress is told how many of so many records are folded.
type Progress func(done, of int64)

// Show shows progress: as a bar on a terminal, else as a line every few seconds. progress is safe for concurrent use;
// end takes the bar away.
func Show(out *os.File) (progress Progress, end func()) {
	if info, err := out.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		var mu sync.Mutex
		told := time.Now()
		return func(done, of int64) {
			mu.Lock()
			defer mu.Unlock()
			if time.Since(told) > lineEvery {
				told = time.Now()
				fmt.Fprintf(out, "%d of %d records folded and compared\n", done, of)
			}
		}, func() {}
	}
	drawn := mpb.New(mpb.WithOutput(out), mpb.WithWidth(48))
	bar := drawn.AddBar(0, mpb.PrependDecorators(decor.Name("records "), decor.CountersNoUnit("%d / %d")),
		mpb.AppendDecorators(decor.Percentage(), decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace)))
	return func(done, of int64) { bar.SetTotal(of, false); bar.SetCurrent(done) }, func() {
		bar.SetTotal(-1, true)
		drawn.Wait()
	}
}
