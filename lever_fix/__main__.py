"""The entry point: what needs no command is answered before anything is loaded."""

import sys

from lever_fix import __version__


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.stdout.write(f"lever-fix {__version__}\n")
        return
    try:
        from lever_fix.cli.app import run  # typer alone takes five times as long as Python's start

        code = run()
    except KeyboardInterrupt:  # before a command could tell
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
