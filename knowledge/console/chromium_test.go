package console

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// chromium starts the one Chromium of all tests of this process: a start costs more than most
// tests. Each tab has a browser context of its own, with its own cookies and storage.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, fmt.Errorf("Chromium is missing; make test installs it: %w", err)
	}
	dir, err := os.MkdirTemp("", "zhilu-console-chromium-")
	if err != nil {
		return nil, err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(dir), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("ignore-certificate-errors", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.NoFirstRun)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	browser, end := chromedp.NewContext(alloc)
	quit = func() { // stop waits until the process is gone
		end()
		stop()
		os.RemoveAll(dir)
	}
	return browser, chromedp.Do(browser, chromedp.Navigate("about:blank"))
})

// quit ends Chromium, if it was started.
var quit = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	quit()
	os.Exit(code)
}
