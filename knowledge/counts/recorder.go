package counts

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// What is held in memory between two flushes, and how often one is tried.
const (
	FlushEvery   = 5 * time.Second
	flushTimeout = 3 * time.Second
	maxCells     = 10_000
	maxGroups    = 1_000
	maxUsers     = 50  // of one group; more are not needed to know that they are many
	maxTries     = 300 // of one batch: it is given up before Redis forgets whether it had it (writerTTL)
	writerTTL    = time.Hour
)

// Recorder counts turns in memory and hands the counts to Redis every few seconds, each batch
// exactly once. While Redis is out of reach it goes on counting within bounds; beyond them counts
// are lost, never replies. It is safe for any number of goroutines, and any number of recorders
// may write to one Redis.
type Recorder struct {
	rdb         redis.UniversalClient
	groups      sync.Pool // keyed hashes, ready for use
	users       sync.Pool
	writer      string
	stop        chan struct{}
	done        chan struct{}
	lost        atomic.Int64
	mu          sync.Mutex
	open        batch      // being filled
	sending     sync.Mutex // held during a flush
	seq         int64
	sent        *batch // not known to be stored
	maxMessages int    // groups kept in Redis
}

// MaxGroups is the number of groups of messages that Redis holds; beyond it the oldest go, those
// that nobody can see first.
const MaxGroups = 5_000

// tally is what was counted on one day: by the place of the kind in Kinds, then by value.
type tally [9]map[string]*int64

// batch is what is stored at once.
type batch struct {
	seq    int64
	tries  int
	cells  int // in all days
	days   map[int64]*tally
	groups map[string]*group
}

// group is a message that was not understood, as several users sent it since the last flush.
type group struct {
	lang, text string // text is masked
	day        int64
	messages   int64
	users      map[string]struct{} // keyed hashes
}

// New makes a recorder. secret keys the groups and the users in them: recorders of one Redis need
// the same one, and whoever changes it starts the groups anew. The caller closes it.
func New(rdb redis.UniversalClient, secret []byte) *Recorder {
	id := make([]byte, 12)
	rand.Read(id) // it does not fail
	r := &Recorder{rdb: rdb, writer: hex.EncodeToString(id), open: newBatch(), stop: make(chan struct{}), done: make(chan struct{}), maxMessages: MaxGroups}
	groups, users := derive(secret, "zhilu counts: groups"), derive(secret, "zhilu counts: users")
	r.groups.New = func() any { return hmac.New(sha256.New, groups) }
	r.users.New = func() any { return hmac.New(sha256.New, users) }
	go r.run()
	return r
}

func derive(secret []byte, use string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(use))
	return mac.Sum(nil)
}

func newBatch() batch { return batch{days: map[int64]*tally{}, groups: map[string]*group{}} }

func (r *Recorder) run() {
	defer close(r.done)
	ticker := time.NewTicker(FlushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-r.stop:
			return
		case <-ticker.C:
			ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
			_ = r.Flush(ctx) // what it could not store it tries again
			cancel()
		}
	}
}

// Close stores what is left and stops. It may be called once; nothing may be recorded afterwards.
func (r *Recorder) Close(ctx context.Context) error {
	close(r.stop)
	<-r.done
	return r.Flush(ctx)
}

// Lost is the number of counts that were given up since the start.
func (r *Recorder) Lost() int64 { return r.lost.Load() }

// Record counts a turn. It never waits for Redis.
func (r *Recorder) Record(t Turn) {
	day := dayOf(t.At)
	var id, user, text string
	if t.Missed && t.Text != "" && !t.Stateless {
		id, user, text = r.group(t.Text, t.User)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.open.days[day]
	if d == nil {
		d = &tally{}
		r.open.days[day] = d
	}
	if t.Crisis {
		r.add(d, atCrisis, t.Lang)
	}
	if t.Stateless {
		r.add(d, atStateless, t.Lang)
		return
	}
	r.add(d, atLanguage, t.Lang)
	r.add(d, atIntent, t.Intent)
	r.add(d, atHour, hours[(t.At.Unix()/3600+8)%24])
	if t.State != "" {
		r.add(d, atState, t.State)
	}
	if t.Situation != "" {
		r.add(d, atSituation, t.Situation)
	}
	if t.Channel != "" {
		r.add(d, atChannel, t.Channel)
	}
	if t.Missed {
		r.add(d, atMissed, t.Lang)
	}
	if id != "" {
		r.note(id, user, text, code(t.Lang), day)
	}
}

// add counts one. A value that was counted before is known to be a code.
func (r *Recorder) add(d *tally, kind int, value string) {
	n := d[kind][value]
	if n == nil {
		value = code(value)
		n = d[kind][value]
	}
	if n == nil {
		if r.open.cells >= maxCells {
			r.lost.Add(1)
			return
		}
		if d[kind] == nil {
			d[kind] = map[string]*int64{}
		}
		n = new(int64)
		d[kind][strings.Clone(value)] = n // value may be a piece of something large
		r.open.cells++
	}
	*n++
}

// note holds a masked message of a group until the next flush.
func (r *Recorder) note(id, user, text, lang string, day int64) {
	g := r.open.groups[id]
	if g == nil {
		if len(r.open.groups) >= maxGroups {
			r.lost.Add(1)
			return
		}
		g = &group{users: map[string]struct{}{}}
		r.open.groups[id] = g
	}
	g.lang, g.text, g.day = lang, text, day
	g.messages++
	if len(g.users) < maxUsers {
		g.users[user] = struct{}{}
	}
}

// keyed gives the first half of a keyed hash of the parts.
func keyed(pool *sync.Pool, parts ...string) string {
	mac := pool.Get().(hash.Hash)
	defer pool.Put(mac)
	mac.Reset()
	for _, p := range parts {
		mac.Write([]byte(p))
		mac.Write([]byte{0})
	}
	var sum [sha256.Size]byte
	return hex.EncodeToString(mac.Sum(sum[:0])[:sha256.Size/2])
}

// take gives what was counted since the last time, nil for nothing.
func (r *Recorder) take() *batch {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open.cells == 0 {
		return nil
	}
	b := r.open
	r.open = newBatch()
	r.seq++
	b.seq = r.seq
	return &b
}
