"""Fixtures of the SMS tests: the real gateway client against the simulator, which calls us back."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from flask import Flask

from backend.config import Settings
from backend.sms.gateway import SmsGateway
from tests.simulator import SMS_KEY, RunningSimulator, listening, wechat_simulator

__all__ = ["wechat_simulator"]


@pytest.fixture
def settings(settings: Settings, wechat_simulator: RunningSimulator) -> Settings:
    """A deployment whose gateway is the simulator."""
    return replace(settings, **wechat_simulator.settings())


@pytest.fixture
def gateway(wechat_simulator: RunningSimulator) -> Iterator[SmsGateway]:
    """The real client."""
    with httpx.Client(trust_env=False) as http:
        yield SmsGateway(f"{wechat_simulator.url}/sms/messages", SMS_KEY, 5.0, http, pauses_s=(0.001, 0.001))


@pytest.fixture
def called_back(app: Flask, wechat_simulator: RunningSimulator) -> Iterator[RunningSimulator]:
    """A gateway that calls our application back, which listens."""
    with listening(app) as url:
        wechat_simulator.options(callback_url=url, delay_s=0.01)
        yield wechat_simulator
        wechat_simulator.callbacks()
