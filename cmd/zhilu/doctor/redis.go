package doctor

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// redis examines the servers: whether they answer and may be written to, keep what they are told
// through a crash, have room, and agree with this machine on the time (reliability-design §2).
func (s Setup) redis(ctx context.Context, n *notes, down error) {
	switch {
	case s.Redis != nil:
	case s.RedisMode == "embedded" && s.Trial:
		n.add("redis-embedded-trial")
		return
	case s.RedisMode == "embedded":
		n.add("redis-embedded")
		return
	default:
		n.add("redis-unset")
		return
	}
	if s.RedisMode == "sentinel" && !s.sentinels(ctx, n) {
		n.add("sentinel-none")
		return
	}
	if down != nil {
		n.redisFault(down)
		return
	}
	s.write(ctx, n)
	nodes, err := s.nodes(ctx)
	if err != nil {
		n.redisFault(err)
		return
	}
	if s.RedisMode == "cluster" {
		s.cluster(ctx, n, nodes)
	}
	for _, node := range nodes {
		n.node = ""
		if len(nodes) > 1 {
			n.node = node.Options().Addr
		}
		s.node(ctx, n, node)
	}
	n.node = ""
}

// nodes are the servers that take writes, in the order of their addresses.
func (s Setup) nodes(ctx context.Context) ([]*redis.Client, error) {
	switch rdb := s.Redis.(type) {
	case *redis.Client:
		return []*redis.Client{rdb}, nil
	case *redis.ClusterClient:
		ctx, cancel := step(ctx)
		defer cancel()
		var mu sync.Mutex
		var list []*redis.Client
		err := rdb.ForEachMaster(ctx, func(_ context.Context, c *redis.Client) error {
			mu.Lock()
			defer mu.Unlock()
			list = append(list, c)
			return nil
		})
		slices.SortFunc(list, func(a, b *redis.Client) int { return cmp.Compare(a.Options().Addr, b.Options().Addr) })
		return list, err
	}
	return nil, fmt.Errorf("a client of an unknown kind: %T", s.Redis)
}

// probeKey is what probe writes, for a second.
const probeKey = "wx:doctor:{doctor}:probe"

// probe writes as a turn does: by a script, to a key of the form that access rules are made for.
var probe = redis.NewScript(`return redis.call('SET', KEYS[1], '1', 'PX', 1000)`)

func (s Setup) write(ctx context.Context, n *notes) {
	ctx, cancel := step(ctx)
	defer cancel()
	if err := probe.Eval(ctx, s.Redis, []string{probeKey}).Err(); err != nil {
		n.redisFault(err)
		return
	}
	n.add("redis-write")
}

// info is what INFO says, by field.
type info map[string]string

func parseInfo(text string) info {
	fields := info{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			fields[name] = value
		}
	}
	return fields
}

func (i info) number(name string) int64 {
	n, _ := strconv.ParseInt(i[name], 10, 64) // 0 for what is not there
	return n
}

// node examines one server.
func (s Setup) node(ctx context.Context, n *notes, c *redis.Client) {
	s.clock(ctx, n, c)
	ctx, cancel := step(ctx)
	defer cancel()
	text, err := c.Info(ctx).Result()
	if err != nil {
		n.hidden(err, "INFO")
		return
	}
	i := parseInfo(text)
	if s.RedisMode != "cluster" && i["cluster_enabled"] == "1" {
		n.add("redis-is-cluster")
	}
	n.version(i)
	n.persistence(ctx, c, i)
	n.memory(i)
	s.replication(ctx, n, c, i)
}

// hidden notes what a managed service does not show; other errors are faults.
func (n *notes) hidden(err error, what string) {
	if text := err.Error(); strings.HasPrefix(text, "ERR unknown command") || strings.HasPrefix(text, "NOPERM") ||
		strings.HasPrefix(text, "ERR unknown subcommand") || strings.Contains(text, "not allowed") || strings.Contains(text, "disabled") {
		n.add("redis-hidden", "what", what)
		return
	}
	n.redisFault(err)
}

// oldest is the first version that still gets corrections of its makers in 2026, or did lately.
const oldest = "6.2"

