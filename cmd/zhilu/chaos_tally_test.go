package main

import (
	"fmt"
	"io"
	"sync"
	"text/tabwriter"
	"time"

	"zhilu/bot"
	"zhilu/bot/simulator"
)

// The bars of answers in time (reliability-design §1). What the turn itself may take does not
// grow on a busy machine; the rest does.
const (
	lateAfter  = 1500 * time.Millisecond
	neverAfter = 4500 * time.Millisecond
	restAfter  = lateAfter - bot.TurnBudget
)

// tally counts what one scenario showed.
type tally struct {
	mu   sync.Mutex
	pace float64 // how busy the machine is

	messages, attempts   int
	invalid              int // answers that are no valid XML, "success" or empty, or not 200
	failed               int // attempts without an answer that the driver did not abandon
	late, tooLate        int // answers after 1.5 s and 4.5 s
	slowest              time.Duration
	double, undone       int // effects that happened twice; that were shown and are gone
	wrong                int // answers that nothing explains
	lost                 int // messages of which the user sees no reply
	differ               int // messages whose copies got different answers from a place
	mixed                int // messages of which some copies were answered without a place, and some from one
	stateful, stateless  int
	blind                int // answers from a place that could not have shown an effect too many or too few
	crisis, crisisMissed int
	descriptors          int // the most that an instance had more than before
	firstBack, allBack   time.Duration
	notBack              int      // users who never got their place again
	faults               []string // the first of them in words
}

// note keeps a fault for the log of the test.
func (y *tally) note(format string, args ...any) {
	const most = 12
	if len(y.faults) < most {
		y.faults = append(y.faults, fmt.Sprintf(format, args...))
	}
}

// delivery counts one message and gives the distinct texts that answered it, the shown one
// last, and whether a request of it may have had an effect without bringing an answer. began is
// the moment before it was sent.
func (y *tally) delivery(d simulator.Delivery, abandoned bool, began moment) (answers []string, unsure bool) {
	stood, slower := machine().since(began)
	y.mu.Lock()
	defer y.mu.Unlock()
	y.messages++
	texts := map[string]bool{}
	for _, a := range d.Attempts {
		y.attempts++
		switch {
		case abandoned && a.Try == 1:
			unsure = true
			continue
		case a.Err != nil:
			y.failed++
			unsure = true
			y.note("no answer to try %d after %v: %v", a.Try, a.Duration.Round(time.Millisecond), a.Err)
			continue
		case a.Outcome == simulator.Fault:
			y.invalid++
			y.note("invalid answer: status %d, %q", a.Status, a.Faults)
			continue
		}
		y.timed(a.Duration, stood, slower)
		if a.Reply != nil && !texts[a.Reply.Content] {
			texts[a.Reply.Content] = true
			answers = append(answers, a.Reply.Content)
		}
	}
	if d.Outcome != simulator.Replied {
		y.lost++
		y.note("the user sees no reply: %s %q", d.Outcome, d.Faults)
	}
	return answers, unsure
}

func (y *tally) timed(took, stood time.Duration, slower float64) {
	y.slowest = max(y.slowest, took)
	rest := time.Duration(float64(restAfter) * max(1, y.pace, slower/usuallyBusy))
	if took-stood > bot.TurnBudget+rest {
		y.late++
		y.note("an answer after %v (the machine stood still for %v and was %.1f times slower)", took.Round(time.Millisecond), stood.Round(time.Millisecond), slower)
	}
	if took-stood > neverAfter {
		y.tooLate++
	}
}

// judged counts a verdict on the answer to a message, which may have been telling or not.
func (y *tally) judged(v verdict, text string, telling bool) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if v == stateful && !telling {
		y.blind++
	}
	switch v {
	case stateful:
		y.stateful++
	case stateless:
		y.stateless++
	case double:
		y.double++
		y.note("an effect before %q happened twice", text)
	case undone:
		y.undone++
		y.note("an effect before %q is gone", text)
	case wrong:
		y.wrong++
		y.note("the answer to %q fits no place", text)
	}
}

// copies counts what copies of one message were told.
func (y *tally) copies(told, lost int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if told > 1 {
		y.differ++
		y.note("copies of a message got %d different answers", told)
	}
	if told > 0 && lost > 0 {
		y.mixed++
	}
}

// chaosRow is a line of the table.
type chaosRow struct {
	name string
	*tally
}

var chaosTable struct {
	mu   sync.Mutex
	rows []chaosRow
}

// printChaos prints the table of all scenarios that ran.
func printChaos(w io.Writer) {
	chaosTable.mu.Lock()
	defer chaosTable.mu.Unlock()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "scenario\tmessages\tinvalid\tlate\tslowest\tdouble\tundone\twrong\tlost\tdiffer\tmixed\tno call\tstateless\trecovery first/all\tcrisis\tpace")
	for _, r := range chaosTable.rows {
		fmt.Fprintln(t, r.name+"\t"+r.tally.String())
	}
	t.Flush()
}

// String is the counts in the order of the table.
func (y *tally) String() string {
	return fmt.Sprintf("%d\t%d\t%d/%d\t%v\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%v/%v\t%d/%d\t%.1f", y.messages, y.invalid, y.late, y.tooLate, y.slowest.Round(time.Millisecond),
		y.double, y.undone, y.wrong, y.lost, y.differ, y.mixed, y.failed, y.stateless,
		y.firstBack.Round(10*time.Millisecond), y.allBack.Round(10*time.Millisecond), y.crisis-y.crisisMissed, y.crisis, y.pace)
}
