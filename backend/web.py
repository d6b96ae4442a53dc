"""What a web worker loads: the application, logging as its deployment does, ending with its server."""

import multiprocessing

from flask import Flask

from backend import logs
from backend.app import create_app
from backend.config import Settings
from backend.serve import end_with_parent


def application() -> Flask:
    """The factory that granian calls in each of its worker processes."""
    server = multiprocessing.parent_process()
    if server is not None and server.pid is not None:
        end_with_parent(server.pid)
    settings = Settings.from_env()
    logs.configure(settings)
    return create_app(settings)
