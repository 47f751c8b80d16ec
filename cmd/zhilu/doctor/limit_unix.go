//go:build unix

package doctor

import "syscall"

// openFiles is how many files and connections this process may have open. A server that is started
// in the same way has the same limit.
func openFiles() (uint64, bool) {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 0, false
	}
	return uint64(limit.Cur), true
}
