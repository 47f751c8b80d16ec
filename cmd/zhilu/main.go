// Command zhilu is the whole product in one binary: the server, the terminal chat, the tools
// for the knowledge base, and a WeChat platform to try it against.
//
// It holds flags, configuration, wiring and signals; nothing of what the bot says or does.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// Exit codes.
const (
	exitFault = 1 // the command did not do what it was asked
	exitUsage = 2 // wrong arguments or configuration: nothing was started
)

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run is the program without the process: arguments and streams in, exit code out.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	redis.SetLogger(quietRedis{})
	root := newRoot(streams{in, out, errOut})
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.Execute()
	if err == nil {
		return 0
	}
	fmt.Fprintln(errOut, err)
	var fault faultError
	if errors.As(err, &fault) {
		return exitFault
	}
	return exitUsage
}

// faultError is an error of a command that was asked for in the right way.
type faultError struct{ error }

func (f faultError) Unwrap() error { return f.error }

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "zhilu",
		Short:         "A WeChat bot that helps people hounded by online-loan collectors",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(serveCommand(s), chatCommand(s), evalCommand(s), knowledgeCommand(s), factsCommand(s), operatorCommand(s), simulateCommand(s), loadCommand(s), doctorCommand(s), versionCommand(s),
		readyCommand(s), backupCommand(s), restoreCommand(s), privacyCommand(s))
	return root
}
