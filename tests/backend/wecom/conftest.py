"""Fixtures of the WeCom tests: the real client against the simulator."""

from collections.abc import Iterator

import httpx
import pytest
from flask import Flask

from backend import vault
from backend.wechat.tokens import TokenStore
from backend.wecom.client import WecomClient
from tests.simulator import WECOM, RunningSimulator, wechat_simulator

__all__ = ["wechat_simulator"]


@pytest.fixture
def client(app: Flask, wechat_simulator: RunningSimulator) -> Iterator[WecomClient]:
    """The real client of the simulated corporation."""
    tokens = TokenStore(vault.encrypt, vault.decrypt, wait_s=1.0)
    with httpx.Client(trust_env=False) as http:
        url = f"{wechat_simulator.url}/wecom"
        yield WecomClient(WECOM, url, 5.0, tokens, http, pauses_s=(0.001, 0.001))
