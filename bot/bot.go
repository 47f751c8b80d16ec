// Package bot is the WeChat side: the envelope of a message, one turn from end to end, and
// the rendering of replies. It is the only package that knows the platform and its SDK.
//
// One message: the Door opens the envelope, Bot hands what is inside to the session store,
// which runs dialog.Step on the user's state; the reply is rendered, stored with the state
// in one atomic step, and sealed.
package bot

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"zhilu/dialog"
	"zhilu/dialog/session"
	"zhilu/knowledge"
)

// TurnBudget is the time a turn may take with the session store. The platform waits 5 s; a
// turn that cannot have its state by then is answered without it (reliability-design §2).
const TurnBudget = 1200 * time.Millisecond

// Bot answers the messages of one official account. It is safe for any number of
// goroutines, and must not be copied.
type Bot struct {
	Door    *Door
	Store   *session.Store
	Account string // names the account in keys; the app id
	Release func() *knowledge.Release
	Now     func() time.Time
	Log     *slog.Logger
	// Count is told of every turn that was committed by this call, and of every answer without a
	// state; nil counts nothing. It must not block. Copies of a message are not counted again.
	Count func(Event)
	// Metrics are told of every call; nil measures nothing.
	Metrics *Metrics
	// Budget is the time of a turn with the store; TurnBudget when it is 0. Tests that are
	// not about time give more.
	Budget time.Duration
	// MaxTurns is how many turns may be under way at once; MaxTurns of the package when it is 0.
	MaxTurns int64
	// PerMinute is how many different messages of one person are answered from their place in a
	// minute; MaxPerMinute when it is 0.
	PerMinute int

	turns atomic.Int64 // under way
	flood flood
	brief brief
}

func (b *Bot) budget() time.Duration {
	if b.Budget > 0 {
		return b.Budget
	}
	return TurnBudget
}

// answer takes one authentic message to the content of its reply and the time it carries;
// content is "" for "success".
func (b *Bot) answer(ctx context.Context, in Inbound) (content string, at int64) {
	start := b.Now()
	rel := b.Release()
	input, ok := inputOf(in)
	if in.Act == Erase {
		b.forget(ctx, in)
		return "", 0
	}
	if !ok {
		return "", 0
	}
	defer func() {
		if p := recover(); p != nil { // its value may quote the message: only where it happened is logged
			b.panicked("panic in a turn")
			content, at = afterPanic(rel, input, start), start.Unix()
		}
	}()
	user := b.Store.User(b.Account, in.User())
	why := b.refuses(user, in, start)
	if why != "" {
		return b.withoutTurn(rel, user, in, input, start, why), start.Unix()
	}
	defer b.turns.Add(-1)
	return b.turn(ctx, rel, user, in, input, start)
}

// turn holds one turn with the store.
func (b *Bot) turn(ctx context.Context, rel *knowledge.Release, user session.User, in Inbound, input dialog.Input, start time.Time) (content string, at int64) {
	// The platform hanging up ends nothing: its next try takes the reply from the store.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.budget())
	defer cancel()
	t := &turnLog{}
	result, err := b.Store.Turn(ctx, user, session.Message{ID: in.Dedup(), At: sentAt(in, start)}, t.step(rel, in, input, start))
	t.write(b, rel, start, result, err)
	if err == nil && result.Outcome != session.Duplicate {
		e := t.event(rel, user, in, start)
		b.count(e)
		b.Metrics.turn(outcome(result), e.Crisis, e.Lang)
	} else if err == nil {
		b.Metrics.turn(outcome(result), false, "")
	}
	switch {
	case err != nil && t.turn.Erases():
		b.unheld(err, false, t.turn.ReplyLang, start)
		return rel.In(t.turn.ReplyLang, start).Text(knowledge.MsgEraseLater), start.Unix()
	case err != nil:
		lost := dialog.Stateless(rel, input, start)
		b.promised(lost, user, in, start)
		b.unheld(err, slices.Contains(lost.Effects, dialog.Crisis), lost.ReplyLang, start)
		return Render(lost.Reply), start.Unix()
	}
	if result.Private { // a copy of a message whose answer is not kept
		return stateless(rel, input, start), in.CreateTime
	}
	return unpack(result.Reply)
}

// maxDelay is more than the platform takes over its three tries, in seconds.
const maxDelay = 60

// sentAt is when a message was sent by the platform's clock, which is the same for all instances;
// ours when that cannot be right.
func sentAt(in Inbound, now time.Time) int64 {
	if away := now.Unix() - in.CreateTime; -maxDelay <= away && away <= maxDelay {
		return in.CreateTime
	}
	return now.Unix()
}

// promised has done later what a message asks for that no turn was held for, if that is erasure.
func (b *Bot) promised(lost dialog.Turn, user session.User, in Inbound, now time.Time) {
	if lost.Erases() {
		b.Store.EraseSoon(user, sentAt(in, now))
	}
}

