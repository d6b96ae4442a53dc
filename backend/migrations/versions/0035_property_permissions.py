"""The permissions of property, and the roles that bear them.

New roles: who manages property, who leads it, who answers for a contractor.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ROLES = {
    "property_manager": "物业主管",
    "property_leader": "物业分管领导",
    "contractor_manager": "服务商负责人",
}
ADDED = {
    "administrator": (
        *("property.read", "property.manage", "work_orders.dispatch", "work_orders.verify"),
        *("work_orders.approve", "inspections.manage", "contractors.read", "contractors.manage"),
        *("contractors.assess", "contractors.review"),
    ),
    "property_manager": (
        *("property.read", "property.manage", "work_orders.dispatch", "work_orders.verify"),
        *("inspections.manage", "contractors.read", "contractors.manage", "contractors.assess"),
    ),
    "property_dispatcher": ("property.read", "work_orders.dispatch", "work_orders.verify"),
    "property_worker": ("work_orders.handle", "inspections.perform"),
    "property_leader": (
        *("property.read", "work_orders.approve", "figures.read"),
        *("contractors.read", "contractors.review"),
    ),
    "logistics_reviewer": ("property.read", "work_orders.verify", "contractors.read", "contractors.assess"),
    "contractor_manager": ("contractors.read", "contractors.answer"),
    "leader": ("property.read", "contractors.read"),
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
    added = sorted(
        {permission for permissions in ADDED.values() for permission in permissions} - {"figures.read"}
    )
    op.execute(role_permissions.delete().where(role_permissions.c.permission.in_(added)))
    ours = sa.select(roles.c.id).where(roles.c.code.in_(ROLES))
    op.execute(role_permissions.delete().where(role_permissions.c.role_id.in_(ours)))
    op.execute(roles.delete().where(roles.c.code.in_(ROLES)))
