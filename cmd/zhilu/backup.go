package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"zhilu/knowledge/backup"
	"zhilu/knowledge/versions"
)

// Times of a backup. Nobody waits for an answer, so Redis may be slow.
const (
	backupTime = 10 * time.Minute
	backupCall = 30 * time.Second
)

func backupCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "backup FILE", Short: "Save releases, draft, tests, audit, accounts and counts to a new file; servers go on meanwhile", Args: cobra.ExactArgs(1),
		Long: `Save what you made to a new file, while servers go on: releases and which of them is
live, what is switched off, the draft with its history, saved tests, the audit, the
accounts of operators, and the counts. It reads the same ZHILU_… settings as the server.

Nothing of borrowers is in the file: no dialog, and no message that nobody could answer.

Keep the file as you keep keys. It holds the hashes of passwords and recovery codes, and
the seeds of one-time codes, sealed with ZHILU_SECRET. The secret itself is not in it:
keep that too, and in another place. Only the owner may read the file (mode 0600).`,
		RunE: withRedis(func(ctx context.Context, c config, rdb redis.UniversalClient, args []string) error {
			note(ctx, s, rdb, versions.Audit{Action: "backup.save"})
			m, err := backup.Save(ctx, rdb, args[0], version, []byte(c.Secret), time.Now())
			var broken versions.ErrRecord
			if err != nil && !errors.As(err, &broken) {
				return backupFault(err)
			}
			fmt.Fprintf(s.out, "%s: %d parts, made %s\n", args[0], len(m.Parts), m.Made.Format(time.RFC3339))
			if err != nil {
				return fmt.Errorf("the file was written, but zhilu restore will refuse it: %w: somebody changed what lies in Redis", err)
			}
			return nil
		}),
	}
}

func restoreCommand(s streams) *cobra.Command {
	var replace, dryRun bool
	cmd := &cobra.Command{
		Use: "restore FILE", Short: "Put a backup into an empty Redis", Args: cobra.ExactArgs(1),
		Long: `Put a backup into an empty Redis, or with --replace in the place of what is there.
Everything in the file is checked before anything is written: checksums, the digest of
every release, the chain of the audit. All of it then takes its place in one step, and
servers follow within seconds. Nobody stays signed in to the console. Dialogs of borrowers
are not in a backup, and those that are in this Redis stay.

Accounts are as they were: passwords changed and people disabled since then must be changed
and disabled again. Use the ZHILU_SECRET with which the backup was made. With another one
nobody's one-time code works, and an administrator must reset it (zhilu operator reset).`,
		RunE: withRedis(func(ctx context.Context, c config, rdb redis.UniversalClient, args []string) error {
			b, err := backup.Open(args[0])
			if err != nil {
				return backupFault(err)
			}
			defer b.Close()
			fmt.Fprintf(s.out, "made %s by zhilu %s, whole\n", b.Manifest.Made.Format(time.RFC3339), b.Manifest.Program)
			if b.Manifest.Secret != backup.SecretMark([]byte(c.Secret)) {
				fmt.Fprintln(s.err, "warning: made with another ZHILU_SECRET: one-time codes and recovery codes of operators will not work")
			}
			if dryRun {
				return compareBackup(ctx, s, b, rdb)
			}
			if err := b.Restore(ctx, rdb, replace, time.Now()); err != nil {
				return backupFault(err)
			}
			note(ctx, s, rdb, versions.Audit{Action: "backup.restore", After: b.Manifest.Made.Format(time.RFC3339)})
			if p := b.Live(); p.ID != "" {
				fmt.Fprintf(s.out, "release %d (%.12s) is live\n", p.Number, p.ID)
			} else {
				fmt.Fprintln(s.out, "nothing was released: the built-in base is live")
			}
			return nil
		}),
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "take away what is there, of which only another backup keeps anything")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "check the file and say what would change; write nothing")
	return cmd
}

// compareBackup prints what a restore would change: + comes, - goes, ~ becomes another.
func compareBackup(ctx context.Context, s streams, b *backup.Backup, rdb redis.UniversalClient) error {
	list, same, err := b.Compare(ctx, rdb, time.Now())
	if err != nil {
		return backupFault(err)
	}
	for _, d := range list {
		switch {
		case d.Now == "":
			fmt.Fprintf(s.out, "+ %s %s\n", d.What, d.Saved)
		case d.Saved == "":
			fmt.Fprintf(s.out, "- %s %s\n", d.What, d.Now)
		case d.Now == d.Saved:
			fmt.Fprintf(s.out, "~ %s\n", d.What)
		default:
			fmt.Fprintf(s.out, "~ %s %s -> %s\n", d.What, d.Now, d.Saved)
		}
	}
	fmt.Fprintf(s.out, "%d would change, %d would stay; nothing was written\n", len(list), same)
	return nil
}

// withRedis runs a command with the configured Redis, patiently.
func withRedis(run func(ctx context.Context, c config, rdb redis.UniversalClient, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		c, err := loadConfig(os.LookupEnv)
		switch {
		case err != nil:
			return err
		case c.RedisMode == "embedded":
			return errors.New("ZHILU_REDIS_URL is missing: a server in trial mode keeps nothing")
		}
		rdb, err := redisClientWith(c, redisTimes{backupCall, backupCall, backupCall})
		if err != nil {
			return err
		}
		defer rdb.Close()
		ctx, cancel := context.WithTimeout(cmd.Context(), backupTime)
		defer cancel()
		if err := run(ctx, c, rdb, args); err != nil {
			return faultError{err}
		}
		return nil
	}
}

// note puts into the audit that somebody at the command line has all accounts in hand. A Redis that
// cannot be written to must still be saved.
func note(ctx context.Context, s streams, rdb redis.UniversalClient, a versions.Audit) {
	store := versions.New(rdb, time.Now, builtIn)
	if err := store.Record(ctx, versions.Actor{Login: byCommand}, a); err != nil {
		fmt.Fprintln(s.err, "warning: the audit could not be written")
	}
}

// backupFault adds to an error what to do about it.
func backupFault(err error) error {
	switch {
	case errors.Is(err, backup.ErrNotEmpty):
		return fmt.Errorf("%w; --dry-run shows what would change, --replace takes away what is there", err)
	case errors.Is(err, backup.ErrBusy):
		return fmt.Errorf("%w: try again", err)
	}
	return err
}
