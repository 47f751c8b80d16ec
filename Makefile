# Everything a developer or a machine calls. `make` prints this list.
.DEFAULT_GOAL := help
.PHONY: help run test lint eval bench microbench chaos fuzz update build deps

GO ?= go
BENCH ?= # flags of make bench, such as -rounds 1

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start the server in trial mode: a chat page, nothing to configure
	$(GO) run ./cmd/zhilu serve

test: deps ## All tests with the race detector; installs redis-server, Chromium, Caddy and nginx when missing
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	GOGC=400 $(GO) test -race -timeout 25m ./...

lint: ## Check the embedded knowledge base and play its golden conversations
	$(GO) run ./cmd/zhilu knowledge lint
	$(GO) run ./cmd/zhilu knowledge test dialog/testdata

eval: ## Route the messages of the test set; write the figures into the README
	$(GO) run ./cmd/zhilu eval knowledge/testdata/utterances/dev.jsonl
	$(GO) test ./cmd/zhilu -run TestReadmeFigures -update

bench: deps ## Load Zhilu beside a plain echo and a usual bot on gin and the SDK, with a real Redis; write the ratios into the README
	$(GO) run ./bot/bench/run $(BENCH)

microbench: deps ## The parts of a turn, one by one
	$(GO) test -run '^$$' -bench . -benchmem ./bot/... ./dialog/... ./knowledge/...

chaos: deps ## Every fault of Redis, network and instances for 30 seconds each, with the race detector; prints a table
	ZHILU_CHAOS_SECONDS=$${ZHILU_CHAOS_SECONDS:-30} ZHILU_CHAOS_USERS=$${ZHILU_CHAOS_USERS:-100} \
		$(GO) test -race -count=1 -timeout 60m -run '^TestChaos' ./cmd/zhilu ./dialog/session/redistest

fuzz: ## Fuzz every parser of outside input for 30 seconds each
	@for pkg in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
		$(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 30s $$pkg || exit 1; done; done

update: ## Rewrite the expected answers of the golden conversations, the schema for editors, the problems in translation, what the README shows
	$(GO) test ./dialog -run "TestTranscripts|TestPicture" -update
	$(GO) test ./knowledge -run "TestSchemaFile|TestProblemsOfBroken" -update
	$(GO) test ./cmd/zhilu -run "TestReadmeTranscript|TestReadmeFigures" -update

build: ## Build a static binary
	CGO_ENABLED=0 $(GO) build -trimpath -o zhilu ./cmd/zhilu

# The race detector needs a C compiler; the tests need a real redis-server, Chromium and a font with Chinese, and for
# what lies in deploy the proxies, and tools that read units, shell scripts and system calls.
deps:
	@missing=""; \
	command -v gcc >/dev/null || missing="$$missing gcc libc6-dev"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	[ -n "$$(ls /usr/share/fonts/opentype/noto/NotoSansCJK-*.ttc 2>/dev/null)" ] || missing="$$missing fonts-noto-cjk"; \
	for tool in caddy nginx shellcheck strace; do \
		PATH=$$PATH:/usr/sbin command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	command -v systemd-analyze >/dev/null || missing="$$missing systemd"; \
	if [ -n "$$missing" ]; then \
		sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		echo "installing$$missing"; \
		$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
