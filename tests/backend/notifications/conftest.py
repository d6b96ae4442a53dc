"""Fixtures of the notification tests: the real channels' clients against the simulator."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from backend import clock
from backend.config import Settings
from tests.backend.notifications.world import World, live_with
from tests.factories import NINE, Compound
from tests.simulator import RunningSimulator, listening, wechat_simulator

__all__ = ["wechat_simulator"]


@pytest.fixture
def settings(settings: Settings, wechat_simulator: RunningSimulator, tmp_path: Path) -> Settings:
    """A deployment whose channels are the simulator's."""
    return live_with(settings, wechat_simulator, tmp_path)


@pytest.fixture
def world(app: Flask, compound: Compound, wechat_simulator: RunningSimulator) -> Iterator[World]:
    """The compound and the simulator, on Monday at nine."""
    with clock.at(NINE):
        yield World(app, compound, wechat_simulator)


@pytest.fixture
def called_back(app: Flask, wechat_simulator: RunningSimulator) -> Iterator[RunningSimulator]:
    """WeChat and the gateway call our application back, which listens."""
    with listening(app) as url:
        wechat_simulator.options(callback_url=url, delay_s=0.01)
        yield wechat_simulator
        wechat_simulator.callbacks()
