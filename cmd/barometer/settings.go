package main

import (
	"slices"
	"strings"

	"barometer/configs"
)

// settingFlags takes the flags that are keys of the configuration (--http.listen=x, or --http.listen x) out of the
// arguments.
func settingFlags(args []string) (flags map[string]string, rest []string) {
	flags = map[string]string{}
	keys := configs.Keys()
	for i := 0; i < len(args); i++ {
		name, value, assigned := strings.Cut(strings.TrimPrefix(args[i], "--"), "=")
		known := slices.Contains(keys, name) || slices.Contains(keys, strings.TrimSuffix(name, "_file"))
		switch {
		case !strings.HasPrefix(args[i], "--") || !known:
			rest = append(rest, args[i])
		case !assigned && i+1 < len(args):
			i++
			flags[name] = args[i]
		default:
			flags[name] = value
		}
	}
	return flags, rest
}
