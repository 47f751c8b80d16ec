package doctor

import (
	"context"
	"errors"
	"strings"

	"zhilu/bot"
	"zhilu/knowledge"
)

// config repeats the faults of the configuration, each with where its value comes from.
func (s Setup) config(_ context.Context, n *notes) {
	for _, fault := range s.Faults {
		name, what, _ := strings.Cut(fault, ": ")
		n.add("config-fault", "name", name, "fault", what, "hint", said(func(l knowledge.Lang) string { return settingHint(name).In(l) }))
	}
	switch {
	case len(s.Faults) > 0:
	case s.Trial:
		n.add("config-trial")
	default:
		n.add("config-ok")
	}
}

func settingHint(name string) words {
	if file, ok := strings.CutSuffix(name, "_FILE"); ok && texts().Settings[file] != (words{}) {
		name = "_FILE"
	}
	return texts().Settings[name]
}

// shortToken is where guessing a token from one signed address becomes thinkable.
const shortToken = 16

// keys tries what secures the exchange with the platform.
func (s Setup) keys(_ context.Context, n *notes) {
	a := s.Account
	if s.Trial || len(a.Tokens) == 0 { // a missing token is a fault of the configuration
		return
	}
	sound := bot.CheckToken(a.Tokens[0]) == nil
	for _, key := range a.AESKeys {
		if err := bot.TryAESKey(key, a.AppID); err != nil {
			n.add("keys-aes")
			sound = false
			break
		}
	}
	if len(a.Tokens[0]) < shortToken {
		n.add("keys-token-short", "length", len(a.Tokens[0]))
	}
	switch a.Mode {
	case bot.ModePlain:
		n.add("keys-plain")
	case bot.ModeCompatible:
		n.add("keys-compatible")
	}
	var previous []string
	if len(a.Tokens) > 1 {
		previous = append(previous, "ZHILU_WECHAT_TOKEN_PREVIOUS")
	}
	if len(a.AESKeys) > 1 {
		previous = append(previous, "ZHILU_WECHAT_AES_KEY_PREVIOUS")
	}
	if previous != nil {
		n.add("keys-previous", "names", strings.Join(previous, ", "))
	}
	if sound {
		n.add("keys-ok", "mode", a.Mode)
	}
}

// reach asks Redis for a sign of life.
func (s Setup) reach(ctx context.Context) error {
	if s.Redis == nil {
		return errNoRedis
	}
	ctx, cancel := step(ctx)
	defer cancel()
	return s.Redis.Ping(ctx).Err()
}

var errNoRedis = errors.New("no redis is configured")
