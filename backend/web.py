"""The application as a process loads it: web workers (`flask serve`) and the command line."""

import gc
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from backend import logs
from backend.config import Settings, SettingsError
from backend.serve import end_with_parent


def application() -> Flask:
    """The application of this process's environment, which logs as its deployment does.

    A worker of a web server ends with its server. Wrong settings end the process with a sentence.
    """
    server = multiprocessing.parent_process()
    if server is not None and server.pid is not None:
        end_with_parent(server.pid)
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        raise SystemExit(f"✗ 配置有误：{error}") from error
    logs.configure(settings)
    with _kept_for_good():
        from backend.app import create_app  # Where nothing is collected, and after the settings.

        return create_app(settings)


def load() -> None:
    """Load the modules of the application, for workers that will be forked from this process."""
    with _kept_for_good():
        import backend.app  # noqa: F401 # As above.


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """What is made meanwhile stays as long as the process: nobody looks through it for garbage, now or later.

    Importing takes a quarter of its time less, and pages of memory that forked workers share stay unwritten.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
