package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"zhilu/knowledge"
)

// version is set by the linker for a release: -ldflags "-X main.version=v1.2.3".
var version = "development"

func versionCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version of the program and of its knowledge base", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			rel, err := knowledge.Embedded()
			if err != nil {
				return faultError{err}
			}
			fmt.Fprintf(s.out, "zhilu %s %s\nknowledge %s, %d entries\n%s %s/%s\n",
				version, revision(), rel.ID[:12], rel.Len(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}

// revision is the commit the binary was built from, when the toolchain knows it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return ""
}
