"""Fixtures of the identity tests: the real WeChat client against the simulator, and people to log in."""

import dataclasses
import re
from collections.abc import Iterator

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock, vault
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.config import Settings
from backend.db import db
from backend.identity.models import Staff
from backend.identity.policies import normalise_phone
from tests.backend.identity.people import Trail
from tests.client import Client
from tests.factories import NINE, Compound
from tests.simulator import RunningSimulator, run_simulator

# What must never be in the trail: a mobile number, an ID number, an argon2 hash.
PERSONAL = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])|[1-9][0-9]{16}[0-9Xx]|\$argon2")


@pytest.fixture(autouse=True)
def nine() -> Iterator[None]:
    """Every test begins on a Monday at nine; tests travel from there."""
    with clock.at(NINE):
        yield


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """One simulator for all tests here; its people are keyed by staff number."""
    with run_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, simulator: RunningSimulator) -> Iterator[Settings]:
    """The settings of a deployment whose WeChat is the simulator."""
    yield dataclasses.replace(settings, wechat_base_url=simulator.url)
    simulator.heal()


@pytest.fixture
def trail(app: Flask) -> Trail:
    """The audit trail."""
    return Trail()


@pytest.fixture(autouse=True)
def nothing_personal_in_the_trail(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does, no number of a person and no hash of a password gets into the audit trail."""
    if "app" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("app")
    yield
    db.session.rollback()
    for event in db.session.scalars(select(AuditEvent)):
        told = orjson.dumps([event.details, event.object_id]).decode()
        assert not PERSONAL.search(told), told


@pytest.fixture
def official(compound: Compound) -> Staff:
    """1001 王建国, an active member of staff whose phone is 13800000001."""
    phone = normalise_phone("138 0000 0001")
    return compound.staff(
        "1001",
        name="王建国",
        department=compound.department("综合处", compound.department("办公厅")),
        phone_cipher=vault.encrypt(phone),
        phone_hash=vault.keyed_hash(phone),
        card_no="66880001",
    )


@pytest.fixture
def administrator(compound: Compound) -> Staff:
    """9001, who may manage the whole compound."""
    return compound.staff("9001", name="李敏", roles={"administrator": (ScopeKind.COMPOUND, 0)})


@pytest.fixture
def admin(compound: Compound, administrator: Staff) -> Client:
    """The administrator's client."""
    return compound.client(administrator)
