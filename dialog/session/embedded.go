package session

import (
	"fmt"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// Embedded is a Redis inside this process, for trials: what it holds is gone with the
// process.
type Embedded struct {
	mini *miniredis.Miniredis
	stop chan struct{}
	done chan struct{}
}

// tick is how often the embedded server's clock is moved on.
const tick = time.Second

// StartEmbedded starts an embedded Redis on a free port of the loopback. Its clock stands
// still unless it is moved, and then nothing would ever expire, so it is moved with the
// real one. The caller closes it.
func StartEmbedded() (*Embedded, error) {
	mini := miniredis.NewMiniRedis()
	if err := mini.Start(); err != nil {
		return nil, fmt.Errorf("start embedded redis: %w", err)
	}
	e := &Embedded{mini: mini, stop: make(chan struct{}), done: make(chan struct{})}
	go e.run()
	return e, nil
}

func (e *Embedded) run() {
	defer close(e.done)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-e.stop:
			return
		case now := <-ticker.C:
			e.Pass(now.Sub(last))
			last = now
		}
	}
}

// Pass moves the clock on: what is due expires.
func (e *Embedded) Pass(d time.Duration) { e.mini.FastForward(d) }

// Client gives a client of the embedded server. The caller closes it.
func (e *Embedded) Client() *redis.Client {
	return redis.NewClient(&redis.Options{Addr: e.mini.Addr(), MaxRetries: -1})
}

// Close stops the server.
func (e *Embedded) Close() {
	close(e.stop)
	<-e.done
	e.mini.Close()
}
