package main

import (
	"io"
	"log/slog"
	"slices"
)

// logged are the fields that a log line may hold: coded values, times and counts. Whatever else
// somebody adds is dropped until it is added here too, on purpose (reliability-design §6).
var logged = []string{slog.TimeKey, slog.LevelKey, slog.MessageKey,
	"outcome", "release", "duration_ms", "class", "times", "from", "to", "intent", "lang", "reason", "status", "event", "stack", "at",
	"route", "method", "error", "trouble", "active", "number", "epoch", "off", "lost", "step"}

// newLog makes the log of a server: a line of JSON each, by allow-list.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if slices.Contains(logged, a.Key) {
			return a
		}
		return slog.Attr{}
	}}))
}
