package bot

import (
	"io"

	"github.com/sirupsen/logrus"
)

// The SDK logs whole messages through the global logrus logger (wechat-protocol §11, 29).
// Package variables are set before anything of ours runs.
var _ = func() struct{} {
	logrus.SetOutput(io.Discard)
	logrus.SetLevel(logrus.PanicLevel)
	return struct{}{}
}()
