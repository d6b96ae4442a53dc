"""Tables of weighing: the facts, who stood behind a tray, and the rollups that every statistic reads."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Kind(StrEnum):
    """What was weighed.

    `serve_delta`: what a scale of the serving line lost to a tray; `tray_return`: a returned tray with what
    is left on it; `dish_leftover`: what is left of one dish; `bin_delta`: what a bin gained; `bin_empty`: a
    bin was emptied; `pan_out`, `pan_back`: a pan of a dish goes to the counter, and comes back; `entry`:
    grams of a stage that a person entered.
    """

    SERVE_DELTA = "serve_delta"
    TRAY_RETURN = "tray_return"
    DISH_LEFTOVER = "dish_leftover"
    BIN_DELTA = "bin_delta"
    BIN_EMPTY = "bin_empty"
    PAN_OUT = "pan_out"
    PAN_BACK = "pan_back"
    ENTRY = "entry"


class Stage(StrEnum):
    """Where the grams stand: prepared and served food, then what is lost, and what was put to use again."""

    PREPARED = "prepared"
    SERVED = "served"
    STORAGE = "storage"
    PREPARATION = "preparation"
    UNSERVED = "unserved"
    PLATE = "plate"
    REUSED = "reused"


class Source(StrEnum):
    """How grams of a stage were found. Two sources may weigh the same food: they are never added up.

    `bulk`: bins and entries, which see a whole meal; `tray`: returned trays, a sample of the diners;
    `dish`: what was left of single dishes; `pan`: what went out and came back.
    """

    BULK = "bulk"
    TRAY = "tray"
    DISH = "dish"
    PAN = "pan"


class Edible(StrEnum):
    """Food, or bones, peel and what else nobody eats; `mixed` counts as food, because it cannot be told."""

    EDIBLE = "edible"
    INEDIBLE = "inedible"
    MIXED = "mixed"


class Disposition(StrEnum):
    """Where it went."""

    DISCARD = "discard"
    COMPOST = "compost"
    FEED = "feed"
    DONATE = "donate"
    REUSE = "reuse"


class Status(StrEnum):
    """`ok` counts; `quarantined` counts for nothing until somebody decides; `void` takes another row back."""

    OK = "ok"
    QUARANTINED = "quarantined"
    VOID = "void"


class Quarantine(StrEnum):
    """Why an event is held back."""

    UNSTABLE = "unstable"
    OVERLOAD = "overload"
    TARE_GT_GROSS = "tare_gt_gross"
    SKEW = "skew"
    IMPLAUSIBLE = "implausible"
    NO_MEAL = "no_meal"


class ContainerKind(StrEnum):
    """餐盘, 收集桶, 菜盆."""

    TRAY = "tray"
    BIN = "bin"
    PAN = "pan"


class Container(Base):
    """A tray, bin or pan that a scale names by its code (QR, RFID or painted number).

    A bin says of which stage it is and whether what goes in is edible.
    """

    __tablename__ = "waste_containers"
    __table_args__ = (
        UniqueConstraint("canteen_id", "kind", "code"),
        CheckConstraint("tare_g >= 0", name="tare"),
        CheckConstraint("(kind = 'bin') = (stage IS NOT NULL)", name="bin_has_stage"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    kind: Mapped[str] = mapped_column(String(6))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(50), default="")
    tare_g: Mapped[int] = mapped_column()
    stage: Mapped[str | None] = mapped_column(String(12))
    edible: Mapped[str] = mapped_column(String(8), default=Edible.MIXED.value)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class Weighing(Base):
    """One event, as a device sent it or a person entered it. Append-only (a trigger refuses changes).

    A correction is a row with status `void` that names what it takes back (`void_of`), and where something
    stands in its place another row, which names it too (`replaces`). What is quarantined is decided by the
    same two. `net_g` is gross less tare; `counted_g` is what goes into the totals of (`stage`, `source`,
    `edible`): 0 of what is quarantined, of noise and of a bin that was emptied, and minus the original's of
    a void. Of a tray's returns the rounds (`TrayRound`) say which one goes into the totals. `captured_at` is
    the device's own clock put right by the skew that its request showed; the meal is that which it names, or
    that of the instant.
    """

    __tablename__ = "weighings"
    __table_args__ = (
        UniqueConstraint("device_id", "seq"),
        Index(
            "uq_weighings_void_of",
            "void_of",
            unique=True,
            sqlite_where=text("void_of IS NOT NULL"),
            postgresql_where=text("void_of IS NOT NULL"),
        ),
        Index(
            "uq_weighings_replaces",
            "replaces",
            unique=True,
            sqlite_where=text("replaces IS NOT NULL"),
            postgresql_where=text("replaces IS NOT NULL"),
        ),
        Index(None, "canteen_id", "served_on", "period"),
        Index(
            "ix_weighings_container",
            "container_id",
            "served_on",
            sqlite_where=text("container_id IS NOT NULL"),
            postgresql_where=text("container_id IS NOT NULL"),
        ),
        Index(
            "ix_weighings_quarantined",
            "canteen_id",
            "id",
            sqlite_where=text("status = 'quarantined'"),
            postgresql_where=text("status = 'quarantined'"),
        ),
        CheckConstraint("(device_id IS NULL) = (seq IS NULL)", name="sequence"),
        CheckConstraint("(status = 'quarantined') = (quarantine_code IS NOT NULL)", name="quarantine"),
        CheckConstraint("(status = 'void') = (void_of IS NOT NULL)", name="void"),
        CheckConstraint("status <> 'quarantined' OR counted_g = 0", name="quarantined_counts_nothing"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    seq: Mapped[int | None] = mapped_column(BigInt)
    payload_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    entered_by: Mapped[int | None] = mapped_column(BigInt)
    captured_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    clock_skew_s: Mapped[int] = mapped_column(default=0)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(13))
    stage: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(4))
    edible: Mapped[str] = mapped_column(String(8))
    container_id: Mapped[int | None] = mapped_column(ForeignKey("waste_containers.id"))
    dish_id: Mapped[int | None] = mapped_column(ForeignKey("dishes.id"))
    gross_g: Mapped[int | None] = mapped_column()
    tare_g: Mapped[int | None] = mapped_column()
    net_g: Mapped[int] = mapped_column()
    counted_g: Mapped[int] = mapped_column()
    is_stable: Mapped[bool] = mapped_column(Boolean, default=True)
    raw_frame: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(100), default="")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    cost_fen_per_kg: Mapped[int] = mapped_column(default=0)
    cost_fen: Mapped[int] = mapped_column(default=0)
    disposition: Mapped[str] = mapped_column(String(8), default=Disposition.DISCARD.value)
    status: Mapped[str] = mapped_column(String(11))
    quarantine_code: Mapped[str | None] = mapped_column(String(13))
    void_of: Mapped[int | None] = mapped_column(ForeignKey("weighings.id"))
    replaces: Mapped[int | None] = mapped_column(ForeignKey("weighings.id"))


class TrayBinding(Base):
    """From this instant on a tray carries what one diner took, until it is returned.

    `staff_id` is kept only while it is needed: to charge a meal by weight, or because the diner wants to see
    their own trays (`shows_own`); a job forgets it after that. `department_id` is the diner's of that moment.
    """

    __tablename__ = "tray_bindings"
    __table_args__ = (
        UniqueConstraint("container_id", "bound_at"),
        Index(None, "container_id", "served_on"),
        Index(None, "staff_id", "served_on"),
        Index(None, "canteen_id", "served_on"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    container_id: Mapped[int] = mapped_column(ForeignKey("waste_containers.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    bound_at: Mapped[datetime] = mapped_column(UTCDateTime)
    bound_by: Mapped[int] = mapped_column(BigInt)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    department_id: Mapped[int] = mapped_column(BigInt)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    shows_own: Mapped[bool] = mapped_column(Boolean, default=False)


class TrayRound(Base):
    """One use of a tray at one meal, from its binding or first helping to its return.

    It follows from the weighings and bindings of that tray and meal alone, in the order of their instants,
    whatever the order in which they came in; `ordinal` counts the rounds of a tray at a meal from 0. A
    second return with nothing between it and the first is no round. `served_g` 0 says that nothing is known
    of what was served.
    """

    __tablename__ = "tray_rounds"
    __table_args__ = (
        UniqueConstraint("container_id", "served_on", "period", "ordinal"),
        Index(None, "canteen_id", "served_on", "period"),
        Index(None, "binding_id"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    container_id: Mapped[int] = mapped_column(ForeignKey("waste_containers.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    binding_id: Mapped[int | None] = mapped_column(ForeignKey("tray_bindings.id"))
    department_id: Mapped[int | None] = mapped_column(BigInt)
    served_g: Mapped[int] = mapped_column(default=0)
    leftover_g: Mapped[int | None] = mapped_column()
    returned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Of the return that ended it: its class and its cost.
    edible: Mapped[str | None] = mapped_column(String(8))
    cost_fen: Mapped[int] = mapped_column(default=0)


class WasteMeal(Base):
    """What is known of one meal of one canteen beside its grams.

    `diners` is who ate by the pick-ups, `diners_counted` what somebody counted, which goes before. `trays`
    were weighed on return, `clean_trays` of them bore at most 10 g of food; the rated trays are those of
    which is known, too, what was served on them.
    """

    __tablename__ = "waste_meals"

    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"), primary_key=True)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    diners: Mapped[int | None] = mapped_column()
    diners_counted: Mapped[int | None] = mapped_column()
    trays: Mapped[int] = mapped_column(default=0)
    clean_trays: Mapped[int] = mapped_column(default=0)
    tray_leftover_g: Mapped[int] = mapped_column(default=0)
    rated_trays: Mapped[int] = mapped_column(default=0)
    rated_served_g: Mapped[int] = mapped_column(default=0)
    rated_leftover_g: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)


class WasteStage(Base):
    """Grams and cost of a stage at a meal, by how they were found."""

    __tablename__ = "waste_stages"

    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"), primary_key=True)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    stage: Mapped[str] = mapped_column(String(12), primary_key=True)
    source: Mapped[str] = mapped_column(String(4), primary_key=True)
    edible: Mapped[str] = mapped_column(String(8), primary_key=True)
    net_g: Mapped[int] = mapped_column(BigInt)
    cost_fen: Mapped[int] = mapped_column(BigInt)
    events: Mapped[int] = mapped_column()


class WasteDish(Base):
    """Grams of a dish at a meal, from weighings of this one dish; `cost_fen` is that of its waste.

    `portions_g` is what the handed-out portions should weigh.
    """

    __tablename__ = "waste_dishes"
    __table_args__ = (Index(None, "dish_id", "served_on"),)

    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"), primary_key=True)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), primary_key=True)
    prepared_g: Mapped[int] = mapped_column(default=0)
    served_g: Mapped[int] = mapped_column(default=0)
    portions_g: Mapped[int | None] = mapped_column()
    leftover_g: Mapped[int] = mapped_column(default=0)
    leftovers: Mapped[int] = mapped_column(default=0)
    unserved_g: Mapped[int] = mapped_column(default=0)
    unserved_weighings: Mapped[int] = mapped_column(default=0)
    reused_g: Mapped[int] = mapped_column(default=0)
    cost_fen: Mapped[int] = mapped_column(BigInt, default=0)


class WasteDepartment(Base):
    """Trays of a department's diners at a meal. It is shown only where there were at least five of them."""

    __tablename__ = "waste_departments"

    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"), primary_key=True)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    trays: Mapped[int] = mapped_column(default=0)
    clean_trays: Mapped[int] = mapped_column(default=0)
    leftover_g: Mapped[int] = mapped_column(default=0)
    served_g: Mapped[int] = mapped_column(default=0)
