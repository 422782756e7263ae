//go:build !linux

package clickhouse

import "errors"

func enterSandbox(paths) error { return errors.New("this system has no Landlock") }

// startAgain does nothing: there is nothing that a new start would keep.
func startAgain() error { return nil }
