package evaluate

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/go-analyze/charts"
)

//go:embed page.tmpl
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"percent":  func(x float64) string { return fmt.Sprintf("%.2f", 100*x) },
	"optional": optional,
	"hundred":  percent,
	"share":    share,
}).Parse(pageText))

// WritePage writes the figures as one page of HTML with its plots in it: it needs nothing from elsewhere.
func (f *Figures) WritePage(w io.Writer, title string) error {
	var plots []template.HTML
	for _, plot := range []func() ([]byte, error){f.curve, f.calibration, f.distribution} {
		svg, err := plot()
		if err != nil {
			return fmt.Errorf("plot: %w", err)
		}
		plots = append(plots, template.HTML(svg)) // the library escapes what it writes; a test holds it to that
	}
	return page.Execute(w, map[string]any{"Title": title, "F": f, "Plots": plots})
}

func painter() *charts.Painter {
	return charts.NewPainter(charts.PainterOptions{Width: 560, Height: 400, OutputFormat: charts.ChartOutputSVG})
}

// curve plots of each ranking the share of the bad found by the share of the others that stand before them (ROC).
func (f *Figures) curve() ([]byte, error) {
	const steps = 100
	var series [][]float64
	var names, labels []string
	for _, r := range f.Rankings {
		if r.share == nil {
			continue
		}
		at, points := 0, make([]float64, steps+1)
		for i := range points {
			x := float64(i) / steps
			for at+1 < len(r.share) && r.share[at+1] <= x {
				at++
			}
			points[i] = r.found[at]
			if at+1 < len(r.share) && r.share[at+1] > r.share[at] {
				points[i] += (r.found[at+1] - r.found[at]) * (x - r.share[at]) / (r.share[at+1] - r.share[at])
			}
			points[i] *= 100
		}
		series, names = append(series, points), append(names, fmt.Sprintf("%s %.3f", r.Name, r.AUC))
	}
	chance := make([]float64, steps+1)
	for i := range chance {
		chance[i] = float64(i)
		labels = append(labels, fmt.Sprint(i))
	}
	o := charts.NewLineChartOptionWithData(append(series, chance))
	o.Title.Text = "Bad ones found (%) by others before them (%)"
	o.Legend.SeriesNames = append(names, "chance 0.500")
	o.Legend.Offset = charts.OffsetStr{Left: charts.PositionRight, Top: "250"}
	o.Legend.Vertical = charts.Ptr(true)
	o.Symbol.Shape = charts.SymbolNone
	o.XAxis.Labels, o.XAxis.LabelCount = labels, 11
	o.XAxis.BoundaryGap = charts.Ptr(false)
	o.YAxis = []charts.YAxisOption{{Min: charts.Ptr(0.0), Max: charts.Ptr(100.0), LabelCount: 11}}
	return render(func(p *charts.Painter) error { return p.LineChart(o) })
}

func render(draw func(p *charts.Painter) error) ([]byte, error) {
	p := painter()
	if err := draw(p); err != nil {
		return nil, err
	}
	return p.Bytes()
}

// calibration plots observed and expected shares by grade.
func (f *Figures) calibration() ([]byte, error) {
	return f.bars("Bad ones by grade (%)", []string{"observed", "expected"},
		func(g Grade) []float64 { return []float64{100 * g.Observed, 100 * g.Expected} })
}

// distribution plots where the bad and the others stand.
func (f *Figures) distribution() ([]byte, error) {
	return f.bars("Rows by grade (% of the bad, of the others)", []string{"bad", "others"}, func(g Grade) []float64 {
		return []float64{100 * share(g.Bad, f.Bad), 100 * share(g.N-g.Bad, f.Rows-f.Bad)}
	})
}

func (f *Figures) bars(title string, names []string, of func(g Grade) []float64) ([]byte, error) {
	series := make([][]float64, len(names))
	var labels []string
	for _, g := range f.Grades {
		for i, v := range of(g) {
			series[i] = append(series[i], v)
		}
		labels = append(labels, g.Name())
	}
	o := charts.NewBarChartOptionWithData(series)
	o.Title.Text = title
	o.Legend.SeriesNames, o.CategoryAxis.Labels = names, labels
	o.Legend.Offset = charts.OffsetStr{Left: charts.PositionRight, Top: "30"}
	return render(func(p *charts.Painter) error { return p.BarChart(o) })
}
