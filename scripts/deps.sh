#!/usr/bin/env bash
# Installs and starts what Postbag needs and this machine lacks, and says so. Safe to run again.
#   scripts/deps.sh run    what `make demo` needs
#   scripts/deps.sh all    also what `make check` needs
#   scripts/deps.sh scan   what `make scan` needs
set -euo pipefail
level=${1:-all}

say() { printf 'deps: %s\n' "$*"; }
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
as_user() { # USER COMMAND…
    local user=$1
    shift
    if [ "$(id -u)" -eq 0 ]; then runuser -u "$user" -- "$@"; else sudo -u "$user" -- "$@"; fi
}
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
wait_for() { # PORT NAME
    for _ in $(seq 120); do
        if listening "$1"; then return; fi
        sleep 0.5
    done
    say "$2 does not answer on 127.0.0.1:$1"
    exit 1
}

stop_dovecot() {
    if [ -d /run/systemd/system ]; then
        as_root systemctl disable --quiet --now dovecot.socket dovecot.service 2>/dev/null || true
    else
        as_root service dovecot stop >/dev/null 2>&1 || true
        as_root update-rc.d dovecot disable >/dev/null 2>&1 || true
    fi
}

packages=(ca-certificates curl gcc libc6-dev make tesseract-ocr tesseract-ocr-eng)
if [ "$level" = all ]; then
    packages+=(chromium chromium-driver dovecot-imapd openssl poppler-utils postgresql rabbitmq-server)
    # What scripts/formats.sh makes scans of every format with.
    packages+=(ghostscript imagemagick img2pdf libimage-exiftool-perl libjpeg-turbo-progs libopenjp2-tools)
    packages+=(libtiff-tools qpdf webp)
fi

if [ "$level" = scan ]; then
    packages+=(python3 wapiti)
fi

if ! command -v apt-get >/dev/null; then
    say "this is not Debian; please install the equivalents of: ${packages[*]}, and Rust 1.95 or newer"
    say "and start PostgreSQL on 127.0.0.1:5432 and RabbitMQ on 127.0.0.1:5672 for the tests"
else
    missing=()
    for package in "${packages[@]}"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || missing+=("$package")
    done
    if [ "${#missing[@]}" -gt 0 ]; then
        say "installing with apt-get: ${missing[*]}"
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
        # The tests start mail servers of their own; the one that Debian starts with the package is not wanted.
        case " ${missing[*]} " in *" dovecot-imapd "*) stop_dovecot ;; esac
    fi
fi

if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
    PATH="$HOME/.cargo/bin:$PATH"
fi
if ! command -v cargo >/dev/null; then
    say "installing Rust with rustup (https://rustup.rs)"
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal -c clippy -c rustfmt
    PATH="$HOME/.cargo/bin:$PATH"
fi

[ "$level" = all ] || exit 0

if ! command -v cargo-deny >/dev/null; then
    say "building cargo-deny (some minutes, once)"
    cargo install cargo-deny --version 0.20.2 --locked --quiet
fi

# Debian 12 has no encoder of JBIG2.
if ! command -v jbig2enc >/dev/null; then
    say "building jbig2enc (some minutes, once)"
    cargo install jbig2enc --version 0.1.2 --locked --quiet
fi

if ! listening 5432; then
    say "starting PostgreSQL"
    version=$(pg_lsclusters -h | awk '$2 == "main" { print $1; exit }')
    as_root pg_ctlcluster --skip-systemctl-redirect "$version" main start
    wait_for 5432 PostgreSQL
fi
# The tests make and drop schemas in this database, and databases of their own, with this role.
test_postgres=postgres://postbag_test:postbag_test@127.0.0.1:5432/postbag_test
if ! psql "$test_postgres" -qtc 'SELECT 1' >/dev/null 2>&1; then
    say "making the PostgreSQL role and database postbag_test"
    as_postgres() { (cd / && as_user postgres psql -qtA -c "$1"); }
    if [ -z "$(as_postgres "SELECT 1 FROM pg_roles WHERE rolname = 'postbag_test'")" ]; then
        as_postgres "CREATE ROLE postbag_test LOGIN CREATEDB PASSWORD 'postbag_test'"
    fi
    if [ -z "$(as_postgres "SELECT 1 FROM pg_database WHERE datname = 'postbag_test'")" ]; then
        as_postgres "CREATE DATABASE postbag_test OWNER postbag_test"
    fi
    psql "$test_postgres" -qtc 'SELECT 1' >/dev/null
fi

if ! listening 5672; then
    say "starting RabbitMQ"
    as_root rabbitmq-server -detached >/dev/null 2>&1
    wait_for 5672 RabbitMQ
fi
say "everything is there"
