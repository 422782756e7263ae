package clickhouse

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	readFiles = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	runFiles  = readFiles | unix.LANDLOCK_ACCESS_FS_EXECUTE
	// allFiles are the rights that the first version of Landlock knows.
	allFiles = 1<<13 - 1
)

// enterSandbox confines the calling thread and what it starts; on an error nothing, or too little, does.
//
// The engine reads shared libraries, time zones and facts about the machine; it writes in its own two directories. It
// makes no TCP connection and listens nowhere: its socket is the parent's.
func enterSandbox(p paths) error {
	abi, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return fmt.Errorf("ask for Landlock: %w", errno)
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this binary: %w", err)
	}
	handled := rulesetFor(int(abi))
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&handled)),
		unsafe.Sizeof(handled), 0)
	if errno != 0 {
		return fmt.Errorf("make a Landlock ruleset: %w", errno)
	}
	defer unix.Close(int(fd))
	var errs []error
	for path, access := range map[string]uint64{
		p.Work: handled.fs &^ unix.LANDLOCK_ACCESS_FS_EXECUTE, p.Store: handled.fs &^ unix.LANDLOCK_ACCESS_FS_EXECUTE,
		p.Library: runFiles, self: runFiles,
		"/lib": runFiles, "/lib64": runFiles, "/usr/lib": runFiles, "/usr/lib64": runFiles, "/etc/ld.so.cache": readFiles,
		"/usr/share/zoneinfo": readFiles, "/etc/localtime": readFiles, "/etc/timezone": readFiles,
		"/proc/self": readFiles, "/proc/meminfo": readFiles, "/proc/cpuinfo": readFiles, "/proc/stat": readFiles,
		"/sys/devices/system": readFiles, "/sys/fs/cgroup": readFiles,
		"/dev/null": readFiles | unix.LANDLOCK_ACCESS_FS_WRITE_FILE, "/dev/urandom": readFiles,
	} {
		errs = append(errs, allow(int(fd), path, access))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up new privileges: %w", err)
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0); errno != 0 {
		return fmt.Errorf("enter the sandbox: %w", errno)
	}
	return nil
}

// engineNice is how far the engine stands back where processors are short: history can wait for a moment, decisions
// cannot.
const engineNice = 10

// startAgain has this program start anew in its process, standing back: sandbox and priority are the calling thread's,
// and an exec leaves that one alone. It returns only an error.
func startAgain() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this binary: %w", err)
	}
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, engineNice); err != nil {
		return fmt.Errorf("stand back: %w", err)
	}
	return syscall.Exec(self, os.Args, append(os.Environ(), againEnv+"=1"))
}

// ruleset is the kernel's landlock_ruleset_attr; older kernels accept the zeroes they do not know.
type ruleset struct{ fs, net, scoped uint64 }

// rulesetFor denies what a version of Landlock can deny.
func rulesetFor(abi int) ruleset {
	r := ruleset{fs: allFiles}
	if abi >= 2 {
		r.fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		r.fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 4 {
		r.net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 6 {
		r.scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return r
}

// allow opens a path in a ruleset; a path that this machine does not have needs no opening.
func allow(ruleset int, path string, access uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open %s for the sandbox: %w", path, err)
	}
	defer unix.Close(fd)
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return fmt.Errorf("look at %s for the sandbox: %w", path, err)
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFDIR { // the rights of a directory are refused on files
		access &= unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_READ_FILE
	}
	// The kernel's struct is packed: 8 bytes of rights, 4 of the file descriptor.
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(fd)}
	if _, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&rule)), 0, 0, 0); errno != 0 {
		return fmt.Errorf("open %s in the sandbox: %w", path, errno)
	}
	return nil
}
