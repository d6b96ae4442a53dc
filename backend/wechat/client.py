"""A thin client of WeChat's server API.

WeChat answers HTTP 200 with an `errcode` (absent or 0 on success). `session_key` is thrown away as it
arrives, nothing secret is logged, and no call is made within a unit of work. Only what WeChat did surely
not carry out is tried again: its own "busy" (-1), and a connection that was refused. A call that
timed out is not repeated, because it may have consumed its one-use code.
"""

import json as json_text
import logging
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn

import httpx
import structlog

from backend.config import WechatApp
from backend.wechat import errors
from backend.wechat.masking import WithoutQuery
from backend.wechat.tokens import FetchedToken, TokenStore

log = structlog.get_logger(__name__)
logging.getLogger("httpx").addFilter(WithoutQuery())

Answer = dict[str, Any]

_RID = re.compile(r"rid: ?([0-9A-Za-z-]{1,64})")
_CHINA = "86"


@dataclass(frozen=True, slots=True)
class WechatSession:
    """Who logged in. `unionid` is there only if the app belongs to an Open Platform account."""

    openid: str
    unionid: str | None


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
        pauses_s: Sequence[float] = (0.2, 0.6),
    ) -> None:
        self.app = app
        self._base_url = base_url.rstrip("/")
        self._timeout_s = timeout_s
        self._tokens = tokens
        self._http = http or httpx.Client(trust_env=False)
        self._pauses_s = tuple(pauses_s)

    def close(self) -> None:
        """Close the connections to WeChat."""
        self._http.close()

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
        return WechatSession(_text(path, answer.get("openid")), str(unionid) if unionid else None)

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
        number = _text(path, info.get("purePhoneNumber"))
        country = str(info.get("countryCode") or _CHINA).removeprefix("+")
        return number if country == _CHINA else f"+{country}{number}"

    def call(self, path: str, json: Mapping[str, Any]) -> Answer:
        """POST to an API that takes the access token; returns WeChat's answer.

        A refused token is replaced and the call repeated exactly once. Raises TooFrequent, Misconfigured,
        CodeInvalid, WechatUnavailable, or Refused with the errcode.
        """
        answer, token = self._call_with_token(path, json)
        if answer.get("errcode") in errors.TOKEN_STALE:
            self._tokens.expire(self.app.appid, token)
            answer, _ = self._call_with_token(path, json)
        self._refuse(path, answer)
        return answer

    def _call_with_token(self, path: str, json: Mapping[str, Any]) -> tuple[Answer, str]:
        token = self._tokens.get(self.app.appid, self._fetch_token)
        return self._send("POST", path, {"access_token": token}, json), token

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
        return FetchedToken(_text(path, answer.get("access_token")), timedelta(seconds=lifetime))

    def _send(
        self, method: str, path: str, params: dict[str, str], json: Mapping[str, Any] | None = None
    ) -> Answer:
        for pause_s in (*self._pauses_s, None):
            answer = self._try(method, path, params, json)
            if answer is not None and answer.get("errcode") != errors.BUSY:
                return answer
            if pause_s is not None:
                time.sleep(pause_s)
        raise errors.WechatUnavailable

    def _try(
        self, method: str, path: str, params: dict[str, str], json: Mapping[str, Any] | None
    ) -> Answer | None:
        """One attempt: the answer, or None if the request surely never reached WeChat."""
        began = time.monotonic()
        body = None if json is None else json_text.dumps(json, ensure_ascii=False).encode()
        headers = None if json is None else {"Content-Type": "application/json"}
        try:
            response = self._http.request(
                method,
                f"{self._base_url}{path}",
                params=params or None,
                content=body,
                headers=headers,
                timeout=self._timeout_s,
                follow_redirects=False,
            )
        except httpx.ConnectError:
            log.warning("wechat call: no connection", path=path)
            return None
        except httpx.HTTPError as error:
            log.warning("wechat call: no answer", path=path, failure=type(error).__name__)
            raise errors.WechatUnavailable from None  # The cause's request carries the secrets.
        answer = _read(path, response)
        log.info(
            "wechat call",
            path=path,
            errcode=answer.get("errcode", 0),
            rid=_rid(answer),
            ms=round((time.monotonic() - began) * 1000),
        )
        return answer

    def _refuse(self, path: str, answer: Answer) -> None:
        """Raise what the errcode means, if there is one."""
        errcode = answer.get("errcode") or 0
        if errcode == 0:
            return
        if errcode in errors.MISCONFIGURED or errcode in errors.TOKEN_STALE:
            log.error("wechat refuses our configuration", path=path, errcode=errcode, rid=_rid(answer))
            raise errors.Misconfigured(errcode=errcode)
        _raise(errcode)


def _raise(errcode: int) -> NoReturn:
    if errcode in errors.CODE_INVALID:
        raise errors.CodeInvalid
    if errcode in errors.TOO_FREQUENT:
        raise errors.TooFrequent
    if errcode == errors.USER_BLOCKED:
        raise errors.UserBlocked
    raise errors.Refused(errcode=errcode)


def _read(path: str, response: httpx.Response) -> Answer:
    """The JSON object in the response, whatever content type it claims (WeChat says text/plain)."""
    if response.status_code != httpx.codes.OK:
        log.warning("wechat call: HTTP error", path=path, status=response.status_code)
        raise errors.WechatUnavailable
    try:
        answer = json_text.loads(response.content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("errcode", 0), int):
        log.warning("wechat call: unreadable answer", path=path)
        raise errors.WechatUnavailable
    return answer


def _rid(answer: Answer) -> str:
    """The number under which WeChat's support finds the request."""
    found = _RID.search(str(answer.get("errmsg", "")))
    return found[1] if found else ""


def _text(path: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        log.warning("wechat call: incomplete answer", path=path)
        raise errors.WechatUnavailable
    return value
