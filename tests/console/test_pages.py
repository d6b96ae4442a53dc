"""The welcome page and the API's documentation."""

import re
from pathlib import Path

import pytest

import console
from backend.config import Mode
from backend.flows.demo import DEMO_PASSWORD, FIXED_ACCOUNTS
from console.entries import SERVICES


def get(app, path):
    return app.test_client().get(path)


def test_the_welcome_page_of_the_demo_leads_everywhere(app):
    page = get(app, "/")
    assert page.status_code == 200
    for path in ("/m/", "/console/", "/simulator/", "/api/docs", "/api/openapi.json", "/readyz"):
        assert f'href="{path}"' in page.text
    for account in FIXED_ACCOUNTS:
        assert account.staff_no in page.text
    assert DEMO_PASSWORD in page.text
    for service in SERVICES:
        assert service.title in page.text


def test_the_welcome_page_of_production_gives_no_account_away(app_with):
    app = app_with(mode=Mode.PRODUCTION)
    page = get(app, "/")
    assert page.status_code == 200
    assert "/api/docs" in page.text
    assert "simulator" not in page.text
    assert FIXED_ACCOUNTS[0].staff_no not in page.text
    assert DEMO_PASSWORD not in page.text


@pytest.mark.parametrize("path", ["/", "/api/docs"])
def test_a_page_fits_its_policy_and_every_file_that_it_names_exists(app, path):
    page = get(app, path)
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]* src=)|<style|\bstyle=|\bon[a-z]+=|https?://", page.text)
    named = re.findall(r'(?:src|href)="(/(?:static|api/docs/assets)[^"]*)"', page.text)
    assert named
    for name in named:
        answer = get(app, name)
        assert answer.status_code == 200, name
        answer.close()


def test_a_file_is_kept_for_long_under_its_own_version_alone(app):
    """While nodes are upgraded in turn, a page may ask the node that has another release."""
    with app.test_request_context():
        own = app.jinja_env.globals["asset"]("console.css")
    kept = {own: "max-age=31536000", "/static/console.css": "max-age=3600", f"{own[:-1]}x": "no-store"}
    for name, expected in kept.items():
        with get(app, name) as answer:
            assert answer.status_code == 200
            assert expected in answer.headers["Cache-Control"]
            assert ("Expires" in answer.headers) == (expected != "no-store")


def test_the_style_sheets_and_scripts_ask_no_other_host(app):
    for name in ("/static/console.css", "/static/api-docs.js"):
        with get(app, name) as answer:
            assert not re.search(r"//[a-z]|@import|url\(", answer.text.replace("// ", ""))


def test_a_form_that_is_sent_before_its_script_is_there_puts_nothing_into_the_address():
    forms = [
        (path.name, form)
        for path in (Path(console.__file__).parent / "templates").rglob("*.html")
        for form in re.findall(r"<form[^>]*data-api[^>]*>", path.read_text())
    ]
    assert len(forms) > 20
    assert [(name, form) for name, form in forms if 'method="post"' not in form] == []


def test_the_documentation_shows_the_document(app):
    assert 'data-document="/api/openapi.json"' in get(app, "/api/docs").text
    assert get(app, "/api/docs/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/docs/assets/oauth2-redirect.html", "/static/../welcome.py", "/static/no"]
)
def test_no_other_file_is_served(app, path):
    assert get(app, path).status_code == 404
