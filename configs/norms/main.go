// Norms works out what is usual in each country, mean and deviation over ten years, from yearly figures of the World
// Bank, and prints it as the norms of a model file's indicators.
//
//	go run ./configs/norms world_bank.csv
//
// The file has a header with country_id (ISO 3166-1 alpha-2), year, gdp_growth, inflation and unemployment_rate, in per
// cent. A country with fewer than eight of the ten figures has no norm of its own; "*" is the median country's.
// Deviations are those of a sample, at least half a point, so that a figure that hardly ever moves does not shake a
// score.
package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
)

const (
	firstYear, lastYear = 2014, 2023
	fewest              = 8   // figures of a country
	leastDeviation      = 0.5 // points
	inflationTarget     = 2
)

// indicators are the model's, in its order, each with what it takes of a country's year and the year before.
var indicators = []struct {
	name string
	of   func(now, before year) (float64, bool)
}{
	{"gdp_growth", func(now, _ year) (float64, bool) { return now.value("gdp_growth") }},
	{"unemployment_change", func(now, before year) (float64, bool) {
		a, ok := now.value("unemployment_rate")
		b, was := before.value("unemployment_rate")
		return a - b, ok && was
	}},
	{"inflation_gap", func(now, _ year) (float64, bool) {
		x, ok := now.value("inflation")
		return x - inflationTarget, ok
	}},
}

// year is the figures of a country and year, by column.
type year map[string]string

func (y year) value(column string) (float64, bool) {
	x, err := strconv.ParseFloat(y[column], 64)
	return x, err == nil
}

type norm struct{ mean, deviation float64 }

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("norms: want a file of the World Bank's yearly figures")
	}
	in, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal("norms: ", err)
	}
	defer in.Close()
	years, err := read(in)
	if err != nil {
		log.Fatalf("norms: %s: %v", os.Args[1], err)
	}
	for _, i := range indicators {
		fmt.Printf("%s:\n%s", i.name, print(normsOf(years, i.of)))
	}
}

var alpha2 = regexp.MustCompile(`^[A-Z]{2}$`)

// read reads the figures by country and year. JG, the World Bank's code for the Channel Islands, is none of ISO 3166.
func read(in io.Reader) (map[string]map[int]year, error) {
	rows := csv.NewReader(in)
	header, err := rows.Read()
	if err != nil {
		return nil, err
	}
	years := map[string]map[int]year{}
	for {
		fields, err := rows.Read()
		if err == io.EOF {
			return years, nil
		}
		if err != nil {
			return nil, err
		}
		y := year{}
		for i, name := range header {
			y[name] = fields[i]
		}
		country := strings.ToUpper(y["country_id"])
		n, err := strconv.Atoi(y["year"])
		if err != nil || !alpha2.MatchString(country) {
			line, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("line %d: country %q, year %q", line, country, y["year"])
		}
		if country == "JG" {
			continue
		}
		if years[country] == nil {
			years[country] = map[int]year{}
		}
		years[country][n] = y
	}
}

func normsOf(years map[string]map[int]year, of func(now, before year) (float64, bool)) map[string]norm {
	norms := map[string]norm{}
	var means, deviations []float64
	for country, by := range years {
		var figures []float64
		for n := firstYear; n <= lastYear; n++ {
			if x, ok := of(by[n], by[n-1]); ok {
				figures = append(figures, x)
			}
		}
		if len(figures) < fewest {
			continue
		}
		mean, deviation := stat.MeanStdDev(figures, nil)
		deviation = max(deviation, leastDeviation)
		norms[country] = norm{mean, deviation}
		means, deviations = append(means, mean), append(deviations, deviation)
	}
	if len(norms) > 0 {
		norms["*"] = norm{median(means), median(deviations)}
	}
	return norms
}

func median(x []float64) float64 {
	slices.Sort(x)
	return stat.Quantile(0.5, stat.Empirical, x, nil)
}

// perLine is how many countries stand on a line.
const perLine = 3

func print(norms map[string]norm) string {
	var entries []string
	for _, country := range slices.Sorted(maps.Keys(norms)) {
		entry := fmt.Sprintf("%q: {mean: %.1f, deviation: %.1f}", country, norms[country].mean, norms[country].deviation)
		entries = append(entries, strings.Replace(entry, "mean: -0.0,", "mean: 0.0,", 1))
	}
	var b strings.Builder
	for line := range slices.Chunk(entries, perLine) {
		fmt.Fprintf(&b, "        %s,\n", strings.Join(line, ", "))
	}
	return b.String()
}
