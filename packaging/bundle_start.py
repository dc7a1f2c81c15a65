"""Where the bundle starts: as the program, or as one of its worker and player processes."""

import os
import sys
from multiprocessing import freeze_support


def main() -> int:
    """Run merdesk; with MERDESK_PRIME only compile the loops of the plane, as `bundle.sh` does once."""
    if "MERDESK_PRIME" in os.environ:
        from merdesk.exploration import compiled

        compiled.load()
        return 0
    from merdesk.__main__ import main as merdesk

    return merdesk()


if __name__ == "__main__":
    freeze_support()  # a process that was spawned goes its own way here
    sys.exit(main())
