//go:build !linux

package clickhouse

import "syscall"

// dieWithParent leaves the end to the pipe: the child serves until its standard input closes.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
