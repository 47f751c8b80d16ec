// Package counts counts what the bot was asked, without anybody it could be about: per day and
// in Redis, how many turns there were in which language, about what, at which hour, and where
// they led; and which messages several people sent and nobody could answer.
//
// No count can be followed to a person, and no text is kept that fewer than three people have
// sent. Keys, all on one slot through the hash tag {kb}, each with a time to live:
//
//	kb:{kb}:n:<day>            hash    <kind>:<value> → count                          400 days
//	kb:{kb}:n:w:<writer>       string  number of the writer's last batch               1 hour
//	kb:{kb}:miss:u:<group>     HLL     keyed hashes of the users who sent the message   90 days from the last
//	kb:{kb}:miss:g:<group>     hash    lang; from the third user on also first, last, n, text, and done, by
//	kb:{kb}:miss:few, :seen    zset    group → day of its last message
//
// A group is the keyed hash of a masked message without its little words; a user is hashed
// together with the group, so that nothing shows who is in two of them. Days are those of
// Beijing. It knows nothing of WeChat, of dialogs and of what the labels mean.
package counts

import (
	"strconv"
	"time"
)

// How long things are kept.
const (
	DayTTL  = 400 * 24 * time.Hour
	MissTTL = 90 * 24 * time.Hour
)

// Crowd is the number of different users from which a message is kept and shown.
const Crowd = 3

// Kind says what a count is of.
type Kind string

// The kinds. Of each turn there is one Language, one Intent and one Hour; the others are about
// some of the turns.
const (
	Language  Kind = "lang"      // of the reply
	Intent    Kind = "intent"    // what was wanted
	Hour      Kind = "hour"      // of the day in Beijing, "00" to "23"
	State     Kind = "state"     // the state of the dialog that was reached
	Situation Kind = "situation" // the situation that was named
	Channel   Kind = "channel"   // the channel that was shown
	Crisis    Kind = "crisis"    // crisis cards, by language
	Missed    Kind = "miss"      // messages that were not understood, by language
	Stateless Kind = "stateless" // answers without a state, by language; such a turn has no other kind but Crisis
)

// Kinds are all of them, in the order in which they are shown.
var Kinds = []Kind{Language, Hour, Intent, State, Situation, Channel, Missed, Crisis, Stateless}

// The places of the kinds in Kinds.
const (
	atLanguage = iota
	atHour
	atIntent
	atState
	atSituation
	atChannel
	atMissed
	atCrisis
	atStateless
)

// Turn is one turn to be counted: coded values, and of a message that was not understood its words.
type Turn struct {
	At        time.Time
	Lang      string
	Intent    string
	State     string // "" when none was reached
	Situation string
	Channel   string
	Crisis    bool
	Missed    bool
	Stateless bool
	// User tells one user from another, and Text is what was typed; both only of a message that was
	// not understood and whose words may be kept. Neither is held as it is.
	User, Text string
}

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// dayOf numbers the days of Beijing from 1970 on.
func dayOf(t time.Time) int64 { return (t.Unix() + 8*60*60) / (24 * 60 * 60) }

// dayStart is the first moment of a day.
func dayStart(day int64) time.Time { return time.Unix(day*24*60*60-8*60*60, 0).In(beijing) }

const (
	prefix  = "kb:{kb}:"
	fewKey  = prefix + "miss:few"
	seenKey = prefix + "miss:seen"
)

func dayKey(day int64) string        { return prefix + "n:" + dayStart(day).Format(time.DateOnly) }
func writerKey(writer string) string { return prefix + "n:w:" + writer }
func usersKey(group string) string   { return prefix + "miss:u:" + group }
func groupKey(group string) string   { return prefix + "miss:g:" + group }

// hours are the values of Hour.
var hours = func() (h [24]string) {
	for i := range h {
		h[i] = strconv.Itoa(100 + i)[1:]
	}
	return h
}()

// unknown stands for a value that is no code: nothing that was typed gets into a count.
const unknown = "other"

// code gives s if it may be a label, a language or an id.
func code(s string) string {
	if s == "" || len(s) > 64 {
		return unknown
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return unknown
		}
	}
	return s
}
