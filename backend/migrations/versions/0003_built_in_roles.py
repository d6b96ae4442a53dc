"""The built-in roles. What every active member of staff may do needs no role.

Locks: none; a few rows are inserted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLES = {
    "administrator": (
        "系统管理员",
        ("identity.read", "identity.manage", "identity.unmask", "workdays.manage", "canteen.read"),
    ),
    "canteen_manager": (
        "食堂管理员",
        ("canteen.read", "canteen.manage", "canteen.verify", "accounts.manage"),
    ),
    "canteen_staff": ("食堂工作人员", ("canteen.read", "canteen.verify")),
    "meeting_steward": ("会务服务员", ()),
    "property_dispatcher": ("物业调度员", ()),
    "property_worker": ("物业维修员", ()),
    "logistics_reviewer": ("后勤督查员", ("canteen.read",)),
}

roles = sa.table("roles", sa.column("id"), sa.column("code"), sa.column("name"))
role_permissions = sa.table("role_permissions", sa.column("role_id"), sa.column("permission"))


def upgrade() -> None:
    for code, (name, permissions) in ROLES.items():
        op.execute(roles.insert().values(code=code, name=name))
        role_id = sa.select(roles.c.id).where(roles.c.code == code).scalar_subquery()
        for permission in permissions:
            op.execute(role_permissions.insert().values(role_id=role_id, permission=permission))


def downgrade() -> None:
    op.execute(role_permissions.delete())
    op.execute(roles.delete())
