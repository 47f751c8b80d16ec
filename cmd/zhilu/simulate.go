package main

import (
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"zhilu/bot/simulator"
)

func simulateCommand(s streams) *cobra.Command {
	var c simulator.Config
	var mode, listen string
	cmd := &cobra.Command{
		Use: "simulate", Short: "Play the WeChat platform against a server: a chat page, and its API", Args: cobra.NoArgs,
		Long: `Play the WeChat platform against any official-account server.

It asks the server to verify its address, as the platform does when the address is
saved, and then serves a chat page on /try/ whose messages are signed, encrypted and
retried like the platform's, and the platform's API on /cgi-bin/.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c.Mode = simulator.Mode(mode)
			platform, err := simulator.New(c)
			if err != nil {
				return err
			}
			if err := platform.Verify(cmd.Context()); err != nil {
				fmt.Fprintf(s.err, "verification: %v\n", err)
			} else {
				fmt.Fprintln(s.out, "verification: ok")
			}
			return runSimulator(cmd, s, platform, listen)
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.URL, "url", "http://127.0.0.1:8080/wechat", "address of the server under test")
	f.StringVar(&c.Token, "token", "", "token of the account")
	f.StringVar(&c.AppID, "app-id", "", "app id of the account")
	f.StringVar(&c.AESKey, "aes-key", "", "EncodingAESKey of the account, 43 characters")
	f.StringVar(&mode, "mode", "", "plain, compatible or safe (default: safe with a key)")
	f.StringVar(&c.Account, "account", "", "original id of the account (gh_…)")
	f.StringVar(&c.Secret, "app-secret", "", "app secret that the API asks for (default: any)")
	f.StringVar(&listen, "listen", "127.0.0.1:8090", "address of the chat page and the API")
	return cmd
}

func runSimulator(cmd *cobra.Command, s streams, platform *simulator.Platform, listen string) error {
	mux := http.NewServeMux()
	mux.Handle("/try/", platform.Try("/try/"))
	mux.Handle("/cgi-bin/", platform.API())
	mux.Handle("/{$}", http.RedirectHandler("/try/", http.StatusFound))
	l, err := openListener("--listen", listen)
	if err != nil {
		return faultError{err}
	}
	fmt.Fprintf(s.out, "chat page: http://%s/try/\nAPI:       http://%s/cgi-bin/\n", l.Addr(), l.Addr())
	return serveUntilSignal(cmd.Context(), &app{endpoints: []*endpoint{{listener: l, server: newServer(mux, pageTime)}}})
}
