package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
)

// Set by the linker, as the Makefile does; else what Go itself knows of the build counts.
var version, commit string

// built is the version and the commit of this binary, each "unknown" where nobody said.
func built() (v, c string) {
	v, c = version, commit
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "(devel)" {
			v = cmp.Or(v, info.Main.Version)
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				c = cmp.Or(c, s.Value)
			}
		}
	}
	return cmp.Or(v, "unknown"), cmp.Or(c, "unknown")
}

type versionCommand struct{}

// Run prints the version of this binary.
func (c *versionCommand) Run(*invocation) error {
	fmt.Println(versionText())
	return nil
}

func versionText() string {
	v, commit := built()
	return fmt.Sprintf("barometer %s, commit %s, %s %s/%s", v, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// buildInfo is the version as a metric.
func buildInfo() prometheus.Collector {
	v, commit := built()
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "barometer_build_info",
		Help:        "1, with the version of this binary.",
		ConstLabels: prometheus.Labels{"version": v, "commit": commit, "goversion": runtime.Version()}})
	g.Set(1)
	return g
}
