package simulator_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"zhilu/bot/simulator"
)

// A bot in plain mode, tried out as the platform would.
func Example() {
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m struct{ ToUserName, FromUserName, Content string }
		body, _ := io.ReadAll(r.Body)
		if r.Method == http.MethodGet || xml.Unmarshal(body, &m) != nil {
			_, _ = io.WriteString(w, r.URL.Query().Get("echostr"))
			return
		}
		_, _ = fmt.Fprintf(w, `<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName>`+
			`<CreateTime>1767225608</CreateTime><MsgType>text</MsgType>`+
			`<Content><![CDATA[你说：%s。<a href="weixin://bizmsgmenu?msgmenucontent=%%E8%%8F%%9C%%E5%%8D%%95&msgmenuid=1">菜单</a>]]></Content></xml>`,
			m.FromUserName, m.ToUserName, m.Content)
	}))
	defer bot.Close()

	wx, err := simulator.New(simulator.Config{URL: bot.URL, Token: "token"})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	fmt.Println("verified:", wx.Verify(ctx) == nil)

	ann := wx.User("ann")
	d := wx.Send(ctx, simulator.Text(ann, "你好"))
	for _, s := range d.Reply.Segments() {
		fmt.Printf("%s: %s\n", s.Kind, s)
	}
	d = wx.Send(ctx, d.Reply.Segments()[1].Tap(ann)) // the user taps the option
	fmt.Println(d.Outcome, d.Reply.Segments()[0])

	again := wx.Send(ctx, d.Message) // the platform's retry
	fmt.Println("same MsgId:", again.Message.MsgID == d.Message.MsgID)
	// Output:
	// verified: true
	// text: 你说：你好。
	// tap: 菜单
	// replied 你说：菜单。
	// same MsgId: true
}

// What the user sees when the bot breaks down.
func ExamplePlatform_Send_fault() {
	bot := httptest.NewServer(http.NotFoundHandler())
	defer bot.Close()
	wx, err := simulator.New(simulator.Config{URL: bot.URL, Token: "token"})
	if err != nil {
		fmt.Println(err)
		return
	}
	d := wx.Send(context.Background(), simulator.Text(wx.User("ann"), "你好"))
	fmt.Println(d.Outcome, len(d.Attempts), d.Faults)
	fmt.Println(d.Notice)
	// Output:
	// fault 3 [HTTP status 404 instead of 200]
	// 该公众号提供的服务出现故障，请稍后再试
}
