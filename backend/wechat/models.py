"""Tables of WeChat: access tokens, shared by all processes, and what WeChat pushed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class AccessToken(Base):
    """The present access token of one app, and who is refreshing it.

    `token_cipher` is encrypted text. While `refreshing_until` lies ahead, one process refreshes; the
    others use the old token or wait.
    """

    __tablename__ = "wechat_access_tokens"

    appid: Mapped[str] = mapped_column(String(64), primary_key=True)
    token_cipher: Mapped[bytes | None] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    refreshing_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PushEvent(Base):
    """An event that WeChat pushed, once however often it was pushed.

    `app` is our name of the mini-program, `kind` the event's name (`subscribe_msg_sent_event`, …), or
    `message` for what a person wrote, of which the payload keeps no content. The payload is the same for
    XML and JSON; its `List`, where there is one, is a list of objects. `error` says why handling failed.
    """

    __tablename__ = "wechat_push_events"
    __table_args__ = (
        Index(
            "ix_wechat_push_events_waiting",
            "id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
        Index(None, "handled_at"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(64), unique=True)
    app: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(60))
    openid: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str] = mapped_column(String(500), default="")
