"""Fixtures of the 浙政钉 tests: the real client against the simulator."""

from collections.abc import Iterator

import httpx
import pytest
from flask import Flask

from backend import vault
from backend.wechat.tokens import TokenStore
from backend.zwdd.client import ZwddClient
from tests.simulator import ZWDD, RunningSimulator, wechat_simulator

__all__ = ["wechat_simulator"]


@pytest.fixture
def tokens(app: Flask) -> TokenStore:
    """The store of tokens."""
    return TokenStore(vault.encrypt, vault.decrypt, wait_s=1.0)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A connection pool."""
    with httpx.Client(trust_env=False) as pool:
        yield pool


@pytest.fixture
def client(tokens: TokenStore, http: httpx.Client, wechat_simulator: RunningSimulator) -> ZwddClient:
    """The real client of the simulated installation."""
    return ZwddClient(ZWDD, f"{wechat_simulator.url}/zwdd", 5.0, tokens, http, pauses_s=(0.001, 0.001))
