"""The application of a test as a phone meets it: a real server, and the simulator of WeChat beside it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from backend.config import Settings
from backend.wechat.simulator.people import people_file
from benchmarks.servers import server
from tests.databases import ENVIRONMENT
from tests.simulator import RunningSimulator, run_simulator


@dataclass(frozen=True, slots=True)
class Served:
    """An application with its database, the port where it is served, and the simulator that it asks."""

    app: Flask
    port: int
    simulator: RunningSimulator

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve(
    app: Flask, settings: Settings, people: Sequence[Mapping[str, str]] = (), **environment: str
) -> Iterator[Served]:
    """Serve the application in demo mode; `people` have WeChat accounts with phone numbers."""
    known = people_file(settings.data_dir)
    if known.exists() and not people:
        kept = known.read_bytes()
    else:
        kept = None
    with run_simulator(settings.data_dir, people=people) as simulator:
        if kept is not None:
            known.write_bytes(kept)
        simulator_port = simulator.url.rsplit(":", 1)[1]
        whole = {
            **ENVIRONMENT,
            "HOUQIN_DATA": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "HOUQIN_SIMULATOR_PORT": simulator_port,
            **environment,
        }
        with server("backend.app:create_app", whole, workers=1, threads=4) as port:
            yield Served(app, port, simulator)
