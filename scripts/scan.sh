#!/usr/bin/env bash
# Looks for holes in the bench with Wapiti, signed in as each role, and ends with a line for each.
#   POSTBAG=target/debug/postbag   the program that is looked at
#   ROLES="moderator auditor"      only these
#   OUT=DIR                        where the reports are left; a folder of its own otherwise
# The status is not 0 when there is a finding above low (level 1). Pages that end the session, or change the password that
# it was begun with, are left out: the scan would go on as nobody.
set -euo pipefail
cd "$(dirname "$0")/.."

postbag=$(realpath "${POSTBAG:-target/debug/postbag}")
# The administrator comes last: that scan shuts others out.
roles=${ROLES:-mail-room moderator senior auditor administrator}
out=${OUT:-$(mktemp -d)}
port=$((20000 + RANDOM % 20000))
base=http://127.0.0.1:$port
password="a password for the scan"
work=$(mktemp -d)

say() { printf 'scan: %s\n' "$*" >&2; }

command -v wapiti >/dev/null || { say "wapiti is missing: scripts/deps.sh scan"; exit 1; }

start() {
    (cd "$work" && exec "$postbag" demo --dir "$work/demo" --listen "127.0.0.1:$port" >"$work/log" 2>&1) &
    server=$!
    trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
    for _ in $(seq 120); do
        if grep -q 'wait in the queue' "$work/log"; then return; fi
        sleep 1
    done
    say "the bench does not start"; cat "$work/log" >&2; exit 1
}

account() { # ROLE
    (cd "$work" && printf '%s\n' "$password" | POSTBAG__DATABASE__URL="sqlite://$work/demo/postbag.db" \
        "$postbag" user add "scan-$1" --role "$1" >/dev/null)
}

# The cookie of a session.
sign_in() { # ROLE
    local jar=$work/$1.jar token
    token=$(curl -s -c "$jar" "$base/sign-in" | sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | head -1)
    curl -s -o /dev/null -b "$jar" -c "$jar" --data-urlencode "csrf=$token" --data-urlencode "name=scan-$1" \
        --data-urlencode "password=$password" "$base/sign-in"
    awk '!/^# / && NF > 6 { printf "%s%s=%s", sep, $6, $7; sep = "; " }' "$jar"
}

scan() { # ROLE COOKIE
    # Debian 12's Wapiti writes the patterns of -x in a way that its Python no longer takes; and it sends every field of a form
    # with files as a file, which no server reads as a field: all such forms are refused, and so seem to check no token.
    /usr/bin/python3 -c 'import fnmatch, re, requests
from wapitiCore.net import crawler
crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
post = requests.Session.post
def post_fields(session, url, files=None, **others):
    fields = [(name, (None, value) if isinstance(value, str) else value) for name, value in files or []]
    return post(session, url, files=fields or None, **others)
requests.Session.post = post_fields
from wapitiCore.main.wapiti import wapiti_main
wapiti_main()' -u "$base/" -s "$base/queue" -s "$base/mail-room" -s "$base/quarantine" -s "$base/account" \
        -s "$base/people" -s "$base/audit" -s "$base/deliveries" -s "$base/layouts" \
        -x "$base/sign-out" -x "$base/account/*" -x "$base/mail-room/events" \
        -H "Cookie: $2" -m all --flush-session --scope domain --depth 4 --max-links-per-page 40 --max-scan-time 120 \
        --max-attack-time 20 -f json -o "$out/$1.json" --no-bugreport >"$out/$1.log" 2>&1
}

# Prints the findings above low, one in a line.
findings() { # ROLE
    python3 - "$out/$1.json" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
kinds = {**report.get("vulnerabilities", {}), **report.get("anomalies", {})}
for kind, found in kinds.items():
    for one in found:
        if int(one.get("level", 3)) > 1:
            print(f"{kind}: {one.get('method')} {one.get('path')} {one.get('parameter') or ''}: {one.get('info')}")
PY
}

start
failed=0
for role in $roles; do
    account "$role"
    cookie=$(sign_in "$role")
    case $cookie in *postbag*) ;; *) say "$role cannot sign in"; exit 1 ;; esac
    scan "$role" "$cookie"
    above=$(findings "$role")
    n=$(printf '%s' "$above" | grep -c . || true)
    say "$role: $n findings above low"
    if [ "$n" -gt 0 ]; then printf '%s\n' "$above" >&2; failed=1; fi
done
say "the reports are in $out"
exit $failed
