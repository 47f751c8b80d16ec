package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhilu/dialog/transcript"
	"zhilu/knowledge"
)

func chatCommand(s streams) *cobra.Command {
	var base, clock string
	cmd := &cobra.Command{
		Use: "chat", Short: "Talk to the bot in a terminal, without WeChat and Redis", Args: cobra.NoArgs,
		Long: `Talk to the bot in a terminal.

When the input is no terminal, each line of it is one message, and a transcript is
printed: "> " the user, "< " the bot, "= " state, intent and language. What is no text
is written in brackets: [follow], [image], [voice], [tap ID] LABEL, [again]; a line
"# later 26h" lets time pass, "# now 2026-11-21T22:30" sets the clock. A transcript can be fed back in: lines that start with
"<" or "=" are skipped and "> " is taken off.`,
		RunE: func(*cobra.Command, []string) error {
			rel, err := loadBase(base)
			if err != nil {
				return err
			}
			c := &chat{talker: &transcript.Local{Release: rel}, out: s.out}
			if clock != "" {
				if err := c.setClock(clock); err != nil {
					return err
				}
			}
			return c.run(s.in, isTerminal(s.in))
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "a folder with a knowledge base, instead of the embedded one")
	cmd.Flags().StringVar(&clock, "now", "", "the date and time in Beijing that the bot believes it is, such as 2026-11-21T22:30: what it will say then")
	return cmd
}

// loadBase reads and compiles a base: a folder, or the embedded one for "".
func loadBase(dir string) (*knowledge.Release, error) {
	load := knowledge.Embedded
	if dir != "" {
		load = func() (*knowledge.Release, error) { return knowledge.Load(os.DirFS(dir)) }
	}
	rel, err := load()
	if err != nil {
		return nil, faultError{err}
	}
	return rel, nil
}

func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// chat is one conversation in a terminal or a pipe.
type chat struct {
	talker transcript.Talker
	ahead  time.Duration // how far the bot's clock is ahead of the real one
	out    io.Writer
}

// setClock sets the clock that the bot believes; from there it goes on.
func (c *chat) setClock(s string) error {
	at, err := transcript.ParseClock(s)
	if err == nil {
		c.ahead = time.Until(at)
	}
	return err
}

func (c *chat) run(in io.Reader, terminal bool) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	if terminal {
		fmt.Fprint(c.out, "> ")
	}
	for lines.Scan() {
		line := lines.Text()
		if !terminal {
			if line = c.piped(line); line == "" {
				continue
			}
			fmt.Fprintln(c.out, "> "+line)
		}
		answer, err := c.talker.Say(transcript.ParseEvent(line), time.Now().Add(c.ahead))
		if err != nil {
			return faultError{err}
		}
		if terminal {
			fmt.Fprint(c.out, answer.Text+"\n\n> ")
			continue
		}
		fmt.Fprint(c.out, answer.Lines())
	}
	return lines.Err()
}

// piped gives the message in a line of piped input, "" for none: transcripts hold more than
// what the user says.
func (c *chat) piped(line string) string {
	switch {
	case strings.HasPrefix(line, "#"):
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[1] == "later" {
			if d, err := time.ParseDuration(fields[2]); err == nil {
				c.ahead += d
			}
		}
		if len(fields) == 3 && fields[1] == "now" {
			c.setClock(fields[2]) // a comment that is no time is a comment
		}
		fmt.Fprintln(c.out, line)
		return ""
	case strings.HasPrefix(line, "< "), line == "<", strings.HasPrefix(line, "= "):
		return ""
	}
	return strings.TrimPrefix(line, "> ")
}
