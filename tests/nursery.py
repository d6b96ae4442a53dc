"""The parent of the tests' processes: `python -m tests.nursery`, which `tests.servers` speaks to.

It loads the application once, and forks a process for each line that it is told: JSON with the `module` to
run, its `words`, its `environment` and its `log` (a path). The answer is a line with the number of the
process, which leads a group of its own. All of them end with it, and it ends when nobody can tell it
anything any more.
"""

import json
import os
import runpy
import signal
import sys
import traceback
from typing import Any

from backend import web
from backend.serve import end_with_parent


def main() -> None:
    """Fork whenever somebody asks."""
    web.load()
    assert len(os.listdir("/proc/self/task")) == 1, "a module starts a thread when it is imported"
    # Nobody waits for them: who has ended is gone.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    own = os.getpid()
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            become(json.loads(line), own)
        os.write(1, f"{number}\n".encode())


def become(asked: dict[str, Any], parent: int) -> None:
    """Be `python -m` what is asked for from now on; does not return."""
    os.setsid()
    end_with_parent(parent)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = [asked["module"], *asked["words"]]
    status = 1
    try:
        runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
