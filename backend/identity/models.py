"""Tables of identity."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime


class StaffStatus(StrEnum):
    """Whether a member of staff works here. Only the active may log in."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class BindRequestState(StrEnum):
    """The life of a request to bind an account by staff number and name."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class SessionKind(StrEnum):
    """What a session is for. A token of one kind is worth nothing where the other is asked for."""

    API = "api"
    CONSOLE = "console"


class SessionStage(StrEnum):
    """What a login still lacks. Before it is complete its session may do nothing but complete it."""

    CODE_NEEDED = "code_needed"
    ENROLMENT_NEEDED = "enrolment_needed"
    PASSWORD_CHANGE_NEEDED = "password_change_needed"  # noqa: S105 # The name of a stage.
    COMPLETE = "complete"


class Department(Base):
    """A department; the tree is made by `parent_id`."""

    __tablename__ = "departments"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)


class Staff(Base):
    """A row of the roster."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_no: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(50), index=True)
    status: Mapped[str] = mapped_column(String(10), default=StaffStatus.ACTIVE.value)
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    id_no_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_no_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    card_no: Mapped[str | None] = mapped_column(String(32), unique=True)
    left_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    postings: Mapped[list["Posting"]] = relationship(
        back_populates="staff", cascade="all, delete-orphan", order_by="Posting.is_primary.desc(), Posting.id"
    )


class Posting(Base):
    """A post that a member of staff holds in a department; exactly one of them is the primary one."""

    __tablename__ = "postings"
    __table_args__ = (
        UniqueConstraint("staff_id", "department_id"),
        Index(
            "uq_postings_primary",
            "staff_id",
            unique=True,
            sqlite_where=text("is_primary"),
            postgresql_where=text("is_primary"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    title: Mapped[str] = mapped_column(String(50), default="")
    is_primary: Mapped[bool] = mapped_column(Boolean)

    staff: Mapped[Staff] = relationship(back_populates="postings")
    department: Mapped[Department] = relationship()


class Role(Base):
    """A named set of permissions. `code` is stable; built-in roles come with the migrations."""

    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(50))

    permissions: Mapped[list["RolePermission"]] = relationship(cascade="all, delete-orphan")


class RolePermission(Base):
    """A permission that a role contains."""

    __tablename__ = "role_permissions"

    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    permission: Mapped[str] = mapped_column(String(40), primary_key=True)


class RoleGrant(Base):
    """A role given to a member of staff within a scope. `scope_id` is 0 for the whole compound."""

    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("staff_id", "role_id", "scope_kind", "scope_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"), index=True)
    scope_kind: Mapped[str] = mapped_column(String(10))
    scope_id: Mapped[int] = mapped_column(BigInt, default=0)
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    granted_by: Mapped[int] = mapped_column(BigInt)

    role: Mapped[Role] = relationship()


class PasswordCredential(Base):
    """The password of a member of staff, as an argon2 hash, with its failures and age."""

    __tablename__ = "password_credentials"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(Text)
    must_change: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SecondFactor(Base):
    """The TOTP secret of a member of staff (RFC 6238), with its failures; it counts once it is confirmed.

    `begun_in` is the session in which the secret was shown: only there it can be confirmed. `last_step` is
    the latest step of 30 seconds whose code was accepted; no code of it or before is accepted again.
    """

    __tablename__ = "second_factors"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    secret_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    begun_in: Mapped[int] = mapped_column(BigInt)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_step: Mapped[int] = mapped_column(BigInt, default=0)
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Base):
    """A code that stands in for the phone once. The code itself is nowhere in the database."""

    __tablename__ = "recovery_codes"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ExternalIdentity(Base):
    """An account at a login provider, bound to one member of staff.

    `tenant` is the provider's name for our app (an appid, a corpid); `subject` its name for the person.
    """

    __tablename__ = "external_identities"
    __table_args__ = (
        UniqueConstraint("provider", "tenant", "subject"),
        UniqueConstraint("provider", "tenant", "staff_id"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    tenant: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(128))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    bound_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BindTicket(Base):
    """What an unknown account holds after login, to bind itself once, within minutes."""

    __tablename__ = "bind_tickets"

    ticket_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    app: Mapped[str] = mapped_column(String(40))
    tenant: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(128))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class BindRequest(Base):
    """A wish to bind an account by staff number and name, which an administrator decides."""

    __tablename__ = "bind_requests"
    __table_args__ = (
        Index(
            "uq_bind_requests_pending",
            "provider",
            "tenant",
            "subject",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    tenant: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(128))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)

    staff: Mapped[Staff] = relationship()


class LoginSession(Base):
    """A login. The token's SHA-256 is the key; the token itself is nowhere in the database.

    `actor` is the snapshot (JSON) of what the holder is and may do; whatever changes that ends the session.
    `proved_at` is when the holder last entered a code of the second factor.
    """

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10), default=SessionKind.API.value)
    stage: Mapped[str] = mapped_column(String(24), default=SessionStage.COMPLETE.value)
    device: Mapped[str] = mapped_column(String(120), default="")
    actor: Mapped[str] = mapped_column(Text)
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    proved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
