"""The permissions of weighing, devices, evaluation and bulletins, and the roles that bear them.

New roles: who inspects on the spot, who reports for an organ whose canteen is not ours, and who signs a
bulletin off.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ROLES = {
    "canteen_inspector": "食堂抽查员",
    "unit_reporter": "被评估单位填报员",
    "bulletin_approver": "通报审签人",
}
ADDED = {
    "administrator": (
        *("waste.manage", "devices.manage", "evaluation.manage", "evaluation.report"),
        *("bulletins.read", "bulletins.manage", "bulletins.publish"),
    ),
    "canteen_manager": ("waste.record", "waste.manage", "devices.manage", "evaluation.report"),
    "canteen_staff": ("waste.record",),
    "logistics_reviewer": ("evaluation.manage", "evaluation.inspect", "bulletins.read", "bulletins.manage"),
    "canteen_inspector": ("evaluation.inspect",),
    "unit_reporter": ("evaluation.report",),
    "bulletin_approver": ("bulletins.read", "bulletins.publish", "canteen.read"),
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
    added = sorted({permission for permissions in ADDED.values() for permission in permissions} - {"canteen.read"})
    op.execute(role_permissions.delete().where(role_permissions.c.permission.in_(added)))
    ours = sa.select(roles.c.id).where(roles.c.code.in_(ROLES))
    op.execute(role_permissions.delete().where(role_permissions.c.role_id.in_(ours)))
    op.execute(roles.delete().where(roles.c.code.in_(ROLES)))
