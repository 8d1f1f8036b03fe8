# Targets of api7-preflight. `make test` is all that a fresh machine with Go needs.
GO        ?= go
LINT      := $(GO) tool -modfile=$(CURDIR)/internal/dev/tools/go.mod golangci-lint
MODULES   := . internal/test/kinetest internal/test/readertest
FUZZTIME  ?= 30s

.PHONY: help build dist dist-check test race lint fmt gen golden rule fuzz faults mutate charts bench postgres

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build ./api7-preflight, static
	CGO_ENABLED=0 $(GO) build -trimpath -tags nethttpomithttp2 -ldflags '-s -w' -o api7-preflight ./cmd/api7-preflight

dist: ## build static binaries for Linux, macOS and Windows into dist/, with SHA256SUMS: the same commit gives the same bytes
	@GO='$(GO)' internal/dev/tools/dist.sh

dist-check: ## prove that, from two fresh clones of HEAD, and that the binaries for Linux are small enough (minutes)
	@GO='$(GO)' internal/dev/tools/dist.sh -check

test: postgres ## run every test; PostgreSQL and PgBouncer are started and stopped by the tests
	@set -e; for m in $(MODULES); do (cd $$m && $(GO) test -vet=off -timeout 20m ./...); done

race: postgres ## the same with the race detector (needs a C compiler)
	@set -e; for m in $(MODULES); do (cd $$m && $(GO) test -race ./...); done

lint: ## run the pinned golangci-lint
	@set -e; for m in $(MODULES); do (cd $$m && $(LINT) run --config $(CURDIR)/.golangci.yml ./...); done

fmt: ## format
	@set -e; for m in $(MODULES); do (cd $$m && $(LINT) fmt --config $(CURDIR)/.golangci.yml ./...); done

gen: ## write what is generated from the rules, the report's types and the licences of modules
	$(GO) run ./internal/dev/gen
	$(GO) test ./internal/dev/gen/tables -run TestCommittedTables -update
	$(GO) test ./internal/report ./internal/compare ./internal/runbook ./internal/targets ./internal/source/snapshot -run TestCommittedSchema -update
	$(GO) test ./internal/dev/gen/notices -run TestCommittedNotices -update

golden: postgres ## rewrite golden reports and the example installation; read the difference before committing it
	$(GO) test ./internal/cli -run 'TestExample(IsTheInstallation|FilesAre)' -update
	$(GO) test ./internal/render ./internal/cli -update

rule: ## make rule ID=what-is-wrong LINE=v3_8 SINCE=3.8.10 KIND=plugin|file|own|reminder: a new rule folder, failing until it is filled
	@$(GO) run ./internal/dev/gen -rule '$(ID)' -line '$(LINE)' -since '$(SINCE)' -kind '$(KIND)'

fuzz: ## fuzz every parser for FUZZTIME each
	@set -e; grep -rlE '^func Fuzz' --include=*_test.go internal rules | while read -r f; do \
		for t in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9]+).*/\1/p' $$f); do \
			echo "== $$t ($$(dirname $$f))"; $(GO) test ./$$(dirname $$f) -run '^$$' -fuzz "^$$t$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x; done; done

faults: postgres ## cut, stall, damage, signal, fill: try every class of fault and write the counts into docs/reliability.md (minutes)
	$(GO) run ./internal/dev/faults -doc docs/reliability.md

mutate: ## change every condition of the rules and print the changes that no fixture notices (long)
	$(GO) run ./internal/dev/mutate $(RULES)

charts: ## make charts CHARTS=DIR: try files and rules on the vendor's Helm charts, from a clone of api7/api7-helm-chart
	$(GO) run ./internal/dev/charts -repo '$(CHARTS)' -template -doc docs/config-rules.md

bench: postgres ## a million routes, many findings, repositories of files, large dumps: time against tools that only read them, and memory
	$(GO) test ./internal/dev/bench -run '^$$' -bench . -benchtime 1x -timeout 20m

postgres: # the servers that tests start
	@internal/dev/tools/postgres.sh
