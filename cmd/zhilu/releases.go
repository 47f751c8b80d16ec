package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"zhilu/knowledge"
	"zhilu/knowledge/versions"
)

// errEmbeddedStore: the embedded Redis is inside the server, out of this command's reach.
var errEmbeddedStore = errors.New("ZHILU_REDIS_URL is missing: releases lie in a Redis; a server in trial mode has its own, and its console publishes")

// openStore gives the store of versions of the configured Redis.
func openStore() (*versions.Store, func(), error) {
	c, err := loadConfig(os.LookupEnv)
	switch {
	case err != nil:
		return nil, nil, err
	case c.RedisMode == "embedded":
		return nil, nil, errEmbeddedStore
	}
	rdb, err := redisClient(c)
	if err != nil {
		return nil, nil, err
	}
	return versions.New(rdb, time.Now, builtIn), func() { rdb.Close() }, nil
}

// builtIn is the base in the binary.
var builtIn = versions.NewBase(builtInFiles)

func builtInFiles() knowledge.Files {
	files, ps := knowledge.FilesOf(knowledge.Base())
	if len(ps) > 0 { // a test loads it
		panic(ps.Error())
	}
	return files
}

// storeTime is how long a command may take with the store.
const storeTime = 30 * time.Second

func releasesCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "releases", Short: "List what was released when, by whom and why; the live one is marked", Args: cobra.NoArgs,
		RunE: withStore(func(ctx context.Context, store *versions.Store, _ []string) error {
			p, err := store.Active(ctx)
			if err != nil {
				return err
			}
			list, err := store.Releases(ctx)
			if err != nil {
				return err
			}
			if len(list) == 0 {
				fmt.Fprintln(s.out, "nothing was released: the built-in base is live")
				return nil
			}
			w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			for _, r := range list {
				fmt.Fprintf(w, "%s\t%d\t%.12s\t%s\t%s\t%s\n", mark(p, r), r.Number, r.ID, r.At.In(knowledge.Beijing).Format("2006-01-02 15:04"), dash(r.Who), oneLine(r.Reason)+red(r))
			}
			return w.Flush()
		}),
	}
}

func mark(p versions.Pointer, r versions.Release) string {
	if r.Number == p.Number {
		return "*"
	}
	return ""
}

func red(r versions.Release) string {
	if r.Emergency && r.Reviewed == nil {
		return "  (emergency: nobody else has looked yet)"
	}
	return ""
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// oneLine keeps a reason in its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func rollbackCommand(s streams) *cobra.Command {
	var who, reason string
	cmd := &cobra.Command{
		Use: "rollback NUMBER", Short: "Make an earlier release live again, on every instance, within seconds", Args: cobra.ExactArgs(1),
		RunE: withStore(func(ctx context.Context, store *versions.Store, args []string) error {
			var number int
			if _, err := fmt.Sscanf(args[0], "%d", &number); err != nil {
				return fmt.Errorf("%q is no number of a release; `zhilu knowledge releases` lists them", args[0])
			}
			p, err := store.Active(ctx)
			if err != nil {
				return err
			}
			p, err = store.Activate(ctx, shellActor(who), number, p.Epoch, reason)
			if err != nil {
				return err
			}
			fmt.Fprintf(s.out, "release %d (%.12s) is live\n", p.Number, p.ID)
			return nil
		}),
	}
	byWhom(cmd, &who, &reason)
	return cmd
}

// byWhom adds the flags that the audit asks for.
func byWhom(cmd *cobra.Command, who, reason *string) {
	cmd.Flags().StringVar(who, "as", "", "your login or name, for the audit")
	cmd.Flags().StringVar(reason, "reason", "", "why, for the audit")
	for _, name := range []string{"as", "reason"} {
		if err := cmd.MarkFlagRequired(name); err != nil { // the flag is defined above
			panic(err)
		}
	}
}

// shellActor is a person at the command line of the server.
func shellActor(who string) versions.Actor { return versions.Actor{Login: who, Role: "shell"} }

// withStore runs a command on the store, with a limit of time. What the command says of a
// wrong argument stays a usage error; what the store says is a fault.
func withStore(run func(context.Context, *versions.Store, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		store, done, err := openStore()
		if err != nil {
			return err
		}
		defer done()
		ctx, cancel := context.WithTimeout(cmd.Context(), storeTime)
		defer cancel()
		if err := run(ctx, store, args); err != nil {
			return faultError{err}
		}
		return nil
	}
}

