package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"
)

// replication looks at the replicas of a server, when there are any or there should be.
func (s Setup) replication(ctx context.Context, n *notes, c *redis.Client, i info) {
	const lag = 10 // seconds
	if i["role"] == "slave" {
		n.add("redis-replica-address")
		return
	}
	replicas := i.number("connected_slaves")
	if replicas == 0 {
		switch s.RedisMode {
		case "sentinel":
			n.add("sentinel-lone")
		case "cluster":
			n.add("cluster-lone")
		}
		return
	}
	sound := true
	for k := range replicas {
		r := slave(i[fmt.Sprintf("slave%d", k)])
		if r["state"] != "online" || r.number("lag") > lag {
			n.add("redis-replica-behind", "address", r["ip"]+":"+r["port"])
			sound = false
		}
	}
	if least, ok := n.setting(ctx, c, "min-replicas-to-write"); ok && least == "0" {
		n.add("redis-min-replicas", "replicas", replicas)
		sound = false
	}
	if sound {
		n.add("redis-replicas", "replicas", replicas)
	}
}

// slave reads a line of INFO such as ip=10.0.0.2,port=6379,state=online,offset=14,lag=0.
func slave(line string) info {
	fields := info{}
	for part := range strings.SplitSeq(line, ",") {
		if name, value, ok := strings.Cut(part, "="); ok {
			fields[name] = value
		}
	}
	return fields
}

// slots is how many there are; each must have a server.
const slots = 16384

// cluster looks at the cluster as a whole.
func (s Setup) cluster(ctx context.Context, n *notes, masters []*redis.Client) {
	ctx, cancel := step(ctx)
	defer cancel()
	text, err := s.Redis.ClusterInfo(ctx).Result()
	if err != nil {
		n.hidden(err, "CLUSTER INFO")
		return
	}
	i := parseInfo(text)
	covered := i.number("cluster_slots_ok")
	switch {
	case covered < slots:
		n.add("cluster-slots", "missing", slots-covered)
	case i["cluster_state"] != "ok":
		n.add("cluster-state")
	default:
		n.add("cluster-ok", "masters", len(masters))
	}
}

// enough sentinels to agree when one of them is lost.
const enough = 3

// sentinels asks each of them whether it knows the master and could replace it, and reports whether
// any does know it.
func (s Setup) sentinels(ctx context.Context, n *notes) bool {
	ctx, cancel := step(ctx)
	defer cancel()
	answered, sound := 0, true
	for _, addr := range slices.Sorted(maps.Keys(s.Sentinels)) {
		n.node = addr
		c := s.Sentinels[addr]
		if err := c.GetMasterAddrByName(ctx, s.RedisMaster).Err(); err != nil {
			sound = false
			n.sentinelFault(err, s.RedisMaster)
			continue
		}
		answered++
		if err := c.CkQuorum(ctx, s.RedisMaster).Err(); err != nil {
			sound = false
			n.sentinelFault(err, s.RedisMaster)
		}
	}
	n.node = ""
	if len(s.Sentinels) < enough {
		n.add("sentinel-few", "sentinels", len(s.Sentinels))
	}
	if sound && answered > 0 {
		n.add("sentinel-ok", "sentinels", answered, "master", s.RedisMaster)
	}
	return answered > 0
}

func (n *notes) sentinelFault(err error, master string) {
	switch text := err.Error(); {
	case err == redis.Nil:
		n.add("sentinel-unknown", "master", master)
	case strings.HasPrefix(text, "NOQUORUM"), strings.HasPrefix(text, "NOGOODSLAVE"):
		n.add("sentinel-quorum", "master", master)
	case strings.HasPrefix(text, "ERR unknown command"):
		n.add("sentinel-not")
	case networkFault(err) != "":
		n.add("sentinel-unreachable")
	default:
		n.redisFault(err)
	}
}
