//go:build unchecked

package processor

const checked = false
