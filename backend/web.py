"""The application as a process loads it: web workers (`flask serve`) and the command line."""

import multiprocessing

from flask import Flask

from backend import logs
from backend.app import create_app
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
    return create_app(settings)
