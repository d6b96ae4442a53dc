"""Tables of the surveys."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime

TITLE_LENGTH = 60
INTRO_LENGTH = 1000
QUESTION_LENGTH = 200
OPTION_LENGTH = 60
COMMENT_LENGTH = 500


class State(StrEnum):
    """草稿, 进行中, 已截止."""

    DRAFT = "draft"
    OPEN = "open"
    STOPPED = "stopped"


class AudienceKind(StrEnum):
    """Whom a survey is meant for; all but the first name what they mean in `SurveyTarget`."""

    ALL = "all"
    DEPARTMENTS = "departments"
    CAMPUSES = "campuses"
    ROLES = "roles"


class Segment(StrEnum):
    """By what the results may be told apart: one thing only, lest two tables solve each other."""

    NONE = "none"
    CAMPUS = "campus"
    DEPARTMENT = "department"


class QuestionKind(StrEnum):
    """单选, 多选, 1–5 分, 文字, 矩阵 (a score of 1 to 5 for each of several things)."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    TEXT = "text"
    MATRIX = "matrix"


class Survey(Base):
    """A survey. `stops_on` is the last day on which it can be answered.

    `opens_at` null: it is opened by hand. `sample_size` null: the whole audience is invited. `invited` and
    `answered` are counted up to the stop and stay when the invitations are gone.
    """

    __tablename__ = "surveys"
    __table_args__ = (
        Index(None, "state", "stops_on"),
        CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="opened"),
        CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name="stopped"),
        CheckConstraint("answered <= invited", name="answered"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    intro: Mapped[str] = mapped_column(String(INTRO_LENGTH), default="")
    state: Mapped[str] = mapped_column(String(8), default=State.DRAFT.value)
    revision: Mapped[int] = mapped_column(default=1)
    audience: Mapped[str] = mapped_column(String(12))
    segment: Mapped[str] = mapped_column(String(10))
    sample_size: Mapped[int | None] = mapped_column()
    opens_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stops_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_name: Mapped[str] = mapped_column(String(50))
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_stopped_early: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    invited: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    answered: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    questions: Mapped[list["SurveyQuestion"]] = relationship(
        cascade="all, delete-orphan", order_by="SurveyQuestion.position"
    )
    targets: Mapped[list["SurveyTarget"]] = relationship(
        cascade="all, delete-orphan", order_by="SurveyTarget.target_id"
    )


class SurveyTarget(Base):
    """One of the departments, campuses or roles that a survey is meant for."""

    __tablename__ = "survey_targets"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)


class SurveyQuestion(Base):
    """A question. `most` is how many options of a multiple choice may be taken; null: all of them."""

    __tablename__ = "survey_questions"
    __table_args__ = (UniqueConstraint("survey_id", "position"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(QUESTION_LENGTH))
    most: Mapped[int | None] = mapped_column(SmallInteger)

    options: Mapped[list["SurveyOption"]] = relationship(
        cascade="all, delete-orphan", order_by="SurveyOption.position"
    )


class SurveyOption(Base):
    """What can be chosen; of a matrix, what is scored."""

    __tablename__ = "survey_options"
    __table_args__ = (UniqueConstraint("question_id", "position"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_questions.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(String(OPTION_LENGTH))


class SurveyInvite(Base):
    """That somebody is invited, and whether they have answered; gone when the survey has stopped.

    The label is what a response of theirs will bear. It was settled when all were drawn.
    """

    __tablename__ = "survey_invites"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    has_answered: Mapped[bool] = mapped_column(Boolean, default=False)
    campus_id: Mapped[int | None] = mapped_column(BigInt)
    department_id: Mapped[int | None] = mapped_column(BigInt)


class SurveySegment(Base):
    """How many of the invited bear a label, and how many of them have answered; 0 for those without one.

    Written at the opening. At the stop `answered` is filled in, and whatever label has too few answers is
    counted to those without one.
    """

    __tablename__ = "survey_segments"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    label_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(80))
    invited: Mapped[int] = mapped_column()
    answered: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class SurveyResponse(Base):
    """One person's answers to a survey, nobody knows whose.

    The identifier is random, and on SQLite the rows lie in its order: neither a number nor a place in the
    file says when, and so whose, a response was. A column is filled only if five of the invited share it.
    """

    __tablename__ = "survey_responses"
    __table_args__ = (Index(None, "survey_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    campus_id: Mapped[int | None] = mapped_column(BigInt)
    department_id: Mapped[int | None] = mapped_column(BigInt)


class SurveyAnswer(Base):
    """What a response says to a question: an option (0 for none), a score, or a text."""

    __tablename__ = "survey_answers"
    __table_args__ = (
        Index(None, "question_id"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        {"sqlite_with_rowid": False},
    )

    response_id: Mapped[str] = mapped_column(ForeignKey("survey_responses.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_questions.id"), primary_key=True)
    option_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    score: Mapped[int | None] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text, default="")
