# The one task runner; CI calls the same targets.
SHELL := /bin/bash
export PATH := $(HOME)/.cargo/bin:$(PATH)
export POSTBAG_TEST_POSTGRES ?= postgres://postbag_test:postbag_test@127.0.0.1:5432/postbag_test
export POSTBAG_TEST_AMQP ?= amqp://guest:guest@127.0.0.1:5672/%2f

.PHONY: demo train test check fmt lint deny audit doc deps bench fuzz scan screens samples regenerate

demo: ## a fresh Postbag with sample leaflets; prints the address and the accounts
	@scripts/deps.sh run
	@cargo run --quiet -p postbag -- demo

train: ## trains the recogniser of handwritten lines from where it stopped: MINUTES=90 DATA=folder
	scripts/train.sh $(MINUTES)

test: deps ## every test, on SQLite, PostgreSQL, RabbitMQ and Chromium
	cargo test --workspace --locked

check: fmt lint deny doc ## what CI runs after `make deps`
	cargo test --workspace --locked

fmt:
	cargo fmt --all --check

lint:
	cargo clippy --workspace --all-targets --locked -- -D warnings

deny:
	cargo deny --locked check bans licenses sources

audit: ## known vulnerabilities; needs the network
	cargo deny --locked check advisories

doc:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

deps: ## installs and starts what the machine lacks
	@scripts/deps.sh all

bench: ## each stage, the whole page, its ratio to decoding and to the tesseract command
	cargo bench -p tests --locked
	cargo bench -p review-web --bench stories --locked

fuzz: ## looks for files and texts that break a decoder or a parser: MINUTES=10 TARGET=name
	@scripts/fuzz.sh

scan: ## looks for holes in the bench with Wapiti, signed in as each role
	@scripts/deps.sh scan
	@cargo build --quiet --workspace --locked --bins
	@scripts/scan.sh

screens: ## pictures of every page, light and dark, desk and phone, into docs/screens
	mkdir -p docs/screens
	POSTBAG_TEST_SCREENSHOTS=$(CURDIR)/docs/screens cargo test --workspace --locked --test system every_page
	mogrify -colors 128 docs/screens/*.png

samples: ## makes the committed sample leaflets anew
	cargo run --quiet -p samples --example make_samples

regenerate: ## writes schemas and golden readings anew; look at the difference
	REGENERATE=1 cargo test --workspace --locked
