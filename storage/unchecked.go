//go:build unchecked

package storage

const checked = false
