"""Asking WeChat about one text or photo. Never within a unit of work; nothing personal is logged."""

from backend import clock, vault
from backend.config import settings
from backend.errors import TooMany, Unavailable
from backend.outside import pool
from backend.wechat import errors as wechat_errors
from backend.wechat.client import ContentVerdict, WechatClient
from backend.wechat.tokens import TokenStore
from feedback.moderation import policies
from feedback.moderation.models import CheckState, Provider, Reason
from feedback.moderation.policies import Answer
from feedback.moderation.queries import Account, Due

# The author was not in the mini-program within two hours.
_INACTIVE = 61010
_STATES = {"pass": CheckState.PASSED, "review": CheckState.REVIEW, "risky": CheckState.RISKY}


def ask(due: Due) -> Answer:
    """What WeChat says of it, or why it can say nothing. A photo's verdict comes later, under its trace."""
    failure = _hindrance(due)
    if failure is not None or due.account is None:
        return policies.failed(failure or Reason.NO_ACCOUNT)
    try:
        return _ask(due, due.account)
    except wechat_errors.Misconfigured:
        return policies.failed(Reason.UNCONFIGURED)
    except wechat_errors.Refused as error:
        is_inactive = error.data.get("errcode") == _INACTIVE
        return policies.failed(Reason.INACTIVE if is_inactive else Reason.REFUSED)
    except (Unavailable, TooMany):
        # WeChat is busy, slow or away: it may be back in a minute.
        return policies.not_answered(due.attempts)


def as_answer(verdict: ContentVerdict | None) -> Answer:
    """A verdict as a check's answer; None could not be read."""
    if verdict is None:
        return policies.failed(Reason.REFUSED)
    return Answer(_STATES[verdict.suggest], verdict.label, trace_id=verdict.trace_id)


def _hindrance(due: Due) -> Reason | None:
    """Why WeChat need not be asked at all."""
    apps = settings().wechat_apps
    if due.author_id is None:
        return Reason.NO_AUTHOR
    if not apps:
        return Reason.UNCONFIGURED
    if due.account is None:
        return Reason.NO_ACCOUNT
    # Without a push token the verdict would never reach us.
    if due.provider is Provider.WECHAT_IMAGE and not apps[due.account.app].push_token:
        return Reason.UNCONFIGURED
    if not policies.was_active(due.submitted_at, due.account.seen_at, clock.now()):
        return Reason.INACTIVE
    return Reason.GONE if due.provider is Provider.WECHAT_IMAGE and due.photo is None else None


def _ask(due: Due, account: Account) -> Answer:
    running = settings()
    client = WechatClient(
        running.wechat_apps[account.app],
        running.wechat_base_url,
        running.wechat_timeout_s,
        TokenStore(vault.encrypt, vault.decrypt),
        pool(),
    )
    if due.provider is Provider.WECHAT_TEXT:
        return as_answer(client.check_text(due.content, account.openid))
    trace_id = client.check_photo(f"{running.public_url}{due.photo}", account.openid)
    return Answer(CheckState.WAITING, trace_id=trace_id[:64])
