"""Tables of kitchen workers, their checks, samples and temperatures."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kitchen_workers",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("job", sa.String(length=30), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("notice_basis", sa.String(length=7), nullable=True),
        sa.Column("notice_version", sa.String(length=10), nullable=False),
        sa.Column("noticed_at", AT, nullable=True),
        sa.Column("noticed_by", ID, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.CheckConstraint(
            "(notice_basis IS NULL) = (noticed_at IS NULL)", name=op.f("ck_kitchen_workers_notice")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_kitchen_workers_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_kitchen_workers_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kitchen_workers")),
    )
    op.create_index(op.f("ix_kitchen_workers_canteen_id"), "kitchen_workers", ["canteen_id"], unique=False)
    op.create_index(op.f("ix_kitchen_workers_staff_id"), "kitchen_workers", ["staff_id"], unique=False)
    op.create_index(
        "uq_kitchen_workers_staff",
        "kitchen_workers",
        ["canteen_id", "staff_id"],
        unique=True,
        sqlite_where=sa.text("staff_id IS NOT NULL"),
        postgresql_where=sa.text("staff_id IS NOT NULL"),
    )
    op.create_table(
        "food_sample_waivers",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("dish_name", sa.String(length=50), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("waived_at", AT, nullable=False),
        sa.Column("waived_by", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_food_sample_waivers_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["dish_id"], ["dishes.id"], name=op.f("fk_food_sample_waivers_dish_id_dishes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_food_sample_waivers")),
        sa.UniqueConstraint(
            "canteen_id",
            "served_on",
            "period",
            "dish_id",
            name=op.f("uq_food_sample_waivers_canteen_id_served_on_period_dish_id"),
        ),
    )
    op.create_table(
        "food_samples",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("dish_name", sa.String(length=50), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("fridge", sa.String(length=50), nullable=False),
        sa.Column("is_extra", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("taken_at", AT, nullable=False),
        sa.Column("taken_by", ID, nullable=False),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("disposed_at", AT, nullable=True),
        sa.Column("disposed_by", ID, nullable=True),
        sa.Column("disposal", sa.String(length=200), nullable=False),
        sa.Column("voided_at", AT, nullable=True),
        sa.Column("voided_by", ID, nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(disposed_at IS NULL) = (disposed_by IS NULL)", name=op.f("ck_food_samples_disposed")
        ),
        sa.CheckConstraint("(voided_at IS NULL) = (voided_by IS NULL)", name=op.f("ck_food_samples_voided")),
        sa.CheckConstraint(
            "disposed_at IS NULL OR disposed_at >= due_at", name=op.f("ck_food_samples_kept_long_enough")
        ),
        sa.CheckConstraint("due_at > taken_at", name=op.f("ck_food_samples_due")),
        sa.CheckConstraint(
            "voided_at IS NULL OR disposed_at IS NULL", name=op.f("ck_food_samples_voided_or_disposed")
        ),
        sa.CheckConstraint("weight_g > 0", name=op.f("ck_food_samples_weight")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_food_samples_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_food_samples_dish_id_dishes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_food_samples")),
        sa.UniqueConstraint("code", name=op.f("uq_food_samples_code")),
    )
    op.create_index(
        op.f("ix_food_samples_canteen_id_served_on_period"),
        "food_samples",
        ["canteen_id", "served_on", "period"],
        unique=False,
    )
    op.create_index(
        op.f("ix_food_samples_dish_id_served_on"), "food_samples", ["dish_id", "served_on"], unique=False
    )
    op.create_index(
        "ix_food_samples_kept",
        "food_samples",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("disposed_at IS NULL AND voided_at IS NULL"),
        postgresql_where=sa.text("disposed_at IS NULL AND voided_at IS NULL"),
    )
    op.create_index(
        "uq_food_samples_dish",
        "food_samples",
        ["canteen_id", "served_on", "period", "dish_id"],
        unique=True,
        sqlite_where=sa.text("is_extra = 0 AND voided_at IS NULL"),
        postgresql_where=sa.text("NOT is_extra AND voided_at IS NULL"),
    )
    op.create_table(
        "fridges",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("location", sa.String(length=50), nullable=False),
        sa.Column("minimum_dc", sa.Integer(), nullable=False),
        sa.Column("maximum_dc", sa.Integer(), nullable=False),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("probe", sa.String(length=32), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.CheckConstraint("minimum_dc < maximum_dc", name=op.f("ck_fridges_limits")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteens.id"], name=op.f("fk_fridges_canteen_id_canteens")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_fridges_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fridges")),
        sa.UniqueConstraint("canteen_id", "name", name=op.f("uq_fridges_canteen_id_name")),
    )
    op.create_index(
        "uq_fridges_probe",
        "fridges",
        ["device_id", "probe"],
        unique=True,
        sqlite_where=sa.text("device_id IS NOT NULL AND is_active = 1"),
        postgresql_where=sa.text("device_id IS NOT NULL AND is_active"),
    )
    op.create_table(
        "health_certificates",
        sa.Column("id", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("photo_id", ID, nullable=True),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawn_by", ID, nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_health_certificates_withdrawn")
        ),
        sa.CheckConstraint("issued_on <= valid_until", name=op.f("ck_health_certificates_days")),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_health_certificates_photo_id_photos")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["kitchen_workers.id"],
            name=op.f("fk_health_certificates_worker_id_kitchen_workers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_certificates")),
    )
    op.create_index(
        op.f("ix_health_certificates_worker_id_valid_until"),
        "health_certificates",
        ["worker_id", "valid_until"],
        unique=False,
    )
    op.create_index(
        "uq_health_certificates_number",
        "health_certificates",
        ["number_hash"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "kitchen_duties",
        sa.Column("id", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("duty_on", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(length=7), nullable=False),
        sa.Column("post", sa.String(length=30), nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("begun_by", ID, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_kitchen_duties_ended")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_kitchen_duties_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["kitchen_workers.id"], name=op.f("fk_kitchen_duties_worker_id_kitchen_workers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kitchen_duties")),
        sa.UniqueConstraint(
            "worker_id", "duty_on", "shift", name=op.f("uq_kitchen_duties_worker_id_duty_on_shift")
        ),
    )
    op.create_index(
        op.f("ix_kitchen_duties_canteen_id_duty_on"),
        "kitchen_duties",
        ["canteen_id", "duty_on"],
        unique=False,
    )
    op.create_table(
        "morning_checks",
        sa.Column("id", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(length=7), nullable=False),
        sa.Column("checked_at", AT, nullable=False),
        sa.Column("checked_by", ID, nullable=False),
        sa.Column("outcome", sa.String(length=7), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("cleared_at", AT, nullable=True),
        sa.Column("cleared_by", ID, nullable=True),
        sa.Column("clearance", sa.LargeBinary(), nullable=True),
        sa.Column("forgotten_at", AT, nullable=True),
        sa.CheckConstraint(
            "cleared_at IS NULL OR outcome = 'blocked'", name=op.f("ck_morning_checks_cleared_was_blocked")
        ),
        sa.CheckConstraint("outcome IN ('fit', 'blocked')", name=op.f("ck_morning_checks_outcome")),
        sa.CheckConstraint(
            "(cleared_at IS NULL) = (cleared_by IS NULL)", name=op.f("ck_morning_checks_cleared")
        ),
        sa.CheckConstraint(
            "forgotten_at IS NULL OR (details IS NULL AND clearance IS NULL)",
            name=op.f("ck_morning_checks_forgotten_is_gone"),
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_morning_checks_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["kitchen_workers.id"], name=op.f("fk_morning_checks_worker_id_kitchen_workers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_morning_checks")),
    )
    op.create_index(
        "ix_morning_checks_blocked",
        "morning_checks",
        ["worker_id"],
        unique=False,
        sqlite_where=sa.text("outcome = 'blocked' AND cleared_at IS NULL"),
        postgresql_where=sa.text("outcome = 'blocked' AND cleared_at IS NULL"),
    )
    op.create_index(
        op.f("ix_morning_checks_canteen_id_checked_on_shift"),
        "morning_checks",
        ["canteen_id", "checked_on", "shift"],
        unique=False,
    )
    op.create_index(
        "ix_morning_checks_kept",
        "morning_checks",
        ["checked_on"],
        unique=False,
        sqlite_where=sa.text("forgotten_at IS NULL"),
        postgresql_where=sa.text("forgotten_at IS NULL"),
    )
    op.create_index(
        op.f("ix_morning_checks_worker_id_checked_on"),
        "morning_checks",
        ["worker_id", "checked_on"],
        unique=False,
    )
    op.create_table(
        "food_sample_locks",
        sa.Column("sample_id", ID, nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("locked_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["food_samples.id"], name=op.f("fk_food_sample_locks_sample_id_food_samples")
        ),
        sa.PrimaryKeyConstraint("sample_id", "holder", name=op.f("pk_food_sample_locks")),
    )
    op.create_table(
        "temperature_excursions",
        sa.Column("id", ID, nullable=False),
        sa.Column("fridge_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("extreme_dc", sa.Integer(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("needs_action", sa.Boolean(), nullable=False),
        sa.Column("told_at", AT, nullable=True),
        sa.Column("action", sa.String(length=300), nullable=False),
        sa.Column("acted_at", AT, nullable=True),
        sa.Column("acted_by", ID, nullable=True),
        sa.CheckConstraint(
            "(acted_at IS NULL) = (acted_by IS NULL)", name=op.f("ck_temperature_excursions_acted")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= began_at", name=op.f("ck_temperature_excursions_span")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_temperature_excursions_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["fridge_id"], ["fridges.id"], name=op.f("fk_temperature_excursions_fridge_id_fridges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temperature_excursions")),
    )
    op.create_index(
        op.f("ix_temperature_excursions_canteen_id_began_at"),
        "temperature_excursions",
        ["canteen_id", "began_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_temperature_excursions_fridge_id_began_at"),
        "temperature_excursions",
        ["fridge_id", "began_at"],
        unique=False,
    )
    op.create_index(
        "ix_temperature_excursions_open",
        "temperature_excursions",
        ["fridge_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL AND is_void = 0"),
        postgresql_where=sa.text("ended_at IS NULL AND NOT is_void"),
    )
    op.create_table(
        "temperature_readings",
        sa.Column("id", ID, nullable=False),
        sa.Column("fridge_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("measured_at", AT, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("temperature_dc", sa.Integer(), nullable=False),
        sa.Column("minimum_dc", sa.Integer(), nullable=False),
        sa.Column("maximum_dc", sa.Integer(), nullable=False),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("seq", ID, nullable=True),
        sa.Column("payload_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("entered_by", ID, nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("void_of", ID, nullable=True),
        sa.CheckConstraint(
            "(device_id IS NULL) = (entered_by IS NOT NULL)", name=op.f("ck_temperature_readings_by_one")
        ),
        sa.CheckConstraint(
            "(device_id IS NULL) = (seq IS NULL)", name=op.f("ck_temperature_readings_sequence")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_temperature_readings_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_temperature_readings_device_id_devices")
        ),
        sa.ForeignKeyConstraint(
            ["fridge_id"], ["fridges.id"], name=op.f("fk_temperature_readings_fridge_id_fridges")
        ),
        sa.ForeignKeyConstraint(
            ["void_of"],
            ["temperature_readings.id"],
            name=op.f("fk_temperature_readings_void_of_temperature_readings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temperature_readings")),
        sa.UniqueConstraint("device_id", "seq", name=op.f("uq_temperature_readings_device_id_seq")),
    )
    op.create_index(
        op.f("ix_temperature_readings_canteen_id_measured_at"),
        "temperature_readings",
        ["canteen_id", "measured_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_temperature_readings_fridge_id_measured_at"),
        "temperature_readings",
        ["fridge_id", "measured_at"],
        unique=False,
    )
    op.create_index(
        "uq_temperature_readings_void_of",
        "temperature_readings",
        ["void_of"],
        unique=True,
        sqlite_where=sa.text("void_of IS NOT NULL"),
        postgresql_where=sa.text("void_of IS NOT NULL"),
    )
    make_append_only("temperature_readings")


def downgrade() -> None:
    op.drop_table("temperature_readings")
    op.drop_table("temperature_excursions")
    op.drop_table("food_sample_locks")
    op.drop_table("morning_checks")
    op.drop_table("kitchen_duties")
    op.drop_table("health_certificates")
    op.drop_table("fridges")
    op.drop_table("food_samples")
    op.drop_table("food_sample_waivers")
    op.drop_table("kitchen_workers")
