#!/usr/bin/env bash
# Runs the fuzz targets of fuzz/, one after the other, and ends with one line for each.
#   MINUTES=10           how long each runs
#   TARGET=pdf           only this one
#   POSTBAG_HOSTILE=DIR  broken files to begin with; ../shared/data/hostile when it is there
# A target stops at its first finding. What it found lies in fuzz/artifacts/TARGET/; then the status is not 0.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$HOME/.cargo/bin:$PATH"
# The instrumentation is a feature of the nightly compiler; the stable one has it under lock.
export RUSTC_BOOTSTRAP=1

targets=(pdf tiff jpeg png small worker_picture layout message payload)
hostile=${POSTBAG_HOSTILE:-../shared/data/hostile}
seconds=$((${MINUTES:-10} * 60))
# Larger files are slow, and no more is found with them.
longest_bytes=100000
logs=fuzz/logs

say() { printf 'fuzz: %s\n' "$*" >&2; }

seed() { # TARGET FILE
    local name
    name=$(sha1sum "$2" | cut -c 1-40)
    [ -e "fuzz/corpus/$1/$name" ] || install -m 644 "$2" "fuzz/corpus/$1/$name"
}

# By what is in it, as Postbag does; a file of no known kind begins nothing.
seed_by_content() { # FILE
    case "$(od -An -v -tx1 -N12 "$1" | tr -d ' \n')" in
        89504e47*) seed png "$1"; seed worker_picture "$1" ;;
        ffd8ff*) seed jpeg "$1"; seed worker_picture "$1" ;;
        49492a00* | 49492b00* | 4d4d002a* | 4d4d002b*) seed tiff "$1" ;;
        424d* | 52494646????????57454250*) seed small "$1" ;;
        *) if head -c 1024 "$1" | grep -aq '%PDF-'; then seed pdf "$1"; fi ;;
    esac
}

# Small pictures of leaflets in every form that is read (see docs/FORMATS.md).
forms() { # OUT_DIR
    convert samples/leaflets/01-ordinary.png -resize 96x "$1/sample-grey.png"
    convert samples/leaflets/02-colour.jpg -resize 96x "$1/sample-colour.png"
    scripts/formats.sh "$1" "$1/sample-grey.png" "$1/sample-colour.png"
}

seeds() {
    local target file made
    for target in "${targets[@]}"; do mkdir -p "fuzz/corpus/$target"; done
    for target in layout message payload; do
        for file in fuzz/seeds/"$target"/*; do [ ! -e "$file" ] || seed "$target" "$file"; done
    done
    for file in schemas/layouts/*.json; do seed layout "$file"; done
    made=$(mktemp -d)
    forms "$made" >/dev/null 2>&1 || say "not every form could be made to begin with; make deps installs the tools"
    [ -d "$hostile" ] || say "no broken files to begin with: $hostile is not here"
    while IFS= read -r -d '' file; do
        seed_by_content "$file"
    done < <(find "$made" samples ocr-worker/tests fuzz/seeds "$hostile" -type f -size -"$longest_bytes"c -print0 2>/dev/null)
    rm -rf "$made"
}

run() { # TARGET
    local options=(
        -max_total_time="$seconds" -rss_limit_mb=2048 -malloc_limit_mb=512
        -max_len="$longest_bytes" -print_final_stats=1 -print_funcs=0
        # By the clock, and the machine may be busy: for what never ends. The targets measure the processor's time.
        -timeout=100
        # A thread of a decoder may end a moment after its last page came, which looks like a leak.
        -detect_leaks=0
    )
    [ ! -e "fuzz/dict/$1.dict" ] || options+=(-dict="fuzz/dict/$1.dict")
    say "$1 for $seconds seconds; the log is $logs/$1.log"
    cargo fuzz run "$1" -- "${options[@]}" >"$logs/$1.log" 2>&1
}

summary() { # TARGET FINDINGS
    local log=$logs/$1.log executions coverage contained
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    coverage=$(grep -ao 'cov: [0-9]* ft: [0-9]*' "$log" | tail -n 1)
    contained=$(grep -ac '^CONTAINED' "$log" || true)
    printf '%-15s executions: %s, %s, panics contained: %s, findings: %s\n' \
        "$1" "${executions:-?}" "${coverage:-cov: ?}" "$contained" "$2"
}

command -v c++ >/dev/null || { say "a C++ compiler is missing (Debian: g++)"; exit 3; }
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
mkdir -p "$logs"
seeds
cargo fuzz build
status=0
lines=()
for target in ${TARGET:-"${targets[@]}"}; do
    findings=0
    run "$target" || { findings=1; status=1; }
    lines+=("$(summary "$target" "$findings")")
done
printf '%s\n' "${lines[@]}"
exit "$status"
