"""The table of access tokens, shared by all processes."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, UTCDateTime


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
