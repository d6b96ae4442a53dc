"""Fixtures of the photos' tests."""

import pytest


@pytest.fixture
def uploader(compound):
    """Somebody who uploads."""
    return compound.staff()


@pytest.fixture
def client(compound, uploader):
    """The uploader's client."""
    return compound.client(uploader)