func publishCommand(s streams) *cobra.Command {
	var who, reason string
	var accept bool
	cmd := &cobra.Command{
		Use: "publish DIR", Short: "Check a folder as the console's gate does, and make it the live release", Args: cobra.ExactArgs(1),
		Long: `Check a folder with a knowledge base, play the golden conversations against it, and make
it the live release on every instance.

An error in the base, a message about self-harm or violence that does not get its card any
more, or a fall in the test set beyond noise refuses it. So does a draft with changes in the console: publish or discard it there
first. When golden conversations change they are named, and --accept is needed.

At the command line there is no second person: the release carries a red mark in the console
until somebody else has looked at it.`,
		RunE: withStore(func(ctx context.Context, store *versions.Store, args []string) error {
			return publishFolder(ctx, s, store, args[0], shellActor(who), reason, accept)
		}),
	}
	byWhom(cmd, &who, &reason)
	cmd.Flags().BoolVar(&accept, "accept", false, "the golden conversations that change are meant to")
	return cmd
}

// publishFolder makes a folder live.
func publishFolder(ctx context.Context, s streams, store *versions.Store, dir string, by versions.Actor, reason string, accept bool) error {
	fsys, closeFolder, err := openBase(dir)
	if err != nil {
		return err
	}
	defer closeFolder()
	files, problems := knowledge.Import(fsys)
	if len(problems) > 0 {
		return printProblems(s, fsys, problems, false)
	}
	d, err := store.Draft(ctx)
	if err != nil {
		return err
	}
	if len(d.Changes) > 0 {
		return fmt.Errorf("the draft in the console has changes in %d files: publish or discard them there first", len(d.Changes))
	}
	live, err := store.Files(ctx, d.Base)
	if err != nil {
		return err
	}
	if err := weighRelease(s, live, files, accept); err != nil {
		return err
	}
	revs, err := store.Revisions(ctx)
	if err != nil {
		return err
	}
	changes := changedFiles(live, files, revs)
	if len(changes) == 0 {
		return errors.New("the folder is what is live already")
	}
	if err := store.Save(ctx, by, changes, reason); err != nil {
		return err
	}
	return publishDraft(ctx, s, store, by, reason)
}

// changedFiles are those in which two bases differ.
func changedFiles(live, files knowledge.Files, revs map[string]int) []versions.File {
	var changes []versions.File
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if string(live[path]) != string(files[path]) {
			changes = append(changes, versions.File{Path: path, Rev: revs[path], Data: files[path]})
		}
	}
	for _, path := range slices.Sorted(maps.Keys(live)) {
		if _, ok := files[path]; !ok {
			changes = append(changes, versions.File{Path: path, Rev: revs[path]})
		}
	}
	return changes
}

func publishDraft(ctx context.Context, s streams, store *versions.Store, by versions.Actor, reason string) error {
	d, err := store.Draft(ctx)
	if err != nil {
		return err
	}
	p, err := store.Active(ctx)
	if err != nil {
		return err
	}
	base, err := store.Files(ctx, d.Base)
	if err != nil {
		return err
	}
	files := d.Over(base)
	parsed, ps := knowledge.ReadFiles(files, nil)
	if len(ps) > 0 {
		return ps
	}
	p, err = store.Publish(ctx, by, versions.Publication{Draft: parsed, Files: files, Counter: d.Counter, Epoch: p.Epoch, Reason: reason, Emergency: true})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "release %d (%.12s) is live; it waits for a second person's look in the console\n", p.Number, p.ID)
	return nil
}

// weighRelease refuses a base that misses danger or is routed worse than what is live, and one
// that answers differently unless that is accepted.
func weighRelease(s streams, live, files knowledge.Files, accept bool) error {
	was, ps := knowledge.ReadFiles(live, nil)
	now, more := knowledge.ReadFiles(files, was)
	if ps = append(ps, more...); len(ps) > 0 {
		return ps
	}
	before, ps := knowledge.Compile(was)
	if before == nil {
		return ps.Errors()
	}
	after, ps := knowledge.CompileAfter(now, before)
	if after == nil {
		return ps.Errors()
	}
	if missed, all := unheard(after); len(missed) > 0 {
		return fmt.Errorf("%d of the %d messages that must get the card for self-harm or violence do not", len(missed), all)
	}
	switch old, fresh := measure(before), measure(after); {
	case fresh.Deafer(old):
		return errors.New("fewer messages of the test set about self-harm or violence are recognised than by the live release")
	case falls(old, fresh):
		return fmt.Errorf("%d of %d messages of the test set are routed right, %d by the live release: a drop beyond noise", fresh.All.Right, fresh.All.All, old.All.Right)
	}
	if err := knowledge.PrintChanges(s.out, knowledge.Diff(was, now)); err != nil {
		return err
	}
	changed := 0
	talks := golden()
	for _, name := range slices.Sorted(maps.Keys(talks)) {
		text := talks[name]
		old, err := record(before, text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if again, err := record(after, text); err != nil || again != old {
			changed++
			fmt.Fprintf(s.out, "golden conversation %s changes\n", name)
		}
	}
	if changed > 0 && !accept {
		return fmt.Errorf("%d golden conversations change: read them (zhilu knowledge test), then add --accept", changed)
	}
	return nil
}
