package console

import (
	"crypto/rand"
	"sync"
	"time"
)

// uploads keeps sheets between their preview and the moment they are applied, when they are too
// large to travel in the page. They lie in the memory of this instance alone, for a quarter of
// an hour, each for the session that brought it: when one is gone, the person uploads it again.
type uploads struct {
	mu   sync.Mutex
	held map[string]heldSheet
	size int
}

// heldSheet is one file that somebody uploaded.
type heldSheet struct {
	session, name string
	data          []byte
	at            time.Time
}

const (
	uploadLife  = 15 * time.Minute
	uploadCount = 30
	uploadOwn   = 3 // of one session
	uploadBytes = 60 << 20
)

// keep gives the id under which a file is found again. The oldest make room.
func (u *uploads) keep(f heldSheet) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.held == nil {
		u.held = map[string]heldSheet{}
	}
	for id, old := range u.held {
		if f.at.Sub(old.at) > uploadLife {
			u.drop(id)
		}
	}
	for u.count(f.session) >= uploadOwn {
		u.drop(u.oldest(f.session))
	}
	for len(u.held) > 0 && (len(u.held) >= uploadCount || u.size+len(f.data) > uploadBytes) {
		u.drop(u.oldest(""))
	}
	id := rand.Text()
	u.held[id] = f
	u.size += len(f.data)
	return id
}

// find gives a file to the session that brought it.
func (u *uploads) find(id, session string, now time.Time) (heldSheet, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f, ok := u.held[id]
	return f, ok && f.session == session && now.Sub(f.at) <= uploadLife
}

func (u *uploads) drop(id string) {
	u.size -= len(u.held[id].data)
	delete(u.held, id)
}

func (u *uploads) count(session string) (n int) {
	for _, f := range u.held {
		if f.session == session {
			n++
		}
	}
	return n
}

// oldest is the id of the oldest file of a session, "" for any.
func (u *uploads) oldest(session string) (id string) {
	for i, f := range u.held {
		if (session == "" || f.session == session) && (id == "" || f.at.Before(u.held[id].at)) {
			id = i
		}
	}
	return id
}
