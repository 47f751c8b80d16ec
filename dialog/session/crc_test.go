package session

import "testing"

// TestSlot: the check value of the CRC, and the example of the Redis Cluster specification.
func TestSlot(t *testing.T) {
	if got := crc16("123456789"); got != 0x31C3 {
		t.Errorf("%#x", got)
	}
	if got := crc16("foo") % allSlots; got != 12182 { // CLUSTER KEYSLOT foo
		t.Errorf("slot %d", got)
	}
}
