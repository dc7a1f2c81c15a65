#!/bin/sh
# Make the one-folder bundle build/bundle/merdesk: `bundle.sh` with PyTorch, `bundle.sh --without-torch` without.
# MERDESK_PYTHON names the Python that has merdesk's packages and PyInstaller; .venv's by default.
set -eu
cd "$(dirname "$0")/.."
python=${MERDESK_PYTHON:-.venv/bin/python}
out=${MERDESK_OUT:-build/bundle}
case ${1:-} in
--without-torch) export MERDESK_TORCH=0 ;;
'') export MERDESK_TORCH=1 ;;
*) echo "usage: bundle.sh [--without-torch]" >&2; exit 2 ;;
esac
"$python" -c 'import PyInstaller' 2>/dev/null ||
    "$python" -m pip install -q --disable-pip-version-check -c packaging/constraints.txt pyinstaller
rm -rf "$out/merdesk"
"$python" -m PyInstaller --noconfirm --log-level WARN --distpath "$out" --workpath "$out/work" packaging/merdesk.spec
# POT's wheel carries 170 MB of what only a debugger reads.
find "$out/merdesk/_internal/ot" -name '*.so' -exec strip --strip-debug {} +

# Let the bundle compile its loops once, so that nobody waits for it: extraction in a worker, then the plane's.
prime=$(mktemp -d)
trap 'rm -rf "$prime"' EXIT
export NUMBA_CPU_NAME=generic NUMBA_CACHE_DIR="$prime/cache" MERDESK_CONFIG="$prime/config" HOME="$prime" OMP_NUM_THREADS=1
"$out/merdesk/merdesk" demo "$prime/demo.merdesk" >/dev/null
MERDESK_PRIME=1 "$out/merdesk/merdesk"
internal=$(cd "$out/merdesk/_internal" && pwd)
"$python" packaging/keep_compiled.py "$prime/cache" "$internal"
cp LICENSE "$out/merdesk/"
"$python" packaging/licences.py "$internal" >"$out/merdesk/LICENCES.txt"
rm -rf "$out/work"
du -sh "$out/merdesk"
