"""The permissions of the kitchen, and the roles that bear them. New: who buys, stores, and minds food safety."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

ROLES = {"purchaser": "采购员", "storekeeper": "库管员", "food_safety_officer": "食品安全员"}
ADDED = {
    "administrator": (
        *("production.manage", "purchasing.read", "purchasing.manage", "purchasing.approve"),
        *("food_safety.read", "food_safety.manage"),
    ),
    "canteen_manager": (
        *("production.manage", "production.record", "purchasing.read", "purchasing.manage"),
        *("purchasing.approve", "stock.record", "food_safety.read", "food_safety.record"),
    ),
    "canteen_staff": ("production.record", "food_safety.read", "food_safety.record"),
    "purchaser": ("purchasing.read", "purchasing.manage"),
    "storekeeper": ("purchasing.read", "stock.record"),
    "food_safety_officer": (
        *("food_safety.read", "food_safety.record", "food_safety.manage", "food_safety.health"),
        *("canteen.read", "purchasing.read"),
    ),
    "logistics_reviewer": ("purchasing.read", "food_safety.read"),
    "leader": ("food_safety.read",),
    "canteen_inspector": ("food_safety.read",),
}

roles = sa.table("roles", sa.column("id"), sa.column("code"), sa.column("name"))
role_permissions = sa.table("role_permissions", sa.column("role_id"), sa.column("permission"))


def upgrade() -> None:
    for code, name in ROLES.items():
        op.execute(roles.insert().values(code=code, name=name))
    for code, permissions in ADDED.items():
        role_id = sa.select(roles.c.id).where(roles.c.code == code).scalar_subquery()
        for permission in permissions:
            op.execute(role_permissions.insert().values(role_id=role_id, permission=permission))


def downgrade() -> None:
    ours = sa.select(roles.c.id).where(roles.c.code.in_(ROLES))
    op.execute(role_permissions.delete().where(role_permissions.c.role_id.in_(ours)))
    # What stood before keeps its place in the older roles.
    added = {permission for permissions in ADDED.values() for permission in permissions} - {"canteen.read"}
    op.execute(role_permissions.delete().where(role_permissions.c.permission.in_(sorted(added))))
    op.execute(roles.delete().where(roles.c.code.in_(ROLES)))
