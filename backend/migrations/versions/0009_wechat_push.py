"""Events that WeChat pushed, and receipts of the SMS gateway, each once.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('wechat_push_events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dedupe_key', sa.String(length=64), nullable=False),
    sa.Column('app', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('openid', sa.String(length=64), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wechat_push_events')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_wechat_push_events_dedupe_key'))
    )
    op.create_index(op.f('ix_wechat_push_events_handled_at'), 'wechat_push_events', ['handled_at'], unique=False)
    op.create_index('ix_wechat_push_events_waiting', 'wechat_push_events', ['id'], unique=False, sqlite_where=sa.text('handled_at IS NULL'), postgresql_where=sa.text('handled_at IS NULL'))
    op.create_table('sms_receipts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('gateway_id', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sms_receipts')),
    sa.UniqueConstraint('reference', 'state', name=op.f('uq_sms_receipts_reference_state'))
    )
    op.create_index(op.f('ix_sms_receipts_received_at'), 'sms_receipts', ['received_at'], unique=False)


def downgrade() -> None:
    op.drop_table('sms_receipts')
    op.drop_table('wechat_push_events')
