package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhilu/bot"
	"zhilu/cmd/zhilu/doctor"
	"zhilu/knowledge"
)

func doctorCommand(s streams) *cobra.Command {
	var lang, url string
	var only, skip []string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Find out what is wrong with an installation, and what to do about it", Args: cobra.NoArgs,
		Long: `Find out what is wrong with an installation, and what to do about it.

Run it with the environment of zhilu serve, on the same machine. It looks at the
configuration, this machine, Redis, WeChat's API, the public address (with --url), what is
live, and who can sign in. It takes at most 20 seconds, changes nothing, and shows no secret.
Exit code 1 when there is an error.

Groups for --only and --skip: ` + groupNames() + `.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in, err := doctorLang(lang, os.LookupEnv)
			if err != nil {
				return err
			}
			groups, err := doctorGroups(only, skip)
			if err != nil {
				return err
			}
			setup, done := doctorSetup(os.LookupEnv)
			defer done()
			setup.Only, setup.URL = groups, url
			return examine(cmd.Context(), setup, s, in, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&lang, "lang", "", "zh, es or en (default: the language of the terminal)")
	f.StringVar(&url, "url", "", "public address of the webhook, such as https://your-host/wechat")
	f.StringSliceVar(&only, "only", nil, "examine these groups only")
	f.StringSliceVar(&skip, "skip", nil, "leave these groups out")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.MarkFlagsMutuallyExclusive("only", "skip")
	return cmd
}

// examine runs the doctor and prints what it found.
func examine(ctx context.Context, setup doctor.Setup, s streams, lang knowledge.Lang, asJSON bool) error {
	report := setup.Run(ctx)
	write := report.WriteText
	if asJSON {
		write = report.WriteJSON
	}
	if err := write(s.out, lang); err != nil {
		return faultError{err}
	}
	if report.Count(doctor.Error) > 0 {
		return faultError{errors.New(report.Summary(lang))}
	}
	if !asJSON {
		fmt.Fprintln(s.out, report.Summary(lang))
	}
	return nil
}

// doctorLang is the language of a flag, or else of the environment: English when that has none of ours.
func doctorLang(flag string, get func(string) (string, bool)) (knowledge.Lang, error) {
	if flag != "" {
		langs, err := feedLangs(flag)
		if err != nil {
			return "", err
		}
		return langs[0], nil
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		v, _ := get(name)
		switch {
		case v == "":
			continue
		case strings.HasPrefix(v, "zh"):
			return knowledge.ZhHans, nil
		case strings.HasPrefix(v, "es"):
			return knowledge.Es, nil
		}
		break
	}
	return knowledge.En, nil
}

func groupNames() string {
	var names []string
	for _, g := range doctor.Groups {
		names = append(names, string(g))
	}
	return strings.Join(names, ", ")
}

// doctorGroups gives the groups to examine.
func doctorGroups(only, skip []string) ([]doctor.Group, error) {
	for _, name := range slices.Concat(only, skip) {
		if !slices.Contains(doctor.Groups, doctor.Group(name)) {
			return nil, fmt.Errorf("%q is no group; there are %s", name, groupNames())
		}
	}
	var list []doctor.Group
	for _, g := range doctor.Groups {
		if (len(only) == 0 || slices.Contains(only, string(g))) && !slices.Contains(skip, string(g)) {
			list = append(list, g)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("--skip leaves nothing to examine")
	}
	return list, nil
}

// doctorSetup is what the environment configures. What faults keep from being made is left out.
func doctorSetup(get func(string) (string, bool)) (doctor.Setup, func()) {
	c, err := loadConfig(get)
	setup := doctor.Setup{
		Faults: faultTexts(err), Trial: c.Trial, Archive: c.Archive,
		Listeners: []doctor.Listener{{Name: "ZHILU_LISTEN", Addr: c.Listen, Path: bot.Path, Open: true},
			{Name: "ZHILU_CONSOLE_LISTEN", Addr: c.ConsoleListen, Path: "/sign-in"}, {Name: "ZHILU_OPS_LISTEN", Addr: c.OpsListen, Path: "/readyz"}},
		Account: c.account(), AppSecret: string(c.AppSecret), APIURL: c.APIURL, HTTP: &http.Client{},
		RedisMode: c.RedisMode, RedisMaster: c.RedisMaster, Secret: []byte(c.Secret),
		Base: builtIn, BuiltIn: builtInDraft, Now: time.Now,
	}
	var closers []func() error
	broken := slices.ContainsFunc(setup.Faults, func(f string) bool { return strings.HasPrefix(f, "ZHILU_REDIS") })
	if c.RedisMode == "embedded" || broken {
		return setup, func() {}
	}
	if rdb, err := redisClientWith(c, patientTimes); err == nil { // checked with the configuration
		setup.Redis, closers = rdb, append(closers, rdb.Close)
	}
	if c.RedisMode == "sentinel" {
		setup.Sentinels, _ = sentinelClients(c, patientTimes) // the same address was read for rdb
		for _, sentinel := range setup.Sentinels {
			closers = append(closers, sentinel.Close)
		}
	}
	return setup, func() {
		for _, end := range closers {
			end()
		}
	}
}

// faultTexts lists the faults that loadConfig joined.
func faultTexts(err error) []string {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return nil
	}
	var list []string
	for _, e := range joined.Unwrap() {
		list = append(list, e.Error())
	}
	slices.Sort(list) // some come out of a map
	return list
}

// builtInDraft is the base in the binary, read and not compiled.
func builtInDraft() *knowledge.Draft {
	d, _ := knowledge.ReadFiles(builtInFiles(), nil) // a test compiles it
	return d
}
