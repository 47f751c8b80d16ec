package main

import (
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"zhilu/bot"
	"zhilu/cmd/zhilu/doctor"
	"zhilu/cmd/zhilu/privacy"
	"zhilu/dialog/session"
	"zhilu/knowledge/backup"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/keyspace"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

func privacyCommand(s streams) *cobra.Command {
	root := &cobra.Command{Use: "privacy", Short: "Say what is kept of whom, and for how long"}
	var lang string
	var asJSON bool
	report := &cobra.Command{
		Use: "report", Short: "List everything that is kept: what for, in which form, how long, who writes it", Args: cobra.NoArgs,
		Long: `List everything that Zhilu keeps: every kind of key in Redis, what is in memory only, in
logs, in metrics, in the archive and in a backup. It says what each is for, whether
anything of a person is in it and in which form, how long it is kept and who writes it.

The list comes from the program itself and needs no Redis. Use it for the privacy notice
of your organisation.`,
		RunE: func(*cobra.Command, []string) error {
			in, err := doctorLang(lang, os.LookupEnv)
			if err != nil {
				return err
			}
			write := inventory().WriteText
			if asJSON {
				write = inventory().WriteJSON
			}
			return write(s.out, in)
		},
	}
	report.Flags().StringVar(&lang, "lang", "", "zh, es or en (default: the language of the terminal)")
	report.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	root.AddCommand(report)
	return root
}

// inventory gathers what the packages say that they keep.
func inventory() privacy.Inventory {
	var v privacy.Inventory
	add := func(to *[]privacy.Kept, writer string, keys []keyspace.Key) {
		for _, k := range keys {
			*to = append(*to, privacy.Kept{Key: k, Writer: writer, Backup: k.Type != keyspace.Memory && backup.Keeps(k.Pattern)})
		}
	}
	add(&v.Redis, "dialog/session", session.Keys())
	add(&v.Redis, "knowledge/counts", counts.Keys())
	add(&v.Redis, "knowledge/versions", versions.Keys())
	add(&v.Redis, "knowledge/people", people.Keys())
	add(&v.Redis, "cmd/zhilu/doctor", doctor.Written())
	add(&v.Memory, "dialog/session", session.Memory())
	add(&v.Memory, "bot", bot.Memory())
	add(&v.Memory, "knowledge/counts", counts.Memory())
	v.Logs = slices.Clone(logged)
	v.Metrics = metricNames()
	return v
}

// metricForm is how the library writes a description of a metric.
var metricForm = regexp.MustCompile(`fqName: "([^"]*)".*constLabels: \{([^}]*)\}, variableLabels: \{([^}]*)\}`)

// metricNames are our metrics; those about Go and the process come besides.
func metricNames() []privacy.Metric {
	r := newRegistry()
	bot.NewMetrics(r)
	newConsoleMeter(r)
	(&app{}).measure(r, nil, nil) // nothing is read here
	descriptions := make(chan *prometheus.Desc)
	go func() { r.Describe(descriptions); close(descriptions) }()
	var list []privacy.Metric
	for d := range descriptions {
		m := metricForm.FindStringSubmatch(d.String())
		if m == nil || !strings.HasPrefix(m[1], "zhilu_") {
			continue
		}
		metric := privacy.Metric{Name: m[1]}
		for _, label := range strings.Split(m[2]+","+m[3], ",") {
			if name, _, _ := strings.Cut(strings.TrimSpace(label), "="); name != "" {
				metric.Labels = append(metric.Labels, name)
			}
		}
		list = append(list, metric)
	}
	slices.SortFunc(list, func(a, b privacy.Metric) int { return strings.Compare(a.Name, b.Name) })
	return list
}
