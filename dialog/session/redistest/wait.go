package redistest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
	"time"
)

// until polls a condition; the test fails with why() when it does not hold in time.
func until(t testing.TB, limit time.Duration, holds func() bool, why func() string) {
	t.Helper()
	for end := time.Now().Add(limit); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", limit, why())
		}
	}
}

// Ports below those that systems give to outgoing connections (32768 on Linux, 49152
// elsewhere): a connection of somebody else cannot take one while its server is down, and
// dialing a closed one cannot meet itself.
const firstPort, lastPort = 12000, 32000

// FreePort gives a port of the loopback that nobody uses at the moment, and that stays free
// of outgoing connections while its server is down.
func FreePort(t testing.TB) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(firstPort + rand.IntN(lastPort-firstPort))
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return ""
}
