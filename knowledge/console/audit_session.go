package console

import (
	"net/netip"
	"sync"
	"time"

	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// started records who came in. Nobody is in without a record: on an error the session is ended.
func (v *visit) started(token string, who people.Person) error {
	by := versions.Actor{Login: who.Login, Role: string(who.Role), From: v.from()}
	err := v.console.store.Record(v.ctx(), by, versions.Audit{Action: "session.start", Object: who.Login})
	if err != nil {
		_ = v.console.people.SignOut(v.ctx(), token) // nobody has seen the token; it ends by itself too
	}
	return err
}

// refused records an attempt to come in that failed. What was typed as a login is named only
// when it is one: it might be a password in the wrong field.
func (v *visit) refused(typed string, err error) {
	if undone(err) != "wrong" && undone(err) != "wait" || !v.console.refusals.first(v.from(), v.console.now()) {
		return
	}
	by := versions.Actor{From: v.from()}
	if people.ValidLogin(typed) {
		if p, err := v.console.people.Person(v.ctx(), typed); err == nil {
			by.Login, by.Role = p.Login, string(p.Role)
		}
	}
	v.note(by, versions.Audit{Action: "session.refused", Object: by.Login, Result: undone(err)})
}

// oncePer says of each address at most once a minute that something happened there, so that
// nobody fills the audit by guessing. While too many addresses are known, all the others count
// as one.
type oncePer struct {
	mu   sync.Mutex
	last map[netip.Prefix]time.Time
}

const (
	refusalEvery = time.Minute
	maxRefusals  = 1000
)

// first reports whether nothing was said of the address within the last minute.
func (o *oncePer) first(address string, now time.Time) bool {
	key := around(address)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.last == nil {
		o.last = map[netip.Prefix]time.Time{}
	}
	if _, known := o.last[key]; !known && len(o.last) >= maxRefusals {
		for k, at := range o.last {
			if now.Sub(at) >= refusalEvery {
				delete(o.last, k)
			}
		}
		if len(o.last) >= maxRefusals {
			key = netip.Prefix{}
		}
	}
	if at, known := o.last[key]; known && now.Sub(at) < refusalEvery {
		return false
	}
	o.last[key] = now
	return true
}

// around is the network that one person may have: an IPv4 address, or a /64 of IPv6.
func around(address string) netip.Prefix {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	bits := 64
	if a = a.Unmap().WithZone(""); a.Is4() {
		bits = 32
	}
	p, _ := a.Prefix(bits) // the bits are those of the address
	return p
}
