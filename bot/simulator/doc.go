// Package simulator is the WeChat official-account platform as a bot sees it:
// it signs, encrypts and posts messages to a webhook, cuts it off after five
// seconds, tries three times with the same MsgId, checks the reply as strictly
// as the platform does, and serves the API that a bot calls (tokens,
// customer-service messages, menus). A chat page for the browser shows the
// whole as a phone would.
//
// It is a test double and a tool for trying a bot out. It is not a client of
// the real platform, it opens no listener, and it never leaves the machine
// unless its URL says so (see Loopback for a transport that forbids that).
//
// # In a test
//
//	bot := httptest.NewServer(yourHandler)
//	wx, err := simulator.New(simulator.Config{URL: bot.URL + "/wechat", Token: "token",
//		AppID: "wx5a1ce0ffee0ddba1", AESKey: key, Timeout: time.Second})
//	ann := wx.User("ann")                       // an openid, the same on every run
//	d := wx.Send(ctx, simulator.Text(ann, "你好"))
//	if d.Outcome != simulator.Replied { t.Fatal(d.Faults) }
//	again := wx.Send(ctx, d.Message)            // the same MsgId: what a retry looks like
//
// Faults are sentences that say why the platform would show the user its
// notice (FaultNotice) in place of an answer. Where the platform's behaviour is
// not documented, the simulator takes the reading that is stricter for the bot:
// an answer that arrives in time with status 200 is final, be it good or bad;
// no answer, a broken connection and any other status are tried again.
//
// # Serving
//
// Platform.API is the platform's side for the bot's own calls, Platform.Try the
// chat page. Both are plain http.Handlers; the caller opens the listeners.
//
// A Platform is safe for use by many goroutines.
package simulator
