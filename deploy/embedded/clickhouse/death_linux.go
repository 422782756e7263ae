package clickhouse

import "syscall"

// dieWithParent has the kernel end the child with the thread that starts it, which the supervisor therefore keeps.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
