package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"zhilu/bot"
	"zhilu/bot/simulator"
	"zhilu/dialog/session"
	"zhilu/knowledge/counts"
	"zhilu/knowledge/danger"
	"zhilu/knowledge/versions"
)

func serveCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Answer WeChat; without configuration: try it out on a page of its own", Args: cobra.NoArgs,
		Long: `Answer the messages of a WeChat official account.

Everything is configured by ZHILU_… environment variables (see deploy/zhilu.env.example).
Without any of them the server starts in trial mode: an embedded Redis, the embedded
knowledge base, and a chat page that plays WeChat.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(os.LookupEnv)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), c, s)
		},
	}
}

// serve runs a server until ctx ends or the process is told to stop.
func serve(ctx context.Context, c config, s streams) error {
	app, err := newApp(c, newLog(s.err, c.LogLevel))
	if err != nil {
		return faultError{err}
	}
	defer app.close()
	limitMemory()
	for _, line := range app.addresses() {
		fmt.Fprintln(s.out, line)
	}
	return serveUntilSignal(ctx, app)
}

// limitMemory lets the collector use memory that is there anyway: garbage is collected when the
// heap has grown fivefold or nears the limit, whichever is first. GOGC and GOMEMLIMIT override it.
func limitMemory() {
	const limit = 176 << 20
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
	debug.FreeOSMemory() // what compiling took
}

// app is a server put together: what it listens on and what must be closed.
type app struct {
	config    config
	endpoints []*endpoint // public, ops, console
	closers   []func()
	draining  atomic.Bool

	refusedConns atomic.Int64

	store      *versions.Store
	live       *versions.Live
	consoleURL string
	signIn     string // of a trial: the console's one-time link
}

// endpoint is one listener and what it serves.
type endpoint struct {
	listener net.Listener
	server   *http.Server
}

// newApp wires a server and opens its listeners, in the order: Redis, knowledge, WeChat,
// listeners. What was opened is closed again when a later step fails.
func newApp(c config, log *slog.Logger) (*app, error) {
	a := &app{config: c}
	if err := a.build(log); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

func (a *app) build(log *slog.Logger) error {
	danger.Floor() // its rules are compiled on first use: now, and not in somebody's first message
	rdb, err := a.redis()
	if err != nil {
		return err
	}
	if err := a.openLive(rdb, log); err != nil {
		return err
	}
	door, err := bot.NewDoor(a.config.account(), time.Now, rand.Reader)
	if err != nil {
		return err
	}
	registry := newRegistry()
	metrics := bot.NewMetrics(registry)
	count := a.openCounts(rdb, log)
	sessions := a.openSessions(rdb, metrics)
	a.measure(registry, rdb, sessions)
	b := &bot.Bot{
		Door: door, Store: sessions, Account: a.config.AppID,
		Release: a.live.Release, Now: time.Now, Log: log, Count: count, Metrics: metrics, PerMinute: a.config.PerMinute,
	}
	public, err := openListener("ZHILU_LISTEN", a.config.Listen)
	if err != nil {
		return err
	}
	a.closers = append(a.closers, func() { public.Close() })
	public = &capped{Listener: public, most: maxConnections, refused: &a.refusedConns}
	router := newRouter()
	router.Use(a.letGo)
	b.Routes(router)
	if a.config.Trial {
		if err := a.mountTry(router, public.Addr()); err != nil {
			return err
		}
	}
	ops, err := openListener("ZHILU_OPS_LISTEN", a.config.OpsListen)
	if err != nil {
		return err
	}
	a.closers = append(a.closers, func() { ops.Close() })
	write := answerTime
	if a.config.Trial {
		write = pageTime
	}
	pages, err := a.openConsole(rdb, log, newConsoleMeter(registry))
	if err != nil {
		return err
	}
	a.endpoints = []*endpoint{{public, newServer(router, write)}, {ops, newServer(a.opsRouter(rdb, registry), opsTime)}, pages}
	return nil
}

// redis gives the client of the configured server, or of an embedded one.
func (a *app) redis() (redis.UniversalClient, error) {
	if a.config.RedisMode != "embedded" {
		rdb, err := redisClient(a.config)
		if err == nil {
			a.closers = append(a.closers, func() { rdb.Close() })
		}
		return rdb, err
	}
	embedded, err := session.StartEmbedded()
	if err != nil {
		return nil, err
	}
	rdb := embedded.Client()
	a.closers = append(a.closers, embedded.Close, func() { rdb.Close() })
	return rdb, nil
}

// backgroundTime is how long what is left of turns may take when the server ends.
const backgroundTime = 2 * time.Second

// openSessions gives the store of sessions; what it still has to write is written when the server
// is closed, before Redis is.
func (a *app) openSessions(rdb redis.UniversalClient, metrics *bot.Metrics) *session.Store {
	options := []session.Option{session.WithMeter(metrics)}
	if p, ok := a.pipeline(rdb); ok {
		options = append(options, session.WithPipeline(p))
	}
	store := session.New(rdb, []byte(a.config.Secret), options...)
	a.closers = append(a.closers, func() {
		ctx, cancel := context.WithTimeout(context.Background(), backgroundTime)
		defer cancel()
		store.Close(ctx)
	})
	return store
}

// countsTime is how long the last counts may take on their way to Redis.
const countsTime = 2 * time.Second

// openCounts counts turns until the server is closed: app.close runs when no request is under
// way any more, and closes Redis after it.
func (a *app) openCounts(rdb redis.UniversalClient, log *slog.Logger) func(bot.Event) {
	recorder := counts.New(rdb, []byte(a.config.Secret))
	a.closers = append(a.closers, func() {
		ctx, cancel := context.WithTimeout(context.Background(), countsTime)
		defer cancel()
		if recorder.Close(ctx) != nil || recorder.Lost() > 0 { // its error may name an address
			log.Warn("counts were lost", "lost", recorder.Lost())
		}
	})
	return func(e bot.Event) { recorder.Record(counts.Turn(e)) }
}

// mountTry adds the chat page, which reaches the bot over HTTP through the real webhook.
func (a *app) mountTry(router *gin.Engine, public net.Addr) error {
	c := a.config
	platform, err := simulator.New(simulator.Config{
		URL: "http://" + public.String() + bot.Path, Mode: simulator.Mode(c.Mode),
		Token: string(c.Token), AppID: c.AppID, AESKey: string(c.AESKey), Account: c.Account,
	})
	if err != nil {
		return err
	}
	try := gin.WrapH(platform.Try("/try/"))
	router.Any("/try/*path", try)
	router.GET("/", func(g *gin.Context) { g.Redirect(http.StatusFound, "/try/") })
	return nil
}

// opsRouter serves what operators and orchestrators ask; it is never on the public address.
func (a *app) opsRouter(rdb redis.UniversalClient, registry *prometheus.Registry) *gin.Engine {
	router := newRouter()
	router.GET("/metrics", gin.WrapH(promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})))
	profiles := router.Group("/debug/pprof")
	profiles.GET("/", gin.WrapF(pprof.Index))
	profiles.GET("/profile", gin.WrapF(pprof.Profile))
	profiles.GET("/:name", func(g *gin.Context) { pprof.Handler(g.Param("name")).ServeHTTP(g.Writer, g.Request) })
	router.GET("/livez", func(g *gin.Context) { g.String(http.StatusOK, "ok\n") })
	router.GET("/readyz", func(g *gin.Context) {
		if a.draining.Load() {
			g.String(http.StatusServiceUnavailable, "draining\n")
			return
		}
		ctx, cancel := context.WithTimeout(g.Request.Context(), time.Second)
		defer cancel()
		if rdb.Ping(ctx).Err() != nil { // we still answer, without places: stay in the load balancer
			g.String(http.StatusOK, "ok\ndegraded: redis\n")
			return
		}
		if a.live.Trouble() != "" {
			g.String(http.StatusOK, "ok\ndegraded: "+a.live.Trouble()+"\n")
			return
		}
		g.String(http.StatusOK, "ok\n")
	})
	return router
}

// newRouter is a gin engine without its habits: no access log (it would hold query strings),
// no trust in forwarding headers, no page that names the framework.
func newRouter() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.HandleMethodNotAllowed = true
	router.SetTrustedProxies(nil)
	empty := func(g *gin.Context) { g.Writer.WriteHeaderNow() }
	router.NoRoute(empty)
	router.NoMethod(empty)
	return router
}

// newServer sets the timeouts of reliability-design §3: the platform hangs up after 5 s. A
// chat page that plays the platform waits for its three tries, so write is longer there.
func newServer(h http.Handler, write time.Duration) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 3 * time.Second, ReadTimeout: 5 * time.Second,
		WriteTimeout: write, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
}

const (
	answerTime = 8 * time.Second
	pageTime   = 20 * time.Second
	opsTime    = time.Minute // a CPU profile takes half of it
)

// openListener names the setting in its error.
func openListener(name, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return nil, fmt.Errorf("%s: cannot listen on %s: %w", name, addr, err)
	}
	return l, nil
}

// addresses is what the operator reads at the start.
func (a *app) addresses() []string {
	public, ops := a.endpoints[0].listener.Addr(), a.endpoints[1].listener.Addr()
	lines := []string{fmt.Sprintf("webhook:   http://%s%s", public, bot.Path), fmt.Sprintf("ops:       http://%s/readyz", ops), "console:   " + a.consoleURL}
	if a.config.Trial {
		lines[2] = "console:   " + a.signIn + " (signs in once, within 24 hours)"
		lines = append([]string{fmt.Sprintf("chat page: http://%s/try/", public)}, lines...)
		lines = append(lines, "trial mode: nothing of WeChat is configured, so this server plays WeChat itself; see README.md to connect an account")
	}
	return lines
}

func (a *app) drain() { a.draining.Store(true) }

// letGo has callers open their next connection elsewhere while the server is draining.
func (a *app) letGo(g *gin.Context) {
	if a.draining.Load() {
		g.Header("Connection", "close")
	}
}

// close undoes what was opened, last first.
func (a *app) close() {
	for i := len(a.closers) - 1; i >= 0; i-- {
		a.closers[i]()
	}
}
