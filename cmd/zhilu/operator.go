package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// operatorTime bounds a command: Redis answers by then or the command says that it does not.
const operatorTime = 10 * time.Second

func operatorCommand(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use: "operator", Short: "Say who may work in the console, and let them in again",
		Long: `Say who may work in the console, and let them in again.

Reads the same ZHILU_… settings as the server: the Redis and ZHILU_SECRET, and for the links
ZHILU_CONSOLE_URL. Whoever has a link can use it: send it on a way that only its person reads.`,
	}
	cmd.AddCommand(operatorAdd(s), operatorList(s),
		operatorSwitch(s, "disable", "Keep a person out, at once and until enabled", true),
		operatorSwitch(s, "enable", "Let a person in again, with the password they had", false),
		operatorReset(s))
	return cmd
}

func operatorAdd(s streams) *cobra.Command {
	var name, role string
	cmd := &cobra.Command{
		Use: "add LOGIN --name NAME --role ROLE", Short: "Invite a person: prints a link for setting a password, good once, for three days",
		Args: cobra.ExactArgs(1),
		Long: `Invite a person: prints a link for setting a password, good once, for three days. For
somebody who was invited before, with the same name and role, it is a new link and ends the
one before.

Roles, each may do all that those before it may: ` + roleNames() + `.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := people.Check(args[0], name, people.Role(role)); err != nil { // before anything is recorded
				return operatorFault(err, args[0])
			}
			return withPeople(cmd.Context(), "person.invite", args[0], func(ctx context.Context, c config, store *people.Store) error {
				token, err := store.Invite(ctx, byCommand, args[0], name, people.Role(role))
				if err != nil {
					return err
				}
				printInvitation(s, c, args[0], token)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "what others call the person, in any script")
	cmd.Flags().StringVar(&role, "role", "", roleNames())
	cmd.MarkFlagRequired("name")
	cmd.MarkFlagRequired("role")
	return cmd
}

// byCommand stands in a link, and in the audit, for the person who did it.
const byCommand = "command line"

func roleNames() string {
	var names []string
	for _, r := range people.Roles {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

func printInvitation(s streams, c config, login, token string) {
	until := time.Now().Add(people.InviteTTL).UTC().Format("2006-01-02 15:04")
	fmt.Fprintf(s.out, "%s sets a password here, once, until %s UTC:\n%s/invite/%s\n", login, until, c.ConsoleURL, token)
}

func operatorList(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List everybody: login, role, state, one-time codes, last seen, name", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withPeople(cmd.Context(), "", "", func(ctx context.Context, _ config, store *people.Store) error {
				all, err := store.People(ctx)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "login\trole\tstate\tcodes\tlast seen\tname")
				for _, p := range all {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", p.Login, p.Role, state(p), yesNo(p.HasTOTP), day(p.LastSeen), p.Name)
				}
				return w.Flush()
			})
		},
	}
}

func state(p people.Person) string {
	switch {
	case p.Disabled:
		return "disabled"
	case !p.HasPassword:
		return "invited"
	}
	return "active"
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.DateOnly)
}

func operatorSwitch(s streams, verb, short string, disabled bool) *cobra.Command {
	return &cobra.Command{
		Use: verb + " LOGIN", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withPeople(cmd.Context(), "person."+verb, args[0], func(ctx context.Context, _ config, store *people.Store) error {
				if err := store.Disable(ctx, args[0], disabled); err != nil {
					return err
				}
				fmt.Fprintf(s.out, "%s is %sd\n", args[0], verb)
				return nil
			})
		},
	}
}

func operatorReset(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "reset LOGIN", Short: "Take password, one-time codes and sessions away and print a link for a new password", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withPeople(cmd.Context(), "person.reset", args[0], func(ctx context.Context, c config, store *people.Store) error {
				token, err := store.Reset(ctx, byCommand, args[0])
				if err != nil {
					return err
				}
				printInvitation(s, c, args[0], token)
				return nil
			})
		},
	}
}

// withPeople runs what a command does on the people of the configured Redis. login is the one
// that it is about. A command that changes something has an action: it is written into the audit
// first, and again when it did not take place.
func withPeople(ctx context.Context, action, login string, do func(context.Context, config, *people.Store) error) error {
	c, err := operatorConfig(os.LookupEnv)
	if err != nil {
		return err
	}
	rdb, err := redisClient(c)
	if err != nil {
		return err
	}
	defer rdb.Close()
	ctx, cancel := context.WithTimeout(ctx, operatorTime)
	defer cancel()
	record := func(result string) error {
		if action == "" || !people.ValidLogin(login) { // which the store of people refuses
			return nil
		}
		return versions.New(rdb, time.Now, builtIn).Record(ctx, versions.Actor{Login: byCommand},
			versions.Audit{Action: action, Object: login, Result: result})
	}
	if err := record(versions.Done); err != nil {
		return operatorFault(err, login)
	}
	if err := do(ctx, c, people.New(rdb, []byte(c.Secret), time.Now)); err != nil {
		_ = record("failed") // the first record stands, and the command says what is wrong
		return operatorFault(err, login)
	}
	return nil
}

// operatorConfig reads what the operator commands need. Nothing of WeChat is among it.
func operatorConfig(get func(string) (string, bool)) (config, error) {
	e := &environment{get: get}
	c := e.config()
	if c.RedisMode == "embedded" && c.RedisURL == "" && len(e.faults) == 0 {
		return c, errors.New("ZHILU_REDIS_URL: is missing; an embedded Redis lives inside the server, where this command cannot reach it: " +
			"use the sign-in link that zhilu serve prints, or give the server a Redis of its own")
	}
	e.checkConsole(&c)
	e.checkRedis(c)
	e.checkSecret(&c)
	return c, errors.Join(e.faults...)
}

// operatorFault says what is wrong and what to do about it.
func operatorFault(err error, login string) error {
	var invalid people.ErrInvalid
	switch {
	case errors.As(err, &invalid):
		return errors.New(map[string]string{
			"login": "LOGIN: must be 2 to 40 lower-case letters, digits, dots and hyphens",
			"name":  "--name: must be 1 to 80 characters, all of them visible",
			"role":  "--role: must be one of " + roleNames(),
		}[invalid.Field])
	case errors.Is(err, people.ErrNotFound):
		return faultError{fmt.Errorf("there is no operator %q; zhilu operator list shows all", login)}
	case errors.Is(err, people.ErrTaken):
		return faultError{fmt.Errorf("%s is somebody with another name or role: choose another login, or change that person in the console", login)}
	case errors.Is(err, people.ErrDisabled):
		return faultError{fmt.Errorf("%s is disabled: zhilu operator enable %s first", login, login)}
	case errors.Is(err, people.ErrLastAdmin):
		return faultError{fmt.Errorf("%s is the last admin who can sign in: add another one first", login)}
	case errors.Is(err, people.ErrUnavailable), errors.Is(err, versions.ErrUnavailable):
		return faultError{fmt.Errorf("Redis did not do it; check ZHILU_REDIS_URL and try again: %w", err)}
	}
	return faultError{err}
}
