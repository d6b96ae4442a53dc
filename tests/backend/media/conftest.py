"""Fixtures of the photos' tests."""

import pytest

from backend.media import decoding
from tests import photos


@pytest.fixture(autouse=True)
def every_photo_is_decoded(monkeypatch):
    """Here it is tested."""
    monkeypatch.setattr(decoding, "_run", photos.RUN.really)


@pytest.fixture
def uploader(compound):
    """Somebody who uploads."""
    return compound.staff()


@pytest.fixture
def client(compound, uploader):
    """The uploader's client."""
    return compound.client(uploader)
