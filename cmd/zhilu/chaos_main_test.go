package main

import (
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

// runAsProgram in the environment makes the test binary the program itself, so that tests can
// kill, stop and end real processes.
const runAsProgram = "ZHILU_TEST_RUN_AS_PROGRAM"

// builtDir is the folder of the program that the short forms run.
var builtDir atomic.Pointer[string]

func TestMain(m *testing.M) {
	if os.Getenv(runAsProgram) != "" {
		main()
	}
	code := m.Run()
	if builtIn := builtDir.Load(); builtIn != nil {
		os.RemoveAll(*builtIn)
	}
	if longChaos() {
		printChaos(os.Stdout)
	}
	os.Exit(code)
}

// The size of the scenarios. `make test` runs short forms; `make chaos` sets
// ZHILU_CHAOS_SECONDS, how long a fault lasts, and ZHILU_CHAOS_USERS, how many talk meanwhile.
const (
	shortFault = 2 * time.Second
	shortUsers = 16
)

func longChaos() bool { return os.Getenv("ZHILU_CHAOS_SECONDS") != "" }

func chaosTime() time.Duration {
	if n, err := strconv.Atoi(os.Getenv("ZHILU_CHAOS_SECONDS")); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	return shortFault
}

func chaosUsers() int {
	if n, err := strconv.Atoi(os.Getenv("ZHILU_CHAOS_USERS")); err == nil && n > 0 {
		return n
	}
	return shortUsers
}
