package doctor

import (
	"io/fs"
	"strconv"
	"strings"
)

// roomOf notes how much memory the process may use and how much is free, as far as the files of a
// Linux system under root say; elsewhere nothing.
func (n *notes) roomOf(root fs.FS) {
	const mib = 1 << 20
	data, err := fs.ReadFile(root, "proc/meminfo")
	if err != nil {
		return
	}
	m := parseInfo(string(data))
	kib := func(name string) int64 {
		v, _ := firstNumber(m[name])
		return v << 10
	}
	most, free := kib("MemTotal"), kib("MemAvailable")
	if data, err := fs.ReadFile(root, "sys/fs/cgroup/memory.max"); err == nil { // of a container
		if limit, ok := firstNumber(strings.TrimSpace(string(data))); ok && limit < most {
			most = limit
			if used, err := fs.ReadFile(root, "sys/fs/cgroup/memory.current"); err == nil {
				if v, ok := firstNumber(string(used)); ok {
					free = min(free, limit-v)
				}
			}
		}
	}
	switch {
	case most == 0:
	case most < fewMemory*mib || free < leftMemory*mib:
		n.add("machine-memory-low", "most", most/mib, "free", free/mib, "least", fewMemory)
	default:
		n.add("machine-memory", "most", most/mib, "free", free/mib)
	}
}

// firstNumber reads a number of bytes at the head of a text; ok is false for "max" and the like.
func firstNumber(text string) (int64, bool) {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	v, err := strconv.ParseInt(word, 10, 64)
	return v, err == nil
}
