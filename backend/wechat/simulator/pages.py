"""What the simulator offers besides WeChat's API: codes on request, faults, the log, and a page."""

import re
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from backend import clock
from backend.errors import AppError, Invalid, Malformed, NotFound
from backend.wechat.simulator.codes import Code, CodeKind
from backend.wechat.simulator.faults import Fault
from backend.wechat.simulator.people import Person, is_staff_no
from backend.wechat.simulator.world import world

PREFIX = "/simulator"
PEOPLE_AT_ONCE = 60
LONGEST_TIMEOUT_S = 60

blueprint = Blueprint("simulator", __name__, url_prefix=PREFIX)

_PHONE = re.compile(r"[0-9]{5,15}")
_COUNTRY = re.compile(r"[1-9][0-9]{0,3}")


class StaffNoInvalid(Invalid):
    """No person can have this number."""

    code = "simulator.staff_no_invalid"
    message = "请提供工号（1 到 20 个字母、数字或汉字）"


class UnknownApp(NotFound):
    """No mini-program has this name."""

    code = "simulator.app_unknown"
    message = "没有名为“{app}”的小程序"


class NoPhone(Invalid):
    """The person's WeChat account has no phone number."""

    code = "simulator.no_phone"
    message = "该微信用户没有手机号，请用 phone 参数指定"


class FaultInvalid(Invalid):
    """The fault is not described well."""

    code = "simulator.fault_invalid"
    message = "请给出 path 和 errcode、timeout_s（至多 60 秒）、http_status、text 之一；times 为 1 到 1000"


@blueprint.get("/", strict_slashes=False)
def picker() -> str:
    """The page on which a person picks a member of staff and gets logged in."""
    return render_template("picker.html")


@blueprint.get("/people")
def people() -> Response:
    """Who can be picked: `query`, `offset` → `list`, `total`."""
    found = world().people.search(request.args.get("query", ""))
    offset = max(request.args.get("offset", 0, type=int), 0)
    shown = found[offset : offset + PEOPLE_AT_ONCE]
    return ok({"list": [_shown(person) for person in shown], "total": len(found)})


@blueprint.get("/code")
def login_code() -> Response:
    """What the host's login would give to this member of staff: `host` is wechat, wecom or zwdd."""
    person, host = person_asked(), request.args.get("host") or "wechat"
    if host == "wechat":
        kind, app = CodeKind.LOGIN, appid_asked()
    elif host == "wecom" and (wecom := world().wecom) is not None:
        kind, app = CodeKind.WECOM, wecom.corpid
    elif host == "zwdd" and (zwdd := world().zwdd) is not None:
        kind, app = CodeKind.ZWDD, zwdd.app_key
    else:
        raise UnknownApp(app=host)
    return ok(_given(*world().codes.give(kind, app, person.staff_no)))


@blueprint.get("/phone-code")
def phone_code() -> Response:
    """What the phone button would give; `phone` and `country` replace the person's own number."""
    person, appid = person_asked(), appid_asked()
    phone, country = request.args.get("phone") or person.phone, request.args.get("country") or "86"
    if not phone:
        raise NoPhone
    if not (_PHONE.fullmatch(phone) and _COUNTRY.fullmatch(country)):
        raise Invalid
    given = world().codes.give(CodeKind.PHONE, appid, person.staff_no, phone=phone, country=country)
    return ok(_given(*given))


@blueprint.post("/faults")
def add_fault() -> Response:
    """Let the next calls of a path fail."""
    fault = _fault(request.get_json())
    world().faults.add(fault)
    return ok(asdict(fault))


@blueprint.delete("/faults")
def clear_faults() -> Response:
    """Let everything work again."""
    world().faults.clear()
    return ok(None)


@blueprint.get("/requests")
def requests() -> Response:
    """The latest calls of WeChat's API, oldest first; `path` selects."""
    entries = [
        {**asdict(entry), "at": clock.local(entry.at).isoformat(timespec="milliseconds")}
        for entry in world().requests.all(request.args.get("path", ""))
    ]
    return ok({"list": entries})


@blueprint.delete("/requests")
def clear_requests() -> Response:
    """Empty the log."""
    world().requests.clear()
    return ok(None)


def install(app: Flask) -> None:
    """Register the pages and their errors."""
    app.register_blueprint(blueprint)
    app.add_url_rule("/", "root", lambda: redirect(f"{PREFIX}/"))
    app.register_error_handler(AppError, _fail)
    app.after_request(_protect)


def ok(data: Any) -> Response:
    """An answer in the envelope."""
    return jsonify({"code": 0, "msg": "ok", "data": data})


def _given(text: str, code: Code) -> dict[str, Any]:
    return {"code": text, "expires_at": clock.local(code.expires_at).isoformat(timespec="seconds")}


def _shown(person: Person) -> dict[str, Any]:
    phone = f"{person.phone[:3]}****{person.phone[-4:]}" if len(person.phone) >= 8 else ""
    return {**asdict(person), "phone": phone, "is_fixed": person.is_fixed}


def person_asked(given: Any = None) -> Person:
    """The person whom the request names, from now on known to the platforms. Raises StaffNoInvalid."""
    staff_no = str(given or request.args.get("staff_no", "")).strip()
    if not is_staff_no(staff_no):
        raise StaffNoInvalid
    world().meet(staff_no)
    return world().people.get(staff_no)


def appid_asked(given: Any = None) -> str:
    """Of the named app; or the one given, which may be a foreign one. Raises UnknownApp."""
    if appid := request.args.get("appid"):
        return appid
    name = str(given or request.args.get("app") or "default")
    app = world().apps.get(name)
    if app is None:
        raise UnknownApp(app=name)
    return app.appid


def _fault(body: Any) -> Fault:
    if not isinstance(body, dict) or not body.keys() <= set(Fault.__dataclass_fields__):
        raise FaultInvalid
    fault = Fault(**{"path": "", **body})
    kinds = (fault.errcode, fault.timeout_s, fault.http_status, fault.text)
    well_described = (
        sum(kind is not None for kind in kinds) == 1
        and isinstance(fault.path, str)
        and fault.path.startswith("/")
        and not fault.path.startswith(PREFIX)
        and fault.times is not None
        and _is_within(fault.times, 1, 1000)
        and _is_within(fault.errcode, -(10**6), 10**8)
        and _is_within(fault.timeout_s, 0, LONGEST_TIMEOUT_S, kinds=(int, float))
        and _is_within(fault.http_status, 200, 599)
        and isinstance(fault.text, str | None)
    )
    if not well_described:
        raise FaultInvalid
    return fault


def _is_within(value: Any, least: int, most: int, kinds: tuple[type, ...] = (int,)) -> bool:
    return value is None or (type(value) in kinds and least <= value <= most)


def _fail(error: AppError) -> tuple[Response, int]:
    status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, Malformed) else 422
    return _failure(status, error.code, error.msg)


def http_error(error: HTTPException) -> tuple[Response, int] | BaseResponse:
    """A failure of HTTP itself, in the envelope; a redirect as it is."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    return _failure(status, "simulator.error", "请求有误，请检查地址、方式和内容")


def _failure(status: int, code: str, msg: str) -> tuple[Response, int]:
    return jsonify({"code": status, "error": code, "msg": msg, "data": None}), status


def _protect(response: Response) -> Response:
    if request.path.startswith(PREFIX):
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
    return response
