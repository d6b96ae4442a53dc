"""The application of a test as a phone meets it: a real server, and the simulator of WeChat beside it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from backend.actor import SYSTEM
from backend.config import Settings
from backend.db import atomic
from backend.identity import operations as identity_operations
from backend.identity.models import Staff
from backend.wechat.simulator.people import openid_of, people_file
from tests.databases import ENVIRONMENT
from tests.servers import server
from tests.simulator import APP, RunningSimulator, run_simulator


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


@atomic
def bind_wechat(staff: Staff) -> None:
    """Let the WeChat account of this number be bound to the member of staff."""
    identity_operations.bind_identity(
        SYSTEM,
        staff_id=staff.id,
        provider="wechat_mp",
        tenant=APP.appid,
        subject=openid_of(APP.appid, staff.staff_no),
    )


@contextmanager
def serve(
    app: Flask, settings: Settings, people: Sequence[Mapping[str, str]] = (), **environment: str
) -> Iterator[Served]:
    """Serve the application in demo mode; `people` have WeChat accounts with phone numbers."""
    known = people_file(settings.data_dir)
    if known.exists():  # The demo has written whom it knows.
        people = [*people, *json.loads(known.read_bytes())]
    with run_simulator(settings.data_dir, people=people) as simulator:
        simulator_port = simulator.url.rsplit(":", 1)[1]
        whole = {
            **ENVIRONMENT,
            "HOUQIN_DATA": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "HOUQIN_SIMULATOR_PORT": simulator_port,
            **environment,
        }
        with server(whole, workers=1, threads=4) as port:
            yield Served(app, port, simulator)
