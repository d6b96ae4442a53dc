"""The permissions that the console and the shared services add to the built-in roles.

Locks: none; a few rows are inserted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ADDED = {
    "administrator": (
        "places.manage",
        "rules.manage",
        "audit.read",
        "jobs.read",
        "notifications.manage",
        "suggestions.manage",
    ),
}

roles = sa.table("roles", sa.column("id"), sa.column("code"))
role_permissions = sa.table("role_permissions", sa.column("role_id"), sa.column("permission"))


def upgrade() -> None:
    for code, permissions in ADDED.items():
        role_id = sa.select(roles.c.id).where(roles.c.code == code).scalar_subquery()
        for permission in permissions:
            op.execute(role_permissions.insert().values(role_id=role_id, permission=permission))


def downgrade() -> None:
    for permissions in ADDED.values():
        op.execute(role_permissions.delete().where(role_permissions.c.permission.in_(permissions)))
