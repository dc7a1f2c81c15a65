"""`merdesk PROJECT` opens the window; `merdesk VERB ...` and `merdesk --option` go to the command line.

The window never imports the command line's libraries, nor the other way round.
"""

import sys

VERBS = frozenset(
    {
        "demo",
        "new",
        "import",
        "doctor",
        "export",
        "locate",
        "genres",
        "splits",
        "extract",
        "features",
        "jukebox",
        "train",
        "predict",
        "calibrate",
        "model",
        "paper",
        "evaluate",
        "gap",
        "report",
        "info",
    }
)


def main() -> int:
    """Run what is meant; Ctrl-C while it still loads is told like any later one."""
    try:
        return _run(sys.argv[1:])
    except KeyboardInterrupt:
        print("Stopped by Ctrl-C.", file=sys.stderr)  # noqa: T201  (the answer)
        return 1


def _run(arguments: list[str]) -> int:
    """Decide which of the two is meant."""
    if arguments and (arguments[0] in VERBS or arguments[0].startswith("-")):
        from merdesk.cli import main as command_line

        return command_line(arguments)
    from merdesk.app import main as window

    return window(arguments)


if __name__ == "__main__":
    sys.exit(main())
