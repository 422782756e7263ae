package importer

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// lineEvery is how often progress is told where no bar can be drawn.
const lineEvery = 5 * time.Second

// Progress is a reader that shows how far it is: as a bar on a terminal, else as a line every few seconds.
type Progress struct {
	in     io.Reader
	out    io.Writer
	name   string
	size   int64
	read   int64
	told   time.Time
	drawn  *mpb.Progress
	bar    *mpb.Bar
	starts time.Time
}

// Show begins to show the progress of reading size bytes; 0 is an unknown size.
func Show(in io.Reader, out *os.File, name string, size int64) *Progress {
	now := time.Now()
	p := &Progress{in: in, out: out, name: name, size: size, told: now, starts: now}
	if info, err := out.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		p.drawn = mpb.New(mpb.WithOutput(out), mpb.WithWidth(48))
		p.bar = p.drawn.AddBar(size, mpb.PrependDecorators(decor.Name(name+" "), decor.CountersKibiByte("% .1f / % .1f")),
			mpb.AppendDecorators(decor.Percentage(), decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace)))
	}
	return p
}

// Read reads on.
func (p *Progress) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	p.read += int64(n)
	if p.bar != nil {
		p.bar.IncrBy(n)
		return n, err
	}
	if now := time.Now(); now.Sub(p.told) >= lineEvery {
		p.told = now
		of := ""
		if p.size > 0 {
			of = fmt.Sprintf(" of %d (%d %%)", p.size, p.read*100/p.size)
		}
		fmt.Fprintf(p.out, "%s: %d bytes%s read in %s\n", p.name, p.read, of, now.Sub(p.starts).Round(time.Second))
	}
	return n, err
}

// Done ends the bar.
func (p *Progress) Done() {
	if p.bar == nil {
		return
	}
	if !p.bar.Completed() {
		p.bar.Abort(false)
	}
	p.drawn.Wait()
}
