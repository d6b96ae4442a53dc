"""Where the phone pages are built; `make test` builds them before the tests."""

import shutil
import sys
from pathlib import Path

MINIAPP = Path(__file__).parents[2] / "miniapp"
H5 = MINIAPP / "dist" / "build" / "h5"
MP = MINIAPP / "dist" / "build" / "mp-weixin"


def ensure_built(folder: Path) -> None:
    """Fail with what to do if this build is missing."""
    if not any(folder.glob("*")):
        raise RuntimeError(f"{folder.name} is not built: run make phone")


def node() -> str:
    """Node: the system's, or the one that PyPI's wheel has put beside this Python."""
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    assert found is not None
    return found
