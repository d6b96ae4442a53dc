"""What a phone shows before anybody logs in."""

from typing import Any

from flask_smorest import Blueprint

from backend.config import Mode, settings
from backend.endpoints import PUBLIC
from backend.http import endpoint
from backend.identity.privacy import queries as privacy_queries
from backend.wire import Bool, Out, Str

blueprint = Blueprint("app_info", __name__, description="登录前的说明")

NAME = "后勤通"
# Where this server forwards to the demo's simulator; a path, so that it holds behind any host name.
_SIMULATOR = "/simulator"
_SCOPE_NOTICE = (
    "本小程序仅供{organisation}及院内各单位在职人员使用，"
    "须凭单位录入的名册信息绑定后登录，不向社会公众提供服务。"
)


class AppInfoOut(Out):
    """Whose app this is and for whom: WeChat's review asks staff-only apps to say so before login."""

    name = Str()
    organisation = Str()
    scope_notice = Str()
    contact = Str()
    icp_no = Str()
    review_hint = Str()
    privacy_version = Str()
    is_demo = Bool()
    simulator_url = Str(allow_none=True)


@endpoint(blueprint, "GET", "/app/info", permission=PUBLIC, out=AppInfoOut)
def get_app_info() -> Any:
    """Whose app this is, for whom, and which privacy policy holds"""
    running = settings()
    is_demo = running.mode is Mode.DEMO
    return {
        "name": NAME,
        "organisation": running.organisation,
        "scope_notice": _SCOPE_NOTICE.format(organisation=running.organisation),
        "contact": running.contact,
        "icp_no": running.icp_no,
        "review_hint": running.review_hint,
        "privacy_version": privacy_queries.latest_version(),
        "is_demo": is_demo,
        "simulator_url": _SIMULATOR if is_demo and running.simulator_port else None,
    }
