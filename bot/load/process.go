package load

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of times in /proc: the kernel shows programs 100 a second on every
// architecture that Go has.
const tick = 10 * time.Millisecond

// CPUTime is the time, of user and system together, that a process of this machine has had.
func CPUTime(pid int) (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("load: process %d: no times in /proc", pid)
	}
	// The name of the program stands in brackets and may hold spaces and brackets itself. utime
	// and stime are the 12th and 13th field after it (proc_pid_stat(5)).
	fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
	var sum int64
	for _, i := range []int{11, 12} {
		if i >= len(fields) {
			return 0, fmt.Errorf("load: process %d: /proc has an unknown form", pid)
		}
		n, err := strconv.ParseInt(string(fields[i]), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("load: process %d: /proc has an unknown form", pid)
		}
		sum += n
	}
	return time.Duration(sum) * tick, nil
}

// PeakMemory is the most resident memory in KiB that a process of this machine has had, 0 when
// it cannot be read.
func PeakMemory(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(data) {
		if fields := bytes.Fields(line); len(fields) > 1 && string(fields[0]) == "VmHWM:" {
			n, _ := strconv.ParseInt(string(fields[1]), 10, 64)
			return n
		}
	}
	return 0
}
