"""What takes long to furnish, furnished once in a run of the tests by whichever process comes first."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def furnished_once(folders: pytest.TempPathFactory, name: str, furnish: Callable[[Path], None]) -> Path:
    """The folder into which `furnish` has put everything; to be copied from, and left as it is.

    Who comes while another process furnishes waits for it. If that fails, the next one tries again.
    """
    base = folders.getbasetemp()
    # Those of the processes of one run lie side by side.
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, is_done = root / f"once-{name}", root / f"once-{name}.done"
    with (root / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            furnish(folder)
            is_done.touch()
    return folder
