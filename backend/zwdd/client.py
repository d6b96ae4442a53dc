"""A thin client of the gateway of 专有钉钉. Nothing secret and nobody's name is logged."""

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import structlog

from backend import clock
from backend.config import ZwddApp
from backend.outside import PAUSES_S, Answer, Service
from backend.wechat.errors import WechatUnavailable
from backend.wechat.tokens import FetchedToken, TokenStore
from backend.zwdd import errors, signing

log = structlog.get_logger(__name__)

_MAC: Final = ":".join(f"{uuid.getnode():012x}"[index : index + 2] for index in range(0, 12, 2))
_BUTTON: Final = "查看详情"


class ZwddClient:
    """The gateway as one app sees it. Safe to share between threads.

    `base_url` is the installation's, the simulator's or a proxy's. `timeout_s` bounds each network wait.
    `tokens` is the store that WeChat's tokens are kept in, too.
    """

    def __init__(
        self,
        app: ZwddApp,
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
            "zwdd", base_url, timeout_s, errors.ZwddUnavailable, http, facts=_facts, pauses_s=pauses_s
        )

    def close(self) -> None:
        """Close the connections to the gateway."""
        self._service.http.close()

    def code_to_account(self, code: str) -> str:
        """The accountId of the person whom the code of `dd.getAuthCode` stands for; uses it up.

        Raises CodeInvalid, TooFrequent, Misconfigured or ZwddUnavailable.
        """
        path = "/rpc/oauth2/dingtalk_app_user.json"
        try:
            answer = self._tokens.call(
                self.app.app_key,
                self._fetch_token,
                lambda token: self._post(path, {"access_token": token, "auth_code": code}),
                _is_token_stale,
            )
        except WechatUnavailable as error:  # The store's own: a refresh by another caller does not end.
            raise errors.ZwddUnavailable from error
        if _is_token_stale(answer):
            log.error("zwdd refuses a new token", path=path, **_facts(answer))
            raise errors.Misconfigured(reason=_reason(_content(answer)))
        try:
            data = self._data(path, answer)
        except errors.Refused as refusal:
            raise errors.CodeInvalid from refusal
        return self._text(path, data.get("accountId"))

    def send_notice(self, account_id: str, *, title: str, text: str, reference: str, url: str = "") -> str:
        """Send a person a work notice; the platform's number of the message, else `reference`.

        With `url` the notice is a card with a button that opens it. `reference` (`bizMsgId`) is ours: one
        that the platform has seen does not send a second message. Raises Refused, TooFrequent,
        Misconfigured or ZwddUnavailable; the last leaves open whether the message went out.
        """
        path = "/message/workNotification"
        parameters = {
            "receiverIds": account_id,
            "tenantId": self.app.tenant_id,
            "bizMsgId": reference,
            "msg": json.dumps(_message(title, text, url), ensure_ascii=False),
        }
        data = self._data(path, self._post(path, parameters))
        msgid = data.get("msgId")
        return str(msgid) if isinstance(msgid, int | str) and msgid else reference

    def _fetch_token(self) -> FetchedToken:
        path = "/gettoken.json"
        parameters = {"appkey": self.app.app_key, "appsecret": self.app.app_secret}
        try:
            data = self._data(path, self._ask("GET", path, parameters))
        except errors.Refused as refusal:
            log.error("zwdd refuses our configuration", path=path, reason=refusal.data["reason"])
            raise errors.Misconfigured(reason=refusal.data["reason"]) from refusal
        lifetime = data.get("expiresIn")
        if not isinstance(lifetime, int) or lifetime <= 0:
            raise self._service.incomplete(path)
        return FetchedToken(self._text(path, data.get("accessToken")), timedelta(seconds=lifetime))

    def _post(self, path: str, parameters: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, parameters)

    def _ask(self, method: str, path: str, parameters: Mapping[str, str]) -> Answer:
        now = clock.now()
        timestamp = signing.timestamp_of(now)
        nonce = signing.nonce_of(now, secrets.randbelow(10_000))
        headers = {
            "X-Hmac-Auth-Timestamp": timestamp,
            "X-Hmac-Auth-Version": signing.VERSION,
            "X-Hmac-Auth-Nonce": nonce,
            "apiKey": self.app.app_key,
            "X-Hmac-Auth-Signature": signing.signature(
                self.app.app_secret, method, timestamp, nonce, path, parameters
            ),
            "X-Hmac-Auth-IP": self.app.client_ip,
            "X-Hmac-Auth-MAC": _MAC,
        }
        if method == "GET":
            return self._service.ask(method, path, params=parameters, headers=headers)
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        return self._service.ask(method, path, body=urlencode(parameters).encode(), headers=headers)

    def _data(self, path: str, answer: Answer) -> dict[str, Any]:
        """What the service answered, if the gateway and the service both say so."""
        if answer.get("success") is not True:
            reason = _reason(answer)
            if reason.startswith(errors.THROTTLED):
                raise errors.TooFrequent(reason=reason)
            log.error("zwdd refuses our configuration", path=path, reason=reason)
            raise errors.Misconfigured(reason=reason)
        content = _content(answer)
        if content.get("success") is not True:
            raise errors.Refused(reason=_reason(content))
        data = content.get("data")
        return data if isinstance(data, dict) else {}

    def _text(self, path: str, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int | str) or not value:
            raise self._service.incomplete(path)
        return str(value)


def _message(title: str, text: str, url: str) -> dict[str, Any]:
    if not url:
        return {"msgtype": "text", "text": {"content": f"{title}\n{text}"}}
    card = {"title": title, "markdown": f"### {title}\n\n{text}", "single_title": _BUTTON, "single_url": url}
    return {"msgtype": "action_card", "action_card": card}


def _content(answer: Answer) -> dict[str, Any]:
    content = answer.get("content")
    return content if isinstance(content, dict) else {}


def _is_token_stale(answer: Answer) -> bool:
    content = _content(answer)
    if content.get("success") is True:
        return False
    # No list of the codes is published: the message names the token.
    is_named = "access_token" in str(content.get("responseMessage", "")).lower()
    return is_named or _reason(content) in errors.TOKEN_STALE


def _reason(part: Mapping[str, Any]) -> str:
    """The gateway's or the service's code for a refusal, under whichever name it comes."""
    for name in ("responseCode", "bizErrorCode", "errorCode", "Code", "code"):
        value = part.get(name)
        if value not in (None, "", "0", 0):
            return str(value)[:80]
    return "unknown"


def _facts(answer: Answer) -> dict[str, Any]:
    """What the log says of an answer."""
    content = _content(answer)
    is_done = answer.get("success") is True and content.get("success") is True
    reason = "" if is_done else _reason(content if answer.get("success") is True else answer)
    return {"reason": reason, "rid": str(content.get("requestId") or answer.get("_RequestId") or "")[:64]}
