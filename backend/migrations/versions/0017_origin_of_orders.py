"""Who placed an order and how, when a takeaway is collected, and the new slices' permissions.

Leaders get a role of their own, which reads sums and nobody's name.

Orders that are there were placed by their diners: `placed_by` stays null, so that no row is rewritten.
Locks: a short exclusive lock on `orders` for four columns that are null or have a constant default.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDED = {
    "administrator": (
        *("absences.manage", "receptions.manage", "settlements.manage", "privacy.manage"),
        "figures.read",
    ),
    "canteen_manager": ("receptions.manage", "settlements.manage", "figures.read"),
    "logistics_reviewer": ("figures.read",),
    "leader": ("figures.read",),
}
WINDOW = "(collect_from IS NULL) = (collect_until IS NULL)"

roles = sa.table("roles", sa.column("id"), sa.column("code"), sa.column("name"))
role_permissions = sa.table("role_permissions", sa.column("role_id"), sa.column("permission"))


def upgrade() -> None:
    op.add_column("orders", sa.Column("origin", sa.String(10), nullable=False, server_default="self"))
    op.add_column("orders", sa.Column("placed_by", ID, nullable=True))
    op.add_column("orders", sa.Column("collect_from", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # Inline, because SQLite adds no constraint to a table that is there.
        op.execute(
            f"ALTER TABLE orders ADD COLUMN collect_until DATETIME CONSTRAINT ck_orders_window CHECK ({WINDOW})"
        )
    else:
        op.add_column("orders", sa.Column("collect_until", sa.DateTime(timezone=True), nullable=True))
        op.create_check_constraint(op.f("ck_orders_window"), "orders", WINDOW)
    op.execute(roles.insert().values(code="leader", name="领导"))
    for code, permissions in ADDED.items():
        role_id = sa.select(roles.c.id).where(roles.c.code == code).scalar_subquery()
        for permission in permissions:
            op.execute(role_permissions.insert().values(role_id=role_id, permission=permission))


def downgrade() -> None:
    for permissions in ADDED.values():
        op.execute(role_permissions.delete().where(role_permissions.c.permission.in_(permissions)))
    op.execute(roles.delete().where(roles.c.code == "leader"))
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_orders_window"), "orders", type_="check")
    for column in ("collect_until", "collect_from", "placed_by", "origin"):
        op.drop_column("orders", column)
