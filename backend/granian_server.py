"""granian, which loads the application's modules before it forks its workers; its options are granian's own.

Each worker would load them for itself, and so would the one that replaces a worker that died: that takes
seconds, and as much memory as all of the modules again. What has connections and threads is made after the
fork, by `backend.web.application`.
"""

import sys

from granian.cli import entrypoint

from backend import web


def main() -> None:
    """Run granian, as `python -m granian` does."""
    web.load()
    sys.argv[0] = "granian"
    entrypoint()  # type: ignore[no-untyped-call] # As granian has it.


if __name__ == "__main__":
    main()
