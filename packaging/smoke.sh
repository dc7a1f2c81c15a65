#!/bin/sh
# Try a merdesk that is installed somewhere: `smoke.sh PROGRAM [FOLDER]`. Needs Xvfb and xdotool; ImageMagick for a picture.
# Import, chroma in worker processes, report, then the window with its player process. Prints seconds; stops at what fails.
set -eu
program=$(command -v "$1")
folder=${2:-$(mktemp -d)}
mkdir -p "$folder/home"
export HOME="$folder/home" MERDESK_CONFIG="$folder/config" XDG_CACHE_HOME="$folder/cache" LANG=C.UTF-8
export XDG_RUNTIME_DIR="$folder/run" LIBGL_ALWAYS_SOFTWARE=1
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
cd "$folder"

now() { date +%s.%N; }
step() {
    name=$1
    shift
    begun=$(now)
    "$@" >"$folder/$name.log" 2>&1 || { echo "FAILED: $name"; tail -n 20 "$folder/$name.log"; exit 1; }
    echo "$name $(now) $begun" | awk '{printf "%-22s %6.2f s\n", $1, $2 - $3}'
}

step version "$program" --version
step version-again "$program" --version
step demo "$program" demo demo.merdesk --json
step new "$program" new own.merdesk
step import "$program" import own.merdesk demo.merdesk/audio --json
step extract "$program" extract own.merdesk --features chroma --workers 2 --json
grep -q '"failed": \[\]' extract.log || { echo "FAILED: extract"; cat extract.log; exit 1; }
step report "$program" report demo.merdesk --out report
test -s report/report.html
if [ ! -d "$(dirname "$(readlink -f "$program")")/_internal/torch" ] && [ -d "$(dirname "$(readlink -f "$program")")/_internal" ]; then
    "$program" jukebox bench >torch.log 2>&1 || true
    grep -q "comes without PyTorch" torch.log || { echo "FAILED: what it says without PyTorch"; cat torch.log; exit 1; }
    echo "says that PyTorch is missing"
fi

display=:${MERDESK_DISPLAY:-96}
Xvfb "$display" -screen 0 1440x900x24 >/dev/null 2>&1 &
xvfb=$!
trap 'kill "$xvfb" 2>/dev/null || true' EXIT
export DISPLAY="$display"
sleep 2
window() {
    begun=$(now)
    "$program" demo.merdesk >window.log 2>&1 &
    process=$!
    until xdotool search --onlyvisible --pid "$process" --name merdesk >/dev/null 2>&1; do
        kill -0 "$process" || { echo "FAILED: window"; cat window.log; exit 1; }
        sleep 0.05
    done
    echo "$1 $(now) $begun" | awk '{printf "%-22s %6.2f s\n", $1, $2 - $3}'
    sleep "$2"
}
window window-first 3
kill "$process" && wait "$process" 2>/dev/null || true
window window-again 0
# The player is a child of the window; its memory tells whether it found the bundle's way to the sound card.
player=
for _ in $(seq 30); do
    for child in $(grep -ls "^PPid:[[:space:]]*$process\$" /proc/[0-9]*/status | cut -d/ -f3); do
        if grep -qs libportaudio "/proc/$child/maps"; then player=$child; fi
    done
    [ -z "$player" ] || break
    sleep 1
done
[ -n "$player" ] || { echo "FAILED: no child of the window has loaded PortAudio"; exit 1; }
echo "player process runs, with PortAudio"
sleep 3
if command -v import >/dev/null; then import -window root window.png && echo "picture: $folder/window.png"; fi
kill "$process"
wait "$process" 2>/dev/null || true
sleep 3
if [ -d "/proc/$player" ]; then echo "FAILED: the player outlived the window"; exit 1; fi
echo "all well"
