"""The permissions of meeting rooms, and the roles that bear them. New role: who manages the rooms."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

ROLES = {"meeting_manager": "会议管理员"}
ADDED = {
    "administrator": (
        *("meetings.read", "meeting_rooms.manage", "meetings.approve", "meetings.override"),
        "hospitality.manage",
    ),
    "meeting_manager": (
        *("meetings.read", "meeting_rooms.manage", "meetings.approve", "meetings.serve"),
        "hospitality.manage",
    ),
    "meeting_steward": ("meetings.read", "meetings.serve"),
    "logistics_reviewer": ("meetings.read",),
    "leader": ("meetings.read", "meetings.override"),
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
    added = sorted({permission for permissions in ADDED.values() for permission in permissions})
    op.execute(role_permissions.delete().where(role_permissions.c.permission.in_(added)))
    ours = sa.select(roles.c.id).where(roles.c.code.in_(ROLES))
    op.execute(role_permissions.delete().where(role_permissions.c.role_id.in_(ours)))
    op.execute(roles.delete().where(roles.c.code.in_(ROLES)))
