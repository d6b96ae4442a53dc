"""A thin client of WeChat's server API.

WeChat answers HTTP 200 with an `errcode` (absent or 0 on success). `session_key` is thrown away as it
arrives, nothing secret is logged, and no call is made within a unit of work. Only what WeChat did surely
not carry out is tried again: its own "busy" (-1), and a connection that was refused. A call that
timed out is not repeated, because it may have consumed its one-use code.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal, NoReturn

import httpx
import structlog

from backend.config import WechatApp
from backend.outside import PAUSES_S, Answer, Service
from backend.wechat import errors
from backend.wechat.tokens import FetchedToken, TokenStore

log = structlog.get_logger(__name__)

_RID = re.compile(r"rid: ?([0-9A-Za-z-]{1,64})")
# Which key of a message's data WeChat complains about.
_FIELD = re.compile(r"data\.([a-z_]{1,20}[0-9]{0,3})\.value")
_CHINA = "86"
# The scenes of content checks: 1 profile, 2 comment, 3 forum, 4 social diary.
FORUM: Final = 3
SUGGESTIONS: Final = frozenset({"pass", "review", "risky"})


@dataclass(frozen=True, slots=True)
class WechatSession:
    """Who logged in. `unionid` is there only if the app belongs to an Open Platform account."""

    openid: str
    unionid: str | None


@dataclass(frozen=True, slots=True)
class ContentVerdict:
    """What WeChat finds of a text or photo: `suggest` is pass, review or risky; `label` its number."""

    suggest: str
    label: str
    trace_id: str


class WechatClient:
    """The server API of one mini-program. Safe to share between threads.

    `base_url` is WeChat's, the simulator's or a proxy's, without a trailing slash. `timeout_s` bounds each
    network wait. `http` is only given to share a connection pool; the default one ignores the proxy
    variables of the environment. `pauses_s` are the waits before each further attempt, in seconds.
    """

    def __init__(
        self,
        app: WechatApp,
        base_url: str,
        timeout_s: float,
        tokens: TokenStore,
        http: httpx.Client | None = None,
        *,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self.app = app
        self._tokens = tokens
        self._service = Service(
            "wechat",
            base_url,
            timeout_s,
            errors.WechatUnavailable,
            http,
            facts=_facts,
            is_busy=lambda answer: answer.get("errcode") == errors.BUSY,
            pauses_s=pauses_s,
        )

    def close(self) -> None:
        """Close the connections to WeChat."""
        self._service.http.close()

    def code_to_session(self, js_code: str) -> WechatSession:
        """Whom the login code of `wx.login` stands for; uses it up.

        Raises CodeInvalid, TooFrequent, UserBlocked, Misconfigured or WechatUnavailable.
        """
        path = "/sns/jscode2session"
        params = {
            "appid": self.app.appid,
            "secret": self.app.secret,
            "js_code": js_code,
            "grant_type": "authorization_code",
        }
        answer = self._send("GET", path, params)
        # Our endpoints need no session_key, so nobody can leak it.
        answer.pop("session_key", None)
        self._refuse(path, answer)
        unionid = answer.get("unionid")
        return WechatSession(self._text(path, answer.get("openid")), str(unionid) if unionid else None)

    def phone_number(self, code: str, openid: str) -> str:
        """The phone number behind a phone code; uses it up. WeChat checks that it is that person's.

        A number of mainland China comes as its bare digits, any other as `+49…`: its digits alone could
        equal somebody's number on the roster. Raises PhoneCodeInvalid, and as `call` does.
        """
        path = "/wxa/business/getuserphonenumber"
        try:
            answer = self.call(path, {"code": code, "openid": openid})
        except errors.CodeInvalid as error:
            raise errors.PhoneCodeInvalid from error
        except (errors.Refused, errors.Misconfigured) as error:
            if error.data["errcode"] in errors.PHONE_OF_ANOTHER:
                raise errors.PhoneCodeInvalid from error
            raise
        info = answer.get("phone_info")
        info = info if isinstance(info, dict) else {}
        watermark = info.get("watermark")
        appid = watermark.get("appid") if isinstance(watermark, dict) else None
        if appid != self.app.appid:
            log.error("wechat phone number: the watermark names another app", appid=appid)
            raise errors.PhoneCodeInvalid
        number = self._text(path, info.get("purePhoneNumber"))
        country = str(info.get("countryCode") or _CHINA).removeprefix("+")
        return number if country == _CHINA else f"+{country}{number}"

    def send_subscribe(
        self,
        *,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        page: str = "",
        state: Literal["formal", "trial", "developer"] = "formal",
    ) -> str:
        """Send a subscribe message; the number that WeChat gave it, which may be empty.

        `data` maps the keys of the template (`thing1`) to text that fits WeChat's limits; `page` is where
        a tap leads, without leading slash. Sends to one openid must not run at once (43108).

        What WeChat refuses is told by `data["errcode"]` of the error: Refused (43101 refused or quota used
        up, 47003 a value or a key, which `data["field"]` may name; 43108, 40003, 40037, 41030, 45168,
        43107 …), Misconfigured (48001 …), TooFrequent (45009), WechatUnavailable (-1). A WechatUnavailable
        without errcode leaves open whether the message went out.
        Source: developers.weixin.qq.com, subscribeMessage.send.
        """
        body: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "miniprogram_state": state,
            "lang": "zh_CN",
            "data": {key: {"value": value} for key, value in data.items()},
        }
        if page:
            body["page"] = page
        answer = self.call("/cgi-bin/message/subscribe/send", body)
        msgid = answer.get("msgid")
        return str(msgid) if isinstance(msgid, int | str) else ""

    def check_text(self, content: str, openid: str, *, scene: int = FORUM) -> ContentVerdict:
        """What WeChat finds of a text of 1 to 2500 characters, whose author has this openid.

        Errcode 0 only says that it was checked. Raises Refused (61010: the author was not in the
        mini-program within two hours; 40003, 43104: the openid is of another app), and as `call` does.
        Source: developers.weixin.qq.com, security.msgSecCheck, version 2.
        """
        path = "/wxa/msg_sec_check"
        answer = self.call(path, {"version": 2, "openid": openid, "scene": scene, "content": content})
        found = read_verdict(answer)
        if found is None:
            raise self._service.incomplete(path)
        return found

    def check_photo(self, url: str, openid: str, *, scene: int = FORUM) -> str:
        """Have WeChat load and check a photo; the trace under which its verdict is pushed within 30 minutes.

        `url` must work for WeChat, without a login, for a while. Raises as `check_text` does.
        Source: developers.weixin.qq.com, security.mediaCheckAsync, version 2.
        """
        path = "/wxa/media_check_async"
        # A wrong media_type gives a false pass: 2 is a picture.
        body = {"version": 2, "openid": openid, "scene": scene, "media_type": 2, "media_url": url}
        return self._text(path, self.call(path, body).get("trace_id"))

    def call(self, path: str, json: Mapping[str, Any]) -> Answer:
        """POST to an API that takes the access token; returns WeChat's answer.

        A refused token is replaced and the call repeated exactly once. Raises TooFrequent, Misconfigured,
        CodeInvalid, WechatUnavailable, or Refused with the errcode.
        """
        answer = self._tokens.call(
            self.app.appid,
            self._fetch_token,
            lambda token: self._send("POST", path, {"access_token": token}, json),
            lambda answer: answer.get("errcode") in errors.TOKEN_STALE,
        )
        self._refuse(path, answer)
        return answer

    def _fetch_token(self) -> FetchedToken:
        # Never force_refresh: it is for leaks, is rationed, and kills the token of the other processes.
        path = "/cgi-bin/stable_token"
        answer = self._send(
            "POST",
            path,
            {},
            {
                "grant_type": "client_credential",
                "appid": self.app.appid,
                "secret": self.app.secret,
                "force_refresh": False,
            },
        )
        self._refuse(path, answer)
        lifetime = answer.get("expires_in")
        if not isinstance(lifetime, int) or lifetime <= 0:
            raise errors.WechatUnavailable
        return FetchedToken(self._text(path, answer.get("access_token")), timedelta(seconds=lifetime))

    def _send(
        self, method: str, path: str, params: dict[str, str], json: Mapping[str, Any] | None = None
    ) -> Answer:
        answer = self._service.ask(method, path, params=params, body=json)
        if not isinstance(answer.get("errcode", 0), int):
            raise self._service.incomplete(path)
        return answer

    def _text(self, path: str, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise self._service.incomplete(path)
        return value

    def _refuse(self, path: str, answer: Answer) -> None:
        """Raise what the errcode means, if there is one."""
        errcode = answer.get("errcode") or 0
        if errcode == 0:
            return
        if errcode in errors.MISCONFIGURED or errcode in errors.TOKEN_STALE:
            log.error("wechat refuses our configuration", path=path, errcode=errcode, rid=_rid(answer))
            raise errors.Misconfigured(errcode=errcode)
        if errcode == errors.BUSY:
            raise errors.WechatUnavailable(errcode=errcode)
        _raise(answer, errcode)


def read_verdict(told: Mapping[str, Any]) -> ContentVerdict | None:
    """The verdict in an answer or in a pushed event; None where there is none that can be read.

    An event came as XML or JSON: its numbers may be texts.
    """
    result = told.get("result")
    suggest = result.get("suggest") if isinstance(result, Mapping) else None
    if str(told.get("errcode", 0)) != "0" or result is None or str(suggest) not in SUGGESTIONS:
        return None
    return ContentVerdict(str(suggest), str(result.get("label", ""))[:20], str(told.get("trace_id", ""))[:64])


def _raise(answer: Answer, errcode: int) -> NoReturn:
    if errcode in errors.CODE_INVALID:
        raise errors.CodeInvalid
    if errcode in errors.TOO_FREQUENT:
        raise errors.TooFrequent(errcode=errcode)
    if errcode == errors.USER_BLOCKED:
        raise errors.UserBlocked
    field = _FIELD.search(str(answer.get("errmsg", "")))
    raise errors.Refused(errcode=errcode, **({"field": field[1]} if field else {}))


def _facts(answer: Answer) -> dict[str, Any]:
    """What the log says of an answer: `rid` is the number under which WeChat's support finds it."""
    return {"errcode": answer.get("errcode", 0), "rid": _rid(answer)}


def _rid(answer: Answer) -> str:
    found = _RID.search(str(answer.get("errmsg", "")))
    return found[1] if found else ""
