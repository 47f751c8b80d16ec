package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"zhilu/bot"
)

// wechat asks the platform's API: whether it knows the account, from here, and what the account may
// do. It only reads.
func (s Setup) wechat(ctx context.Context, n *notes) {
	switch {
	case s.Trial || s.Account.AppID == "":
		return
	case s.AppSecret == "":
		n.add("wechat-no-secret")
		return
	}
	api := bot.NewAPI(s.APIURL, s.Account.AppID, s.AppSecret, s.HTTP, s.Now)
	defer s.platformClock(n, api)
	if err := asked(ctx, func(ctx context.Context) error { _, err := api.Token(ctx); return err }); err != nil {
		s.apiFault(n, err)
		return
	}
	n.add("wechat-token")
	s.callers(ctx, n, api)
	s.abilities(ctx, n, api)
}

func asked(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := step(ctx)
	defer cancel()
	return ask(ctx)
}

// apiFaults are the errcodes that have a cure of their own.
var apiFaults = map[int]string{
	-1: "wechat-busy", 40001: "wechat-secret", 40125: "wechat-secret", 41004: "wechat-secret",
	40013: "wechat-app-id", 41002: "wechat-app-id", 40164: "wechat-ip", 89503: "wechat-confirm",
	45009: "wechat-quota", 45011: "wechat-often", 40243: "wechat-frozen-secret",
	48001: "wechat-not-granted", 48004: "wechat-blocked", 50002: "wechat-blocked", 50007: "wechat-blocked",
}

func (s Setup) apiFault(n *notes, err error) {
	var refused *bot.APIError
	switch {
	case errors.As(err, &refused) && apiFaults[refused.Code] != "":
		ip := refused.IP
		if ip == "" {
			ip = "?"
		}
		n.add(apiFaults[refused.Code], "code", refused.Code, "ip", ip)
	case errors.As(err, &refused):
		n.add("wechat-code", "code", refused.Code)
	case networkFault(err) != "":
		n.add("wechat-"+networkFault(err), "host", s.apiHost())
	default:
		n.add("wechat-answer", "host", s.apiHost())
	}
}

func (s Setup) apiHost() string {
	u, err := url.Parse(s.APIURL)
	if err != nil {
		return "?"
	}
	return u.Host
}

// callers asks for the addresses from which the platform calls the webhook.
func (s Setup) callers(ctx context.Context, n *notes, api *bot.API) {
	var out struct {
		List []string `json:"ip_list"`
	}
	err := asked(ctx, func(ctx context.Context) error { return api.Get(ctx, "/cgi-bin/getcallbackip", &out) })
	if err != nil {
		s.apiFault(n, err)
		return
	}
	n.add("wechat-callers", "count", len(out.List))
}

// abilities finds out what kind of account it is by which calls answer (§8 of the protocol notes):
// menus need a service account or a verified one, tags a verified one, templates both.
func (s Setup) abilities(ctx context.Context, n *notes, api *bot.API) {
	const notGranted, noMenu = 48001, 46003
	granted := map[string]bool{}
	for _, path := range []string{"/cgi-bin/menu/get", "/cgi-bin/tags/get", "/cgi-bin/template/get_all_private_template"} {
		err := asked(ctx, func(ctx context.Context) error { return api.Get(ctx, path, nil) })
		var refused *bot.APIError
		switch {
		case err == nil, errors.As(err, &refused) && refused.Code == noMenu:
			granted[path] = true
		case errors.As(err, &refused) && refused.Code == notGranted:
		default:
			s.apiFault(n, err)
			return
		}
	}
	switch {
	case granted["/cgi-bin/template/get_all_private_template"]:
		n.add("wechat-verified-service")
	case granted["/cgi-bin/tags/get"]:
		n.add("wechat-verified")
	case granted["/cgi-bin/menu/get"]:
		n.add("wechat-service")
	default:
		n.add("wechat-basic")
	}
}

// Signatures more than ten minutes off are refused by the webhook.
const (
	platformOff = 30 * time.Second
	platformFar = 5 * time.Minute
)

// platformClock compares this machine's clock with the platform's.
func (s Setup) platformClock(n *notes, api *bot.API) {
	skew, ok := api.Skew()
	seconds := fmt.Sprintf("%.0f", skew.Abs().Seconds())
	switch {
	case !ok:
	case skew.Abs() > platformFar:
		n.add("wechat-clock-far", "seconds", seconds)
	case skew.Abs() > platformOff:
		n.add("wechat-clock-off", "seconds", seconds)
	default:
		n.add("wechat-clock")
	}
}
