"""Weighings and their rollups, containers and trays."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "waste_containers",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("tare_g", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=True),
        sa.Column("edible", sa.String(length=8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'bin') = (stage IS NOT NULL)", name=op.f("ck_waste_containers_bin_has_stage")
        ),
        sa.CheckConstraint("tare_g >= 0", name=op.f("ck_waste_containers_tare")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_waste_containers_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waste_containers")),
        sa.UniqueConstraint(
            "canteen_id", "kind", "code", name=op.f("uq_waste_containers_canteen_id_kind_code")
        ),
    )
    op.create_table(
        "waste_departments",
        sa.Column("department_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("trays", sa.Integer(), nullable=False),
        sa.Column("clean_trays", sa.Integer(), nullable=False),
        sa.Column("leftover_g", sa.Integer(), nullable=False),
        sa.Column("served_g", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_waste_departments_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_waste_departments_department_id_departments")
        ),
        sa.PrimaryKeyConstraint(
            "department_id", "canteen_id", "served_on", "period", name=op.f("pk_waste_departments")
        ),
    )
    op.create_table(
        "waste_meals",
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("diners", sa.Integer(), nullable=True),
        sa.Column("diners_counted", sa.Integer(), nullable=True),
        sa.Column("trays", sa.Integer(), nullable=False),
        sa.Column("clean_trays", sa.Integer(), nullable=False),
        sa.Column("tray_leftover_g", sa.Integer(), nullable=False),
        sa.Column("rated_trays", sa.Integer(), nullable=False),
        sa.Column("rated_served_g", sa.Integer(), nullable=False),
        sa.Column("rated_leftover_g", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_waste_meals_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("canteen_id", "served_on", "period", name=op.f("pk_waste_meals")),
    )
    op.create_table(
        "waste_stages",
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=4), nullable=False),
        sa.Column("edible", sa.String(length=8), nullable=False),
        sa.Column("net_g", ID, nullable=False),
        sa.Column("cost_fen", ID, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_waste_stages_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint(
            "canteen_id", "served_on", "period", "stage", "source", "edible", name=op.f("pk_waste_stages")
        ),
    )
    op.create_table(
        "waste_dishes",
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("prepared_g", sa.Integer(), nullable=False),
        sa.Column("served_g", sa.Integer(), nullable=False),
        sa.Column("portions_g", sa.Integer(), nullable=True),
        sa.Column("leftover_g", sa.Integer(), nullable=False),
        sa.Column("leftovers", sa.Integer(), nullable=False),
        sa.Column("unserved_g", sa.Integer(), nullable=False),
        sa.Column("unserved_weighings", sa.Integer(), nullable=False),
        sa.Column("reused_g", sa.Integer(), nullable=False),
        sa.Column("cost_fen", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_waste_dishes_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_waste_dishes_dish_id_dishes")),
        sa.PrimaryKeyConstraint("canteen_id", "served_on", "period", "dish_id", name=op.f("pk_waste_dishes")),
    )
    op.create_index(
        op.f("ix_waste_dishes_dish_id_served_on"), "waste_dishes", ["dish_id", "served_on"], unique=False
    )
    op.create_table(
        "weighings",
        sa.Column("id", ID, nullable=False),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("seq", ID, nullable=True),
        sa.Column("payload_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("entered_by", ID, nullable=True),
        sa.Column("captured_at", AT, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("clock_skew_s", sa.Integer(), nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=13), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=4), nullable=False),
        sa.Column("edible", sa.String(length=8), nullable=False),
        sa.Column("container_id", ID, nullable=True),
        sa.Column("dish_id", ID, nullable=True),
        sa.Column("gross_g", sa.Integer(), nullable=True),
        sa.Column("tare_g", sa.Integer(), nullable=True),
        sa.Column("net_g", sa.Integer(), nullable=False),
        sa.Column("counted_g", sa.Integer(), nullable=False),
        sa.Column("is_stable", sa.Boolean(), nullable=False),
        sa.Column("raw_frame", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("photo_id", ID, nullable=True),
        sa.Column("cost_fen_per_kg", sa.Integer(), nullable=False),
        sa.Column("cost_fen", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=11), nullable=False),
        sa.Column("quarantine_code", sa.String(length=13), nullable=True),
        sa.Column("void_of", ID, nullable=True),
        sa.Column("replaces", ID, nullable=True),
        sa.CheckConstraint(
            "(status = 'quarantined') = (quarantine_code IS NOT NULL)", name=op.f("ck_weighings_quarantine")
        ),
        sa.CheckConstraint("(status = 'void') = (void_of IS NOT NULL)", name=op.f("ck_weighings_void")),
        sa.CheckConstraint(
            "status <> 'quarantined' OR counted_g = 0", name=op.f("ck_weighings_quarantined_counts_nothing")
        ),
        sa.CheckConstraint("(device_id IS NULL) = (seq IS NULL)", name=op.f("ck_weighings_sequence")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_weighings_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["container_id"], ["waste_containers.id"], name=op.f("fk_weighings_container_id_waste_containers")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_weighings_device_id_devices")),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_weighings_dish_id_dishes")),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_weighings_photo_id_photos")),
        sa.ForeignKeyConstraint(["void_of"], ["weighings.id"], name=op.f("fk_weighings_void_of_weighings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighings")),
        sa.UniqueConstraint("device_id", "seq", name=op.f("uq_weighings_device_id_seq")),
        sa.ForeignKeyConstraint(["replaces"], ["weighings.id"], name=op.f("fk_weighings_replaces_weighings")),
    )
    op.create_index(
        "uq_weighings_void_of",
        "weighings",
        ["void_of"],
        unique=True,
        sqlite_where=sa.text("void_of IS NOT NULL"),
        postgresql_where=sa.text("void_of IS NOT NULL"),
    )
    op.create_index(
        "uq_weighings_replaces",
        "weighings",
        ["replaces"],
        unique=True,
        sqlite_where=sa.text("replaces IS NOT NULL"),
        postgresql_where=sa.text("replaces IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_weighings_canteen_id_served_on_period"),
        "weighings",
        ["canteen_id", "served_on", "period"],
        unique=False,
    )
    op.create_index(
        "ix_weighings_container",
        "weighings",
        ["container_id", "served_on"],
        unique=False,
        sqlite_where=sa.text("container_id IS NOT NULL"),
        postgresql_where=sa.text("container_id IS NOT NULL"),
    )
    op.create_index(
        "ix_weighings_quarantined",
        "weighings",
        ["canteen_id", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'quarantined'"),
        postgresql_where=sa.text("status = 'quarantined'"),
    )
    op.create_table(
        "tray_bindings",
        sa.Column("id", ID, nullable=False),
        sa.Column("container_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("bound_at", AT, nullable=False),
        sa.Column("bound_by", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("shows_own", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_tray_bindings_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["container_id"],
            ["waste_containers.id"],
            name=op.f("fk_tray_bindings_container_id_waste_containers"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_tray_bindings_order_id_orders")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_tray_bindings_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tray_bindings")),
        sa.UniqueConstraint("container_id", "bound_at", name=op.f("uq_tray_bindings_container_id_bound_at")),
    )
    op.create_index(
        op.f("ix_tray_bindings_canteen_id_served_on"),
        "tray_bindings",
        ["canteen_id", "served_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_tray_bindings_container_id_served_on"),
        "tray_bindings",
        ["container_id", "served_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_tray_bindings_staff_id_served_on"), "tray_bindings", ["staff_id", "served_on"], unique=False
    )
    op.create_table(
        "tray_rounds",
        sa.Column("id", ID, nullable=False),
        sa.Column("container_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("binding_id", ID, nullable=True),
        sa.Column("department_id", ID, nullable=True),
        sa.Column("served_g", sa.Integer(), nullable=False),
        sa.Column("leftover_g", sa.Integer(), nullable=True),
        sa.Column("returned_at", AT, nullable=True),
        sa.Column("edible", sa.String(length=8), nullable=True),
        sa.Column("cost_fen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["binding_id"], ["tray_bindings.id"], name=op.f("fk_tray_rounds_binding_id_tray_bindings")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_tray_rounds_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["container_id"],
            ["waste_containers.id"],
            name=op.f("fk_tray_rounds_container_id_waste_containers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tray_rounds")),
        sa.UniqueConstraint(
            "container_id",
            "served_on",
            "period",
            "ordinal",
            name=op.f("uq_tray_rounds_container_id_served_on_period_ordinal"),
        ),
    )
    op.create_index(op.f("ix_tray_rounds_binding_id"), "tray_rounds", ["binding_id"], unique=False)
    op.create_index(
        op.f("ix_tray_rounds_canteen_id_served_on_period"),
        "tray_rounds",
        ["canteen_id", "served_on", "period"],
        unique=False,
    )
    _make_append_only()


def _make_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER weighings_no_{verb.lower()} BEFORE {verb} ON weighings"
                " BEGIN SELECT RAISE(ABORT, 'weighings is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER weighings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON weighings"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("tray_rounds")
    op.drop_table("tray_bindings")
    op.drop_table("weighings")
    op.drop_table("waste_dishes")
    op.drop_table("waste_stages")
    op.drop_table("waste_meals")
    op.drop_table("waste_departments")
    op.drop_table("waste_containers")
