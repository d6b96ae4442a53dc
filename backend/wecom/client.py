"""A thin client of WeCom's server API. Nothing secret and nobody's name is logged."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NoReturn

import httpx
import structlog

from backend.config import WecomApp
from backend.outside import PAUSES_S, Answer, Service
from backend.wechat.errors import WechatUnavailable
from backend.wechat.tokens import FetchedToken, TokenStore
from backend.wecom import errors, policies

log = structlog.get_logger(__name__)

_HINT = re.compile(r"hint: ?\[([0-9A-Za-z_-]{1,64})\]")


class WecomClient:
    """The server API of one app of a corporation. Safe to share between threads.

    `base_url` is WeCom's, the simulator's or a proxy's. `timeout_s` bounds each network wait. `tokens` is
    the store that WeChat's tokens are kept in, too.
    """

    def __init__(
        self,
        app: WecomApp,
        base_url: str,
        timeout_s: float,
        tokens: TokenStore,
        http: httpx.Client | None = None,
        *,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self.app = app
        self._tokens = tokens
        self._key = f"{app.corpid}:{app.agentid}"
        self._service = Service(
            "wecom",
            base_url,
            timeout_s,
            errors.WecomUnavailable,
            http,
            facts=_facts,
            is_busy=lambda answer: answer.get("errcode") == errors.BUSY,
            pauses_s=pauses_s,
        )

    def close(self) -> None:
        """Close the connections to WeCom."""
        self._service.http.close()

    def code_to_userid(self, code: str) -> str:
        """The userid of the member whom the code of `wx.qy.login` stands for; uses it up.

        Raises CodeInvalid, TooFrequent, Misconfigured, WecomUnavailable or Refused.
        """
        path = "/cgi-bin/miniprogram/jscode2session"
        query = {"js_code": code, "grant_type": "authorization_code"}
        answer = self._call(
            path, lambda token: self._send("GET", path, {"access_token": token, **query}, None)
        )
        # Our endpoints need no session_key, so nobody can leak it.
        answer.pop("session_key", None)
        if answer.get("corpid") != self.app.corpid:
            log.error("wecom login: the code is of another corporation")
            raise errors.CodeInvalid
        return self._text(path, answer.get("userid"))

    def send_notice(
        self, userid: str, *, title: str, description: str, items: Mapping[str, str], page: str
    ) -> str:
        """Send a member a notice that leads to a page of the mini-program; WeCom's number of the message.

        Texts are made to fit WeCom's limits (`policies`). Raises Refused (`data["errcode"]` 81013: nobody
        of this userid may receive the app's messages), TooFrequent (45009: more than 30 a minute and
        member), Misconfigured or WecomUnavailable; one without errcode leaves open whether it went out.
        """
        path = "/cgi-bin/message/send"
        notice: dict[str, Any] = {
            "appid": self.app.appid,
            "title": policies.fit_title(title),
            "content_item": policies.fit_items(items),
        }
        if page:
            notice["page"] = page
        if fitted := policies.fit_description(description):
            notice["description"] = fitted
        body = {
            "touser": userid,
            "msgtype": "miniprogram_notice",
            "agentid": self.app.agentid,
            "miniprogram_notice": notice,
        }
        answer = self._call(path, lambda token: self._send("POST", path, {"access_token": token}, body))
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise errors.Refused(errcode=errors.NO_RECIPIENT)
        msgid = answer.get("msgid")
        return str(msgid) if isinstance(msgid, int | str) else ""

    def _call(self, path: str, send: Callable[[str], Answer]) -> Answer:
        try:
            answer = self._tokens.call(
                self._key,
                self._fetch_token,
                send,
                lambda answer: answer.get("errcode") in errors.TOKEN_STALE,
            )
        except WechatUnavailable as error:  # The store's own: a refresh by another caller does not end.
            raise errors.WecomUnavailable from error
        self._refuse(path, answer)
        return answer

    def _fetch_token(self) -> FetchedToken:
        path = "/cgi-bin/gettoken"
        query = {"corpid": self.app.corpid, "corpsecret": self.app.secret}
        answer = self._send("GET", path, query, None)
        self._refuse(path, answer)
        lifetime = answer.get("expires_in")
        if not isinstance(lifetime, int) or lifetime <= 0:
            raise self._service.incomplete(path)
        return FetchedToken(self._text(path, answer.get("access_token")), timedelta(seconds=lifetime))

    def _send(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Answer:
        answer = self._service.ask(method, path, params=params, body=body)
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
            log.error("wecom refuses our configuration", path=path, **_facts(answer))
            raise errors.Misconfigured(errcode=errcode)
        _raise(errcode)


def _raise(errcode: int) -> NoReturn:
    if errcode in errors.CODE_INVALID:
        raise errors.CodeInvalid
    if errcode in errors.TOO_FREQUENT:
        raise errors.TooFrequent(errcode=errcode)
    if errcode == errors.BUSY:
        raise errors.WecomUnavailable(errcode=errcode)
    raise errors.Refused(errcode=errcode)


def _facts(answer: Answer) -> dict[str, Any]:
    """What the log says of an answer: `hint` is the number under which WeCom's query tool finds it."""
    found = _HINT.search(str(answer.get("errmsg", "")))
    return {"errcode": answer.get("errcode", 0), "hint": found[1] if found else ""}
