//go:build !unchecked

package processor

// checked says that positions are checked. Without it, in a build for the benchmark of what exactly-once costs,
// everything is written at least once.
const checked = true
