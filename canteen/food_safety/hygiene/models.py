"""Tables of stations, of what is cleaned and disinfected, and of the daily checklist."""

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
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class CleaningKind(StrEnum):
    """清洁, 消毒."""

    CLEAN = "clean"
    DISINFECT = "disinfect"


class Method(StrEnum):
    """How something is cleaned or disinfected: the methods of GB 31654 (餐饮服务通用卫生规范), Annex."""

    WASH = "wash"  # 清洗
    STEAM = "steam"  # 蒸汽
    BOIL = "boil"  # 煮沸
    INFRARED = "infrared"  # 红外线（消毒柜）
    DISHWASHER = "dishwasher"  # 洗碗机
    CHLORINE = "chlorine"  # 含氯消毒剂
    ALCOHOL = "alcohol"  # 酒精
    ULTRAVIOLET = "ultraviolet"  # 紫外线灯
    OZONE = "ozone"  # 臭氧
    OTHER = "other"


class Every(StrEnum):
    """Within what a task is due so many times: 每天, 每周, 每月."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Scheme(StrEnum):
    """六常, 六天, 自定."""

    CONSTANT = "constant"
    DAILY = "daily"
    OWN = "own"


class Station(Base):
    """A place of a kitchen. Its code, of small letters and digits, hangs there to be scanned."""

    __tablename__ = "hygiene_stations"
    __table_args__ = (UniqueConstraint("canteen_id", "name"), UniqueConstraint("code"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    name: Mapped[str] = mapped_column(String(30))
    keeper: Mapped[str] = mapped_column(String(50), default="")  # 责任人
    code: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CleaningTask(Base):
    """What is cleaned or disinfected, at one station or in the whole kitchen, so many times within a span.

    `least_mg_l` is the least concentration of available chlorine (or of what the agent says), in mg/L;
    `least_minutes` the least time that it acts.
    """

    __tablename__ = "hygiene_tasks"
    __table_args__ = (
        Index(None, "canteen_id"),
        CheckConstraint("times >= 1", name="times"),
        CheckConstraint("kind IN ('clean', 'disinfect')", name="kind"),
        CheckConstraint("every IN ('day', 'week', 'month')", name="every"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("hygiene_stations.id"))
    kind: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(50))  # 对象
    method: Mapped[str] = mapped_column(String(12))
    agent: Mapped[str] = mapped_column(String(50), default="")
    least_mg_l: Mapped[int | None] = mapped_column()
    least_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    times: Mapped[int] = mapped_column(SmallInteger, default=1)
    every: Mapped[str] = mapped_column(String(5))
    note: Mapped[str] = mapped_column(String(200), default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CleaningRecord(Base):
    """One time that something was cleaned or disinfected. `done_on` is the business date of `done_at`."""

    __tablename__ = "hygiene_records"
    __table_args__ = (
        Index(None, "canteen_id", "done_on"),
        Index(None, "task_id", "done_on"),
        CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name="void"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("hygiene_tasks.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("hygiene_stations.id"))
    done_on: Mapped[date] = mapped_column(Date)
    done_at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(50))
    method: Mapped[str] = mapped_column(String(12))
    agent: Mapped[str] = mapped_column(String(50), default="")
    concentration_mg_l: Mapped[int | None] = mapped_column()
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    is_below: Mapped[bool] = mapped_column(Boolean, default=False)
    note: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[int] = mapped_column(BigInt)
    recorded_by_name: Mapped[str] = mapped_column(String(50))
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_by_name: Mapped[str] = mapped_column(String(50), default="")
    void_reason: Mapped[str] = mapped_column(String(100), default="")


class ChecklistItem(Base):
    """A line of the daily checklist. Without a canteen it is the house's; without a station, every station's.

    Words that are changed make a new item; the old one is retired and stays for the answers that name it.
    """

    __tablename__ = "hygiene_items"
    __table_args__ = (
        Index(None, "canteen_id"),
        CheckConstraint("scheme IN ('constant', 'daily', 'own')", name="scheme"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("hygiene_stations.id"))
    scheme: Mapped[str] = mapped_column(String(8))
    heading: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(100))
    position: Mapped[int] = mapped_column(SmallInteger)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class Check(Base):
    """The checklist of one station on one day, as far as it is answered."""

    __tablename__ = "hygiene_checks"
    __table_args__ = (UniqueConstraint("station_id", "checked_on"), Index(None, "canteen_id", "checked_on"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("hygiene_stations.id"))
    checked_on: Mapped[date] = mapped_column(Date)
    items: Mapped[int] = mapped_column(SmallInteger)  # how many there were to answer
    answered: Mapped[int] = mapped_column(SmallInteger, default=0)
    failed: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_scanned: Mapped[bool] = mapped_column(Boolean, default=False)
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_by_name: Mapped[str] = mapped_column(String(50))


class ChecklistAnswer(Base):
    """What was found of one item, in the words that the item had."""

    __tablename__ = "hygiene_answers"
    __table_args__ = (UniqueConstraint("check_id", "item_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("hygiene_checks.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("hygiene_items.id"))
    scheme: Mapped[str] = mapped_column(String(8))
    heading: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(100))
    is_ok: Mapped[bool] = mapped_column(Boolean)
    remark: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by: Mapped[int] = mapped_column(BigInt)
    answered_by_name: Mapped[str] = mapped_column(String(50))
