"""The permissions of feedback, and the roles that bear them.

New roles: the desk that takes demands in, who handles them, who keeps seals, who writes notices.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

ROLES = {
    "feedback_desk": "诉求专席",
    "feedback_handler": "诉求承办人",
    "seal_keeper": "匿名身份保管人",
    "notice_editor": "通告编辑",
}
ADDED = {
    "administrator": (
        *("feedback.read", "feedback.manage", "reports.triage", "reports.approve", "reports.visit"),
        *("notices.manage", "surveys.manage", "reviews.manage", "reviews.publish"),
    ),
    "feedback_desk": ("feedback.read", "feedback.manage", "reports.triage", "notices.manage"),
    "feedback_handler": ("reports.handle",),
    "seal_keeper": ("feedback.read", "reports.unseal"),
    "notice_editor": ("notices.manage",),
    "logistics_reviewer": (
        *("feedback.read", "reports.visit", "surveys.manage", "reviews.manage", "notices.manage"),
    ),
    "leader": ("feedback.read", "reports.approve", "reviews.publish"),
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
