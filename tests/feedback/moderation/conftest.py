"""Fixtures of moderation's tests: people with accounts at a simulator that is a real server."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backend import clock
from tests.backend.notifications.world import World
from tests.factories import NINE
from tests.simulator import RunningSimulator, listening, wechat_simulator

__all__ = ["wechat_simulator"]


@pytest.fixture
def settings(settings, wechat_simulator):
    """A deployment whose WeChat is the simulator."""
    return replace(settings, **wechat_simulator.settings())


@pytest.fixture
def world(app, compound, wechat_simulator) -> Iterator[World]:
    """The compound and the simulator, on Monday at nine."""
    with clock.at(NINE):
        yield World(app, compound, wechat_simulator)


@pytest.fixture
def called_back(app, wechat_simulator) -> Iterator[RunningSimulator]:
    """WeChat pushes to our application, which listens."""
    with listening(app) as url:
        wechat_simulator.options(callback_url=url, delay_s=0.0)
        yield wechat_simulator
        wechat_simulator.callbacks()
