"""The last seal as a file beside the database remembers it.

Whoever has the database alone can cut the newest seals off together with their events, and what is left
proves itself. The file, in the data folder of each machine that seals, names a seal that must be there.
"""

import os
from pathlib import Path

from backend.audit.policies import Head
from backend.config import settings

_NAME = "audit-head"


def kept() -> Head | None:
    """The head that this machine remembers; None if it never sealed.

    A file that was spoilt names a seal that is in no chain.
    """
    try:
        seq, digest = _path().read_text().split()
        return Head(int(seq), bytes.fromhex(digest))
    except FileNotFoundError:
        return None
    except ValueError:
        return Head(0, b"")


def keep(head: Head) -> None:
    """Remember this head from now on; a reader sees the old one or the new one, never half of it."""
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(f"{head.seq} {head.digest.hex()}\n")
    draft.replace(path)


def forget() -> None:
    """Remember no head, as before the first seal."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return settings().data_dir / _NAME
