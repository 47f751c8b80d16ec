package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"zhilu/knowledge"
)

func factsCommand(s streams) *cobra.Command {
	var asJSON, asCSV bool
	var base, lang string
	cmd := &cobra.Command{
		Use: "facts --json|--csv", Short: "Print the hotlines and portals with their sources, for other programs", Args: cobra.NoArgs,
		Long: `Print the public list of hotlines and portals: how to reach each office, on which sources
that rests, when it was checked and when it must be checked again. The data may be used
under CC BY 4.0; check everything with the office itself before you use it.`,
		RunE: func(*cobra.Command, []string) error {
			langs, err := feedLangs(lang)
			if err != nil {
				return err
			}
			if err := isFolder(base); err != nil {
				return err
			}
			rel, err := loadBase(base)
			if err != nil {
				return err
			}
			feed := rel.Feed(time.Now(), langs...)
			if asCSV {
				err = feed.WriteCSV(s.out, langs...)
			} else {
				err = feed.WriteJSON(s.out)
			}
			if err != nil {
				return faultError{err}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	f.BoolVar(&asCSV, "csv", false, "print a table, one row a fact")
	f.StringVar(&base, "base", "", "a folder with a knowledge base, instead of the embedded one")
	f.StringVar(&lang, "lang", "", "one language only: zh, en or es")
	cmd.MarkFlagsOneRequired("json", "csv")
	cmd.MarkFlagsMutuallyExclusive("json", "csv")
	return cmd
}

// feedLangs gives the languages named by a flag; none, which stands for all, for "".
func feedLangs(flag string) ([]knowledge.Lang, error) {
	switch flag {
	case "":
		return nil, nil
	case "zh":
		return []knowledge.Lang{knowledge.ZhHans}, nil
	case "en":
		return []knowledge.Lang{knowledge.En}, nil
	case "es":
		return []knowledge.Lang{knowledge.Es}, nil
	}
	return nil, fmt.Errorf("--lang must be zh, en or es, not %q", flag)
}
