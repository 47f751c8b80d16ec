// Package dialog is what the bot does with one turn: a table of states, and Step, which
// takes a session's state and one message to the next state and one reply.
//
// It is pure: no I/O, no clock, no randomness, no globals that change. The caller brings
// the release, the state and the time, and stores what comes back (package session).
// It knows nothing of WeChat; package bot renders a Reply.
package dialog
