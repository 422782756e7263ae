# Barometer: `make help` lists what there is to make.

GO ?= go

# What barometer version says, and barometer_build_info.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
COMMIT ?= $(shell git rev-parse HEAD 2>/dev/null)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: libchdb
libchdb: ## Fetch the embedded ClickHouse engine once into the user's cache (npm)
	@deploy/embedded/libchdb/fetch.sh

.PHONY: web
web: ## Fetch what the pages need (npm) and put it where the build embeds it
	@dashboard/web/build.sh

.PHONY: build
build: web ## Build bin/barometer
	$(GO) build -ldflags "-X main.version=$(VERSION) -X main.commit=$(COMMIT)" -o bin/barometer ./cmd/barometer

.PHONY: run
run: libchdb build ## Start the whole product on this machine, with a simulated economy, and say where to look
	bin/barometer run --simulate

.PHONY: test
test: libchdb ## Run all tests
	$(GO) test -vet=off -p 3 -parallel 4 ./...
	$(GO) test -vet=off -tags nextfold -run Upgrade ./cmd/barometer/internal/crashsim

# What speaks to Kafka: make kafka runs it, with the race detector, against a real one.
KAFKA = $(shell grep -rl --include='*_test.go' 'deploy/kafkatest"' . | grep -v foldlint | xargs -n1 dirname | sort -u)

.PHONY: check
check: libchdb ## Run what else has goroutines with the race detector, and the simulator through 1000 seeds
	$(GO) test -vet=off -race -short -timeout 20m $$($(GO) list ./... | grep -vxF "$$($(GO) list $(KAFKA))")
	$(MAKE) simulate SEEDS=1000

.PHONY: kafka
kafka: libchdb ## Run what speaks to Kafka against a real Apache Kafka (fetched once from Maven Central)
	BAROMETER_TEST_KAFKA=real BAROMETER_TEST_TORTURE=20 $(GO) test -race -count=1 -timeout 25m $(KAFKA)

.PHONY: browser
browser: libchdb build ## Drive a browser (Debian's chromium) through the pages, with axe on each; SHOTS=DIR keeps pictures
	dashboard/web/browser/run.sh

.PHONY: api
api: libchdb build ## Hold the HTTP API against its OpenAPI document with schemathesis (fetched once from PyPI), two minutes
	dashboard/testdata/schemathesis/run.sh

.PHONY: arm64
arm64: ## Fold the recorded log on arm64 too, under an emulator (Debian's qemu-user)
	@command -v qemu-aarch64 >/dev/null || { apt-get update -qq && apt-get install -y -qq qemu-user >/dev/null; }
	cd cmd/barometer/internal/golden && GOARCH=arm64 CGO_ENABLED=0 $(GO) test -count=1 -exec qemu-aarch64 .

.PHONY: simulate
SEEDS ?= 10000
FROM ?= 0
simulate: ## Run the cores through SEEDS seeded worlds of crashes and faults, from seed FROM on (0: fresh ones)
	$(GO) test -count=1 -timeout 2h -run TestSeeds ./cmd/barometer/internal/crashsim -seeds=$(SEEDS) -from=$(FROM)

.PHONY: torture
ROUNDS ?= 100
torture: libchdb ## Kill and stop processes of an installation on a real Apache Kafka, ROUNDS times, and compare all that they wrote
	BAROMETER_TEST_KAFKA=real BAROMETER_TEST_TORTURE=$(ROUNDS) $(GO) test -count=1 -timeout 3h -v -run TestTorture ./cmd/barometer

.PHONY: bench
bench: libchdb ## Run the benchmarks, and say on which machine (some six minutes)
	@$(GO) version; nproc | sed 's/$$/ processors/'; grep -m1 'model name' /proc/cpuinfo; grep MemTotal /proc/meminfo
	$(GO) test -p 1 -run '^$$' -bench . -benchmem ./...

.PHONY: fmt
fmt: ## Format the code
	gofmt -w $(shell git ls-files '*.go')

.PHONY: lint
lint: ## Check formatting and run the linters
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "not formatted: run make fmt"; exit 1; }
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	$(GO) run ./cmd/foldlint ./...