func (n *notes) version(i info) {
	v := i["redis_version"]
	switch {
	case v == "":
		n.add("redis-hidden", "what", "redis_version")
	case before(v, oldest):
		n.add("redis-old", "version", v)
	default:
		n.add("redis-version", "version", v)
	}
}

// before compares versions by their first two numbers.
func before(a, b string) bool {
	return slices.Compare(numbers(a), numbers(b)) < 0
}

func numbers(v string) []int {
	list := make([]int, 2)
	for i, part := range strings.SplitN(v, ".", 3) {
		if i < 2 {
			list[i], _ = strconv.Atoi(part)
		}
	}
	return list
}

// setting reads a setting; ok is false, with a note, when the server does not show it.
func (n *notes) setting(ctx context.Context, c *redis.Client, name string) (value string, ok bool) {
	m, err := c.ConfigGet(ctx, name).Result()
	if err != nil {
		n.hidden(err, name)
		return "", false
	}
	value, ok = m[name]
	if !ok {
		n.add("redis-hidden", "what", name)
	}
	return value, ok
}

// persistence: with snapshots alone half of what was acknowledged was lost in a crash.
func (n *notes) persistence(ctx context.Context, c *redis.Client, i info) {
	switch i["aof_enabled"] {
	case "":
		n.add("redis-hidden", "what", "appendonly")
		return
	case "0":
		n.add("redis-aof-off")
		return
	}
	if i["aof_last_write_status"] == "err" || i["aof_last_bgrewrite_status"] == "err" {
		n.add("redis-aof-failing")
		return
	}
	fsync, ok := n.setting(ctx, c, "appendfsync")
	switch {
	case !ok:
	case fsync == "no":
		n.add("redis-fsync-no")
	default:
		n.add("redis-aof-on", "fsync", fsync)
	}
}

// memory: an eviction takes sessions away without a word, and releases too.
func (n *notes) memory(i info) {
	const mib, much = 1 << 20, 0.8
	policy, seen := i["maxmemory_policy"]
	used, most := i.number("used_memory"), i.number("maxmemory")
	switch {
	case !seen:
		n.add("redis-hidden", "what", "maxmemory-policy")
	case policy != "noeviction":
		n.add("redis-policy", "policy", policy)
	}
	switch {
	case most == 0 && seen:
		n.add("redis-memory-free", "used", used/mib)
	case most > 0 && float64(used) > much*float64(most):
		n.add("redis-memory-low", "used", used/mib, "most", most/mib)
	case most > 0:
		n.add("redis-memory", "used", used/mib, "most", most/mib)
	}
}

// Round trips: a turn gives up on an answer after 300 ms and needs two of them.
const (
	slowTrip, tooSlowTrip = 50 * time.Millisecond, 250 * time.Millisecond
	clockOff, clockFar    = 5 * time.Second, time.Minute
)

// clock measures round trips and compares the clocks.
func (s Setup) clock(ctx context.Context, n *notes, c *redis.Client) {
	ctx, cancel := step(ctx)
	defer cancel()
	const rounds = 7
	var trips []time.Duration
	var skew time.Duration
	for range rounds {
		sent, began := s.Now(), time.Now()
		at, err := c.Time(ctx).Result()
		if err != nil {
			n.hidden(err, "TIME")
			return
		}
		trip := time.Since(began)
		if len(trips) == 0 || trip < slices.Min(trips) { // the quickest answer says best when it was given
			skew = at.Sub(sent.Add(trip / 2))
		}
		trips = append(trips, trip)
	}
	slices.Sort(trips)
	switch median := trips[rounds/2]; {
	case median > tooSlowTrip:
		n.add("redis-too-slow", "ms", millis(median))
	case median > slowTrip:
		n.add("redis-slow", "ms", millis(median))
	default:
		n.add("redis-trip", "ms", millis(median))
	}
	seconds := fmt.Sprintf("%.0f", skew.Abs().Seconds())
	switch {
	case skew.Abs() > clockFar:
		n.add("redis-clock-far", "seconds", seconds)
	case skew.Abs() > clockOff:
		n.add("redis-clock-off", "seconds", seconds)
	default:
		n.add("redis-clock")
	}
}

func millis(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64)
}
