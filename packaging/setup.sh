#!/bin/sh
# Set up merdesk in this checkout: system packages where they may be installed, .venv, every Python package pinned.
# Safe to repeat; when nothing changed it only compares a stamp. `setup.sh test` adds what the checks need.
set -eu
cd "$(dirname "$0")/.."
wanted=${1:-run}

stamp=.venv/.merdesk-setup
key=$(cat pyproject.toml packaging/constraints.txt packaging/setup.sh packaging/debian-packages*.txt | cksum)
if [ -e "$stamp" ] && grep -qx "$wanted $key" "$stamp"; then
    exit 0
fi

system_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    missing=
    for package in $(grep -hv '^#' "$@"); do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    as_root=
    if [ "$(id -u)" != 0 ]; then
        if sudo -n true 2>/dev/null; then
            as_root=sudo
        else
            echo "These system packages are missing and need an administrator. Please run:" >&2
            echo "  sudo apt-get install --no-install-recommends$missing" >&2
            return 0
        fi
    fi
    echo "Installing system packages:$missing"
    # shellcheck disable=SC2086
    { $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
        >.setup.log 2>&1 || {
        tail -n 20 .setup.log >&2
        echo "apt-get failed (see .setup.log). Install by hand:$missing" >&2
        return 0
    }
    rm -f .setup.log
}

case $wanted in
run) system_packages packaging/debian-packages.txt; extras= ;;
test) system_packages packaging/debian-packages.txt packaging/debian-packages-test.txt; extras='[test]' ;;
*) echo "usage: setup.sh [run|test]" >&2; exit 2 ;;
esac

python=
for candidate in python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "merdesk needs Python 3.11 or newer with venv; on Debian: sudo apt-get install python3 python3-venv" >&2
    exit 1
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "Installing Python packages into .venv (a first run downloads a few hundred megabytes)"
.venv/bin/python -m pip install -q --disable-pip-version-check -c packaging/constraints.txt -e ".$extras"
# What `test` installs includes all that `run` needs.
{ echo "run $key"; [ "$wanted" = run ] || echo "test $key"; } >"$stamp"
