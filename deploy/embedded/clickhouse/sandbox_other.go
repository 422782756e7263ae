//go:build !linux

package clickhouse

import "errors"

func enterSandbox(paths) error { return errors.New("this system has no Landlock") }
