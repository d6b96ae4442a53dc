"""What a phone shows before anybody logs in."""

from backend.config import Mode
from tests.client import Client


def test_it_says_whose_app_this_is_and_for_whom(app_with):
    app = app_with(organisation="某市机关事务管理局", contact="0580-1234567", icp_no="浙ICP备00000000号")
    info = Client(app).get("/api/v1/app/info").data
    assert info["name"] == "后勤通"
    assert info["organisation"] == "某市机关事务管理局"
    assert "某市机关事务管理局" in info["scope_notice"]
    assert (info["contact"], info["icp_no"]) == ("0580-1234567", "浙ICP备00000000号")
    assert info["privacy_version"] == "1.0"
    assert info["review_hint"] == ""


def test_production_has_no_simulator(app_with):
    demo = Client(app_with()).get("/api/v1/app/info").data
    production = Client(app_with(simulator_port=0, mode=Mode.PRODUCTION)).get("/api/v1/app/info").data
    assert (demo["is_demo"], demo["simulator_url"]) == (True, "/simulator")
    assert (production["is_demo"], production["simulator_url"]) == (False, None)
