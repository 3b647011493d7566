# `make` alone lists what there is. `make run` and `make test` need a Rust toolchain and a network, and see to the rest.

# Tools that scripts/setup.sh fetched for this checkout come first.
export PATH := $(CURDIR)/.tools/bin:$(PATH)

CARGO ?= cargo
# `make run PROFILE=release` is slower to build and faster to run.
PROFILE ?= dev
# Arguments for the program: make run ARGS="--port 9000", make device ARGS="sessions.csv".
ARGS ?=
COMPOSE ?= docker compose

almanac := $(CARGO) run --quiet --profile $(PROFILE) --package almanac-server --bin almanac --

.DEFAULT_GOAL := help
.PHONY: help setup run demo device test lint bench openapi schema start-order images vendor db-up db-down db-migrate db-revert db-psql docker clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ── use it ──

setup: ## installs what running needs, or names what is missing
	@scripts/setup.sh run

run: setup ## builds and starts Almanac with its own PostgreSQL, and prints the address to open
	@echo "Building (the first time takes some minutes) ..."
	@$(CARGO) build --profile $(PROFILE) --package almanac-server --bin almanac
	@$(almanac) serve $(ARGS)

demo: setup ## fills a running Almanac with a real fortnight of two devices, and says with what to sign in to see it
	@$(almanac) demo $(ARGS)

device: setup ## registers this machine and uploads sessions: make device ARGS="sessions.csv"
	@$(almanac) device $(ARGS)

# ── work on it ──

test: ## everything: lint, all Rust tests, the front end's tests, the dashboard in a browser
	@scripts/setup.sh test
	@scripts/check.sh test

lint: ## format, clippy, the direction of imports, licences, the front end's linters, the container files
	@scripts/setup.sh test
	@scripts/check.sh lint

bench: setup ## measures throughput and latency beside yardsticks, and writes docs/BENCHMARKS.md
	$(CARGO) build --release --package almanac-server --bin almanac
	$(CARGO) run --release --package almanac-bench -- $(ARGS)

openapi: setup ## writes docs/openapi.json from the handlers
	@mkdir -p docs
	@$(almanac) openapi > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json || { rm -f docs/openapi.json.new; exit 1; }

schema: setup ## writes crates/persistence/src/schema.rs from the migrations
	@scripts/schema.sh

start-order: setup ## writes crates/server/start.ld: what a release runs at its start lies side by side (needs valgrind)
	@scripts/start-order.sh

images: ## takes the screenshots that the README shows
	@scripts/setup.sh test
	$(CARGO) build --package almanac-server --bin almanac
	cd web && CHROMIUM="$$(../scripts/browser.sh)" npm run images

vendor: ## copies the front end's libraries from npm into web/vendor/
	@scripts/setup.sh test
	cd web && npm run vendor

# ── its database ──

db-up: ## starts docker compose's PostgreSQL, for a DATABASE_URL of your own
	$(COMPOSE) up --detach --wait database
	@echo 'DATABASE_URL=postgres://almanac:almanac@127.0.0.1:5432/almanac'

db-down: ## stops it; its data stays
	$(COMPOSE) stop database

db-migrate: setup ## brings the database to the newest migration (serve does so by itself)
	@$(almanac) migrate

db-revert: setup ## takes the newest migration back
	@$(almanac) migrate --revert

db-psql: ## a psql prompt on DATABASE_URL, or on the private PostgreSQL of a running Almanac
	@scripts/psql.sh $(ARGS)

# ── ship it ──

docker: ## builds the container image `almanac`
	docker build --tag almanac .

clean: ## removes what was built and fetched; never data
	$(CARGO) clean
	rm -rf .tools web/node_modules web/test-results web/playwright-report
