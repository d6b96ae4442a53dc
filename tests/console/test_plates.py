"""`/q/{token}`: where the code on a plate leads."""

import pytest

from backend.actor import SYSTEM, ScopeKind
from backend.config import Mode, SettingsError
from backend.identity.policies import hash_token
from backend.identity.queries import find_session
from backend.places import services
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from tests.databases import settings_for


@pytest.fixture
def plate(compound):
    client = compound.client(compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))
    manager = find_session(hash_token(client.token)).actor
    (made,) = services.issue_plates(manager, places=[Ref(PlaceKind.CAMPUS, compound.campus().id)])
    return manager, made


def test_a_scan_opens_the_phone_pages(app, plate):
    _, made = plate
    for agent in ("Mozilla/5.0 MicroMessenger/8.0.50", "Mozilla/5.0 (iPhone)"):
        answer = app.test_client().get(f"/q/{made.token}", headers={"User-Agent": agent})
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"http://127.0.0.1:8000/m/#/pages/place?token={made.token}"
        assert answer.headers["Cache-Control"] == "no-store"


def test_an_unknown_plate_has_a_page(app):
    for token in ("0000000000000000", "x" * 500, "<script>"):
        answer = app.test_client().get(f"/q/{token}")
        assert answer.status_code == 404
        assert "没有找到该标牌" in answer.text
        assert "<script>" not in answer.text
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_replaced_plate_has_a_page(app, plate):
    manager, made = plate
    services.replace_plate(manager, plate_id=made.id)
    answer = app.test_client().get(f"/q/{made.token}")
    assert answer.status_code == 410
    assert "该标牌已停用" in answer.text


def test_the_phone_pages_may_live_elsewhere(app_with):
    app = app_with(public_url="https://hq.example.gov.cn", h5_url="https://m.example.gov.cn/hq/")
    with app.app_context():
        made = services.create_place(SYSTEM, kind=PlaceKind.CAMPUS, name="中心院区")
        (hung,) = services.issue_plates(SYSTEM, places=[made.ref])
        assert hung.url == f"https://hq.example.gov.cn/q/{hung.token}"
    answer = app.test_client().get(f"/q/{hung.token}")
    assert answer.headers["Location"] == f"https://m.example.gov.cn/hq/#/pages/place?token={hung.token}"


def test_wechat_finds_its_verification_file(app_with):
    app = app_with(wechat_link_files={"kGzXb2.txt": "8f2c1e"})
    found = app.test_client().get("/q/kGzXb2.txt")
    assert (found.status_code, found.text) == (200, "8f2c1e")
    assert found.mimetype == "text/plain"
    assert app.test_client().get("/q/other.txt").status_code == 404


def test_the_addresses_are_settings(tmp_path):
    plain = settings_for(tmp_path, PORT="8123")
    assert (plain.public_url, plain.h5_url) == ("http://127.0.0.1:8123", "http://127.0.0.1:8123/m/")
    given = settings_for(
        tmp_path, HOUQIN_PUBLIC_URL="https://hq.example.gov.cn/", WECHAT_LINK_FILES="a.txt=1, b.txt=2=3"
    )
    assert (given.public_url, given.h5_url) == (
        "https://hq.example.gov.cn",
        "https://hq.example.gov.cn/m/",
    )
    assert given.wechat_link_files == {"a.txt": "1", "b.txt": "2=3"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOUQIN_PUBLIC_URL", "hq.example.gov.cn"), ("HOUQIN_PUBLIC_URL", "https://x/?a=1"),
        ("HOUQIN_H5_URL", "javascript:alert(1)"), ("HOUQIN_H5_URL", "https://x/#/a"),
        ("WECHAT_LINK_FILES", "a.txt"), ("WECHAT_LINK_FILES", "../a.txt=1"),
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_refused(tmp_path, name, value):
    with pytest.raises(SettingsError, match=name):
        settings_for(tmp_path, **{name: value})


def test_the_doctor_wants_a_safe_address_in_production(app_with):
    def said(**changes):
        return app_with(mode=Mode.PRODUCTION, **changes).test_cli_runner().invoke(args=["doctor"]).output

    assert "✗ 对外网址" in said(public_url="http://127.0.0.1:8000")
    assert "HOUQIN_PUBLIC_URL" in said(public_url="http://hq.example.gov.cn")
    assert "✓ 对外网址" in said(public_url="https://hq.example.gov.cn")