// unheld counts an answer without a state.
func (b *Bot) unheld(err error, crisis bool, lang knowledge.Lang, now time.Time) {
	outcome := outcomeStateless
	if errors.Is(err, session.ErrConflicts) {
		outcome = outcomeConflicts
	}
	b.Metrics.turn(outcome, crisis, string(lang))
	b.count(Event{At: now, Lang: string(lang), Crisis: crisis, Stateless: true})
}

// panicked notes a panic: where it happened, nothing of what it says.
func (b *Bot) panicked(what string) {
	b.Metrics.panicked()
	b.Log.Error(what, "stack", frames(debug.Stack()))
}

// afterPanic answers a message whose turn panicked: without its state, and if that panics
// too, as if nothing had been typed.
func afterPanic(rel *knowledge.Release, in dialog.Input, now time.Time) (content string) {
	defer func() {
		if recover() != nil {
			content = stateless(rel, dialog.Input{}, now)
		}
	}()
	return stateless(rel, in, now)
}

// inputOf is what a message is to the dialog; false for what needs no answer.
func inputOf(in Inbound) (dialog.Input, bool) {
	switch in.Act {
	case Text:
		return dialog.Input{Text: in.Content}, true
	case Choice:
		return dialog.Input{Text: in.Content, Choice: dialog.Move(in.Choice)}, true
	case Click:
		return dialog.Input{Kind: dialog.Button, Choice: dialog.Move(in.EventKey)}, true
	case Media, Wait:
		return dialog.Input{Kind: dialog.Media}, true
	case Follow:
		return dialog.Input{Kind: dialog.Follow}, true
	case Scan:
		return dialog.Input{Kind: dialog.Scan}, true
	default:
		return dialog.Input{}, false
	}
}

// stateless answers as for a new user: the state cannot be read.
func stateless(rel *knowledge.Release, in dialog.Input, now time.Time) string {
	return Render(dialog.Stateless(rel, in, now).Reply)
}

// forget deletes what is held of a user who left or withdrew (§10). The platform shows no
// reply to these events. What cannot be deleted now, the store tries again for some minutes.
func (b *Bot) forget(ctx context.Context, in Inbound) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.budget())
	defer cancel()
	if err := b.Store.Erase(ctx, b.Store.User(b.Account, in.User()), sentAt(in, b.Now())); err != nil {
		b.Log.Error("erasure put off", "event", in.Event, "class", errClass(err))
	}
}

// turnLog runs the dialog inside the store's transaction and remembers the last run for the
// log: an earlier one lost against another writer.
type turnLog struct {
	turn   dialog.Turn
	before dialog.State
}

func (t *turnLog) step(rel *knowledge.Release, msg Inbound, in dialog.Input, now time.Time) func(dialog.State) (session.Next, error) {
	return func(s dialog.State) (session.Next, error) {
		t.before = s
		t.turn = dialog.Step(rel, s, in, now)
		at := now.Unix()
		if t.turn.Private {
			at = msg.CreateTime // the same for every copy, as it is made anew for each
		}
		return session.Next{State: t.turn.State, Reply: pack(Render(t.turn.Reply), at), Erase: t.turn.Erases(), Private: t.turn.Private}, nil
	}
}

// write logs a turn: coded values only, nothing of the message and nothing of the user. Turns
// that went well are for debugging alone.
func (t *turnLog) write(b *Bot, rel *knowledge.Release, start time.Time, r session.Result, err error) {
	if err != nil {
		class := errClass(err)
		b.brief.say(b.Now(), class, func(times int) {
			b.Log.Warn("turn", "outcome", outcomeStateless, "release", rel.ID[:12], "duration_ms", b.Now().Sub(start).Milliseconds(), "class", class, "times", times)
		})
		return
	}
	if !b.Log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	attrs := []any{"outcome", outcome(r), "release", rel.ID[:12], "duration_ms", b.Now().Sub(start).Milliseconds()}
	if t.turn.Intent != "" {
		attrs = append(attrs, "from", t.before.Shown(), "to", t.turn.State.Shown(), "intent", t.turn.Intent, "lang", t.turn.ReplyLang)
	}
	b.Log.Debug("turn", attrs...)
}

// errClass names an error without its text, which may quote input.
func errClass(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline"
	case errors.Is(err, session.ErrConflicts):
		return "conflicts"
	case errors.Is(err, session.ErrUnavailable):
		return "unavailable"
	default:
		return "internal"
	}
}

// pack stores the reply with its CreateTime, so that every copy of a message gets the same
// bytes.
func pack(content string, at int64) string { return strconv.FormatInt(at, 10) + "\n" + content }

func unpack(stored string) (content string, at int64) {
	head, content, _ := strings.Cut(stored, "\n")
	at, _ = strconv.ParseInt(head, 10, 64)
	return content, at
}

// frames keeps the function names of a stack and drops argument values.
func frames(stack []byte) string {
	var names []string
	for _, line := range strings.Split(string(stack), "\n") {
		if strings.HasPrefix(line, "zhilu/") {
			name, _, _ := strings.Cut(line, "(0x")
			names = append(names, strings.TrimSuffix(name, "(...)"))
		}
	}
	return strings.Join(names, " < ")
}
