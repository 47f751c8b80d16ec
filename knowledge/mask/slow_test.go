package mask

import (
	"strings"
	"testing"
	"time"
)

// TestLong: what somebody types to keep the bot busy does not.
func TestLong(t *testing.T) {
	for _, s := range []string{"o", "1", "a.", "1o", "a@", "@", "一", "我叫", "张", "路1", "1号", "calle ", "one ", "1 ", "(", "a:", "://", "a-", "-1", "微信", "村", "点", "mr. ", "me llamo ", "·张", "3栋", "初1号", "street 1 ", "lu 1 hao ", " ", "1-", "l1", "阿·", "转1", "wx:", "先生", "张先生", "省1", "#", "c/1", "c/,", "calle 1,", "av.1 ", "1 a st "} {
		long := strings.Repeat(s, 16000/len(s))
		start := time.Now()
		once := Text(long)
		if d := time.Since(start); d > 4*time.Second {
			t.Errorf("%q over and over: %v", s, d)
		}
		if Text(once) != once {
			t.Errorf("%q over and over is masked differently again", s)
		}
	}
}
