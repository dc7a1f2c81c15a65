#!/bin/sh
# Run every benchmark; each prints medians, ratios and the load. The demo's clips stand in for a music library.
# `bench.sh --short` runs those that take a minute. Both write the table of tests/benchmarks/RESULTS.md, and name what
# became over 20 % slower than it.
set -eu
cd "$(dirname "$0")/.."
export PYTHONPATH=tests QT_QPA_PLATFORM=offscreen
out=build/bench
mkdir -p "$out"
export MERDESK_FIGURES="$PWD/$out/figures.jsonl"
rm -f "$MERDESK_FIGURES"
demo=${MERDESK_DEMO:-demo.merdesk}
run() {
    name=$1
    shift
    echo "== $name $*"
    .venv/bin/python "tests/benchmarks/bench_$name.py" "$@" | tee "$out/$name.txt"
}
table() {
    .venv/bin/python tests/benchmarks/results.py "$MERDESK_FIGURES"
}
if [ "${1:-}" = --short ]; then
    run start
    run project
    run plane 20000 100000
    table
    exit
fi
.venv/bin/merdesk demo "$demo"
run start
run project
run plane 2000 20000 100000 1000000
run import 10000
# shellcheck disable=SC2046
run features $(find "$demo/audio" -type f | sort | head -n 32)
run evaluation
run report
run audio
run jukebox make "$out/jukebox" --layers 2
run jukebox embed "$out/jukebox" --layers 2 --audio "$(find "$demo/audio" -type f | sort | head -n 1)"
rm -rf "$out/jukebox"
table
