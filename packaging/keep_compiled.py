"""Lay what numba compiled into the bundle, in folders named as those of the sources: `keep_compiled.py CACHE BUNDLE`.

numba names a folder by a hash of the whole path, which differs on every machine; `bundle_hook.py` gives the names anew.
"""

import hashlib
import shutil
import sys
from pathlib import Path


def main() -> int:
    """Copy; fails when nothing was compiled."""
    cache, bundle = map(Path, sys.argv[1:])
    primed = bundle / "numba-cache"
    shutil.rmtree(primed, ignore_errors=True)
    folders = {path.parent for path in bundle.rglob("*.py")}
    named = {
        f"{at.name}_{hashlib.sha1(str(at).encode(), usedforsecurity=False).hexdigest()}": at for at in folders
    }
    files = sorted(path for path in cache.rglob("*.nb[ic]") if path.parent.name in named)
    build = hashlib.sha1(usedforsecurity=False)
    for path in files:
        there = primed / named[path.parent.name].relative_to(bundle)
        there.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, there)
        build.update(path.read_bytes())
    if not files:
        print(
            "numba compiled nothing in the bundle; a first extraction would take up to a minute.",
            file=sys.stderr,
        )
        return 1
    (primed / "build").write_text(build.hexdigest()[:12], encoding="ascii")
    print(f"{len(files)} compiled files kept, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
