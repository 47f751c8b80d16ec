package load

import (
	"os"
	"time"
)

// meter reads the CPU times of processes over the time of measurement: the servers', and last
// our own.
type meter struct {
	pids    []int
	spent   []time.Duration
	answers int64
}

func newMeter(pids []int) (*meter, error) {
	m := &meter{pids: append(append([]int{}, pids...), os.Getpid())}
	_, err := m.read()
	if len(pids) == 0 && err != nil { // a system without /proc: nothing is asked of it
		m.pids, err = nil, nil
	}
	return m, err
}

func (m *meter) read() ([]time.Duration, error) {
	var list []time.Duration
	for _, pid := range m.pids {
		spent, err := CPUTime(pid)
		if err != nil {
			return nil, err
		}
		list = append(list, spent)
	}
	return list, nil
}

// measure waits for the warm-up to pass, then for the end or for the last message.
func (m *meter) measure(r *run, stop <-chan struct{}) error {
	wait := func(d time.Duration) {
		select {
		case <-time.After(d):
		case <-stop:
		}
	}
	wait(r.Warmup)
	before, err := m.read()
	if err != nil {
		return err
	}
	count := r.answered.Load()
	wait(r.end - time.Since(r.begin))
	after, err := m.read()
	if err != nil {
		return err
	}
	m.answers = r.answered.Load() - count
	for i := range after {
		m.spent = append(m.spent, after[i]-before[i])
	}
	return nil
}
