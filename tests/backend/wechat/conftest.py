"""Fixtures of the WeChat tests: the simulator as a server, and the real client talking to it."""

from collections.abc import Iterator

import httpx
import pytest

from backend.wechat.client import WechatClient
from backend.wechat.tokens import TokenStore
from tests.simulator import APP, RunningSimulator, wechat_simulator

__all__ = ["wechat_simulator"]


def seal(plain: str) -> bytes:
    """A stand-in for the vault that is not the plain text."""
    return b"sealed:" + plain[::-1].encode()


def unseal(cipher: bytes) -> str:
    """The reverse of `seal`. Raises ValueError as the vault does."""
    if not cipher.startswith(b"sealed:"):
        raise ValueError("not a ciphertext")
    return cipher.removeprefix(b"sealed:").decode()[::-1]


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A connection pool."""
    with httpx.Client(trust_env=False) as pool:
        yield pool


@pytest.fixture
def tokens() -> TokenStore:
    """A token store whose waiting is short."""
    return TokenStore(seal, unseal, wait_s=1.0)


@pytest.fixture
def client(wechat_simulator: RunningSimulator, http: httpx.Client, tokens: TokenStore) -> WechatClient:
    """The real client of the default app."""
    return WechatClient(APP, wechat_simulator.url, 5.0, tokens, http, pauses_s=(0.001, 0.001))
