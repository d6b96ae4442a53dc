"""The outbox, the inbox, subscription quotas, urgent calls.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('inbox_messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('dedupe', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=20), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('page', sa.String(length=200), nullable=False),
    sa.Column('is_urgent', sa.Boolean(), nullable=False),
    sa.Column('needs_acknowledgement', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_inbox_messages_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox_messages')),
    sa.UniqueConstraint('kind', 'dedupe', 'staff_id', name=op.f('uq_inbox_messages_kind_dedupe_staff_id'))
    )
    op.create_index(op.f('ix_inbox_messages_created_at'), 'inbox_messages', ['created_at'], unique=False)
    op.create_index(op.f('ix_inbox_messages_staff_id_id'), 'inbox_messages', ['staff_id', 'id'], unique=False)
    op.create_index('ix_inbox_messages_unread', 'inbox_messages', ['staff_id'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('priority', sa.SmallInteger(), nullable=False),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('provider_message_id', sa.String(length=80), nullable=True),
    sa.Column('error', sa.String(length=80), nullable=False),
    sa.Column('quota_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(state = 'leased') = (leased_until IS NOT NULL)", name=op.f('ck_outbox_leased')),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f('ck_outbox_sent')),
    sa.ForeignKeyConstraint(['message_id'], ['inbox_messages.id'], name=op.f('fk_outbox_message_id_inbox_messages'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('message_id', 'channel', name=op.f('uq_outbox_message_id_channel'))
    )
    op.create_index('ix_outbox_due', 'outbox', ['priority', 'next_at', 'id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'leased')"), postgresql_where=sa.text("state IN ('waiting', 'leased')"))
    op.create_index('ix_outbox_pending_of', 'outbox', ['staff_id', 'channel'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'leased')"), postgresql_where=sa.text("state IN ('waiting', 'leased')"))
    op.create_index(op.f('ix_outbox_provider_message_id'), 'outbox', ['provider_message_id'], unique=False)
    op.create_index(op.f('ix_outbox_created_at_state'), 'outbox', ['created_at', 'state'], unique=False)
    op.create_index('uq_outbox_leased', 'outbox', ['staff_id', 'channel'], unique=True, sqlite_where=sa.text("state = 'leased'"), postgresql_where=sa.text("state = 'leased'"))
    op.create_table('subscription_quotas',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('template_id', sa.String(length=64), nullable=False),
    sa.Column('remaining', sa.SmallInteger(), nullable=False),
    sa.Column('is_long_term', sa.Boolean(), nullable=False),
    sa.Column('last_event', sa.String(length=20), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pushed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('remaining >= 0', name=op.f('ck_subscription_quotas_remaining')),
    sa.ForeignKeyConstraint(['identity_id'], ['external_identities.id'], name=op.f('fk_subscription_quotas_identity_id_external_identities'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription_quotas')),
    sa.UniqueConstraint('identity_id', 'template_id', name=op.f('uq_subscription_quotas_identity_id_template_id'))
    )
    op.create_table('urgent_calls',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('dedupe', sa.String(length=120), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('page', sa.String(length=200), nullable=False),
    sa.Column('chain', sa.JSON(), nullable=False),
    sa.Column('wait_minutes', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('escalates_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(state = 'acknowledged') = (acknowledged_by IS NOT NULL)", name=op.f('ck_urgent_calls_acknowledged')),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f('ck_urgent_calls_ended')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_urgent_calls')),
    sa.UniqueConstraint('kind', 'dedupe', name=op.f('uq_urgent_calls_kind_dedupe'))
    )
    op.create_index('ix_urgent_calls_open', 'urgent_calls', ['escalates_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table('urgent_steps',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('call_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_via', sa.String(length=10), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['urgent_calls.id'], name=op.f('fk_urgent_steps_call_id_urgent_calls'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['message_id'], ['inbox_messages.id'], name=op.f('fk_urgent_steps_message_id_inbox_messages'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_urgent_steps')),
    sa.UniqueConstraint('call_id', 'position', name=op.f('uq_urgent_steps_call_id_position')),
    sa.UniqueConstraint('message_id', name=op.f('uq_urgent_steps_message_id'))
    )


def downgrade() -> None:
    op.drop_table('urgent_steps')
    op.drop_table('urgent_calls')
    op.drop_table('subscription_quotas')
    op.drop_table('outbox')
    op.drop_table('inbox_messages')
