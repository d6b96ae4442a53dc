"""Fixtures: an application without a database, and a slice that has templates."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from backend.app import create_app
from tests.databases import settings_for


@pytest.fixture
def bare_app(tmp_path: Path) -> Iterator[Flask]:
    """The application with a context open; its database has no tables."""
    app = create_app(settings_for(tmp_path, HOUQIN_ORGANISATION="云州市机关事务管理局"))
    with app.app_context():
        yield app


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Puts a template beside a slice made for this test; gives its name."""
    package = f"slice_{uuid4().hex}"
    folder = tmp_path / package / "templates"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(text: str) -> str:
        name = f"{uuid4().hex}.html"
        (folder / name).write_text(text)
        return f"{package}/{name}"

    return write
