"""A prober that dies or hangs over files with such names; made inside probing processes."""

import os
import signal
import time

from merdesk.audio import prober


def make(*, tell):
    look = prober.make(tell=tell)

    def probe(numbered):
        name = os.path.basename(numbered[1])  # noqa: PTH119  (bytes)
        if name.startswith(b"crash"):
            os.kill(os.getpid(), signal.SIGSEGV)
        if name.startswith(b"hang"):
            time.sleep(600)
        return look(numbered)

    return probe
