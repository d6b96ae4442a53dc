"""`/m/`: the built phone pages as files, under a strict policy."""

import pytest


@pytest.fixture
def folder(tmp_path):
    """A build: the entry and one file with a digest in its name."""
    built = tmp_path / "h5"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>")
    (built / "assets" / "index-AbCd.js").write_text("export {}")
    (tmp_path / "secret.key").write_text("secret")
    return built


@pytest.fixture
def browser(app_with, folder):
    return app_with(h5_folder=folder).test_client()


pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def test_the_entry_is_never_kept_and_its_parts_forever(browser):
    entry = browser.get("/m/", buffered=True)
    assert (entry.status_code, entry.mimetype) == (200, "text/html")
    assert entry.headers["Cache-Control"] == "no-store"
    part = browser.get("/m/assets/index-AbCd.js", buffered=True)
    assert (part.status_code, part.mimetype) == (200, "text/javascript")
    assert part.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_scripts_come_from_this_server_alone(browser):
    policy = browser.get("/m/", buffered=True).headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_the_address_without_a_slash_leads_there(browser):
    assert browser.get("/m").headers["Location"] == "/m/"


@pytest.mark.parametrize("name", ["nothing.js", "../secret.key", "%2e%2e/secret.key", "assets"])
def test_nothing_else_is_served(browser, name):
    answer = browser.get(f"/m/{name}")
    assert (answer.status_code, answer.json["error"]) == (404, "app.not_found")


def test_a_missing_build_is_told(app_with, tmp_path):
    answer = app_with(h5_folder=tmp_path / "none").test_client().get("/m/")
    assert (answer.status_code, answer.json["error"]) == (404, "h5.not_built")
    assert "make h5" in answer.json["msg"]
