"""Photos of dishes, the history of their prices, and revisions of meals.

The history begins with the present prices, as of the dish's last change.
Locks: a short exclusive lock on `dishes` and `meals` for a column each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        # Inline, because SQLite adds no constraint to a table that is there.
        op.execute(
            "ALTER TABLE dishes ADD COLUMN photo_id INTEGER"
            " CONSTRAINT fk_dishes_photo_id_photos REFERENCES photos (id)"
        )
    else:
        op.add_column("dishes", sa.Column("photo_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key("fk_dishes_photo_id_photos", "dishes", "photos", ["photo_id"], ["id"])
    op.add_column("meals", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "dish_prices",
        sa.Column("id", ID, nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("portion", sa.String(length=10), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", ID, nullable=False),
        sa.Column("changed_by_name", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dish_prices")),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_dish_prices_dish_id_dishes")),
        sa.CheckConstraint("price_fen IS NULL OR price_fen >= 0", name=op.f("ck_dish_prices_price")),
    )
    op.create_index(op.f("ix_dish_prices_dish_id_valid_from"), "dish_prices", ["dish_id", "valid_from"])
    op.execute(
        "INSERT INTO dish_prices (dish_id, portion, price_fen, valid_from, changed_by, changed_by_name)"
        " SELECT dishes.id, dish_portions.portion, dish_portions.price_fen, dishes.changed_at, 0, '系统'"
        " FROM dish_portions JOIN dishes ON dishes.id = dish_portions.dish_id ORDER BY dish_portions.id"
    )
    _make_append_only(is_sqlite=is_sqlite)


def _make_append_only(*, is_sqlite: bool) -> None:
    if not is_sqlite:
        op.execute(
            "CREATE TRIGGER dish_prices_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dish_prices"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER dish_prices_no_{verb.lower()} BEFORE {verb} ON dish_prices"
            " BEGIN SELECT RAISE(ABORT, 'dish_prices is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table("dish_prices")
    op.drop_column("meals", "revision")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_dishes_photo_id_photos", "dishes", type_="foreignkey")
    op.drop_column("dishes", "photo_id")
