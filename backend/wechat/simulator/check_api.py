"""WeChat's content checks: of text at once, of photos and sound by an event later.

Source: developers.weixin.qq.com, msgSecCheck and mediaCheckAsync, version 2.
"""

import secrets
from functools import partial
from typing import Any

import httpx
from flask import Blueprint, Response

from backend.wechat.simulator.answers import ApiError, answer, check_token, json_body, require_method
from backend.wechat.simulator.people import openid_of
from backend.wechat.simulator.pushes import push_event
from backend.wechat.simulator.world import World, world

blueprint = Blueprint("checks", __name__)

# The examples of WeChat's own documentation, which it always finds risky.
_ALWAYS_RISKY = ("特3456书yuuo莞6543李zxcz蒜7782法fgnv级", "完2347全dfji试3726测asad感3847知qwez到")
_LONGEST_TEXT = 2500
_SCENES = (1, 2, 3, 4)
_LABELS = {"pass": 100, "review": 21000, "risky": 20006}
_FETCH_TIMEOUT_S = 5.0
# What the verdict says of a picture that WeChat could not load.
_NOT_FETCHED = -1008


@blueprint.route("/wxa/msg_sec_check", methods=["GET", "POST"])
def check_text() -> Response:
    """Check a text; the verdict is the answer."""
    require_method("POST")
    appid, body, here = check_token(world().tokens), json_body(), world()
    _check_asker(here, appid, body)
    content = body.get("content")
    if not isinstance(content, str) or not content:
        raise ApiError(44002)
    if len(content) > _LONGEST_TEXT:
        raise ApiError(45002)
    is_risky = any(example in content for example in _ALWAYS_RISKY)
    suggest = "risky" if is_risky else here.options.text_suggest
    found = {"suggest": suggest, "label": _LABELS.get(suggest, 100)}
    told = {
        "errcode": 0,
        "errmsg": "ok",
        "result": found,
        "detail": [{"strategy": "content_model", "errcode": 0, **found, "prob": 90}],
        "trace_id": "-".join(secrets.token_hex(4) for _ in range(3)),
    }
    return answer(told)


@blueprint.route("/wxa/media_check_async", methods=["GET", "POST"])
def check_media() -> Response:
    """Take a photo or sound for checking; the verdict is pushed."""
    require_method("POST")
    appid, body, here = check_token(world().tokens), json_body(), world()
    if body.get("media_type") not in (1, 2):
        raise ApiError(40097)
    _check_asker(here, appid, body)
    url = str(body.get("media_url") or "")
    if not url.startswith(("http://", "https://")):
        raise ApiError(44002)
    trace_id = secrets.token_hex(16)
    told = {"appid": appid, "trace_id": trace_id, "version": 2, **_verdict(here, url)}
    push_event(here, appid, str(body["openid"]), "wxa_media_check", told)
    return answer({"errcode": 0, "errmsg": "ok", "trace_id": trace_id})


def _check_asker(here: World, appid: str, body: dict[str, Any]) -> None:
    """The version, the scene, and a person of this app who was in it within two hours."""
    if body.get("version") != 2:
        raise ApiError(40097)
    openid = str(body.get("openid") or "")
    if here.person_of(openid, partial(openid_of, appid)) is None:
        others = (app.appid for app in here.apps.values() if app.appid != appid)
        is_elsewhere = any(here.person_of(openid, partial(openid_of, other)) for other in others)
        raise ApiError(43104 if is_elsewhere else 40003)
    if body.get("scene") not in _SCENES:
        raise ApiError(40129)
    if not here.options.people_are_active:
        raise ApiError(61010)


def _verdict(here: World, url: str) -> dict[str, Any]:
    if here.options.media_fetches and not _is_loaded(url):
        return {"errcode": _NOT_FETCHED, "errmsg": "download media failed", "detail": []}
    suggest = here.options.media_suggest
    found = {"suggest": suggest, "label": 100 if suggest == "pass" else 20002}
    return {
        "errcode": 0,
        "errmsg": "ok",
        "result": found,
        "detail": [{"strategy": "content_model", "errcode": 0, **found, "prob": 90}],
    }


def _is_loaded(url: str) -> bool:
    try:
        with httpx.Client(trust_env=False, timeout=_FETCH_TIMEOUT_S) as http:
            loaded = http.get(url)
    except httpx.HTTPError:
        return False
    return loaded.status_code == 200 and loaded.headers.get("Content-Type", "").startswith("image/")
