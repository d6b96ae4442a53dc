"""The tables of the first path: an official orders a meal and picks it up.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('actor_name', sa.String(length=50), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('object_kind', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=64), nullable=False),
    sa.Column('result', sa.String(length=10), nullable=False),
    sa.Column('request_id', sa.String(length=32), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_events'))
    )
    op.create_index(op.f('ix_audit_events_action'), 'audit_events', ['action'], unique=False)
    op.create_index(op.f('ix_audit_events_actor_id_happened_at'), 'audit_events', ['actor_id', 'happened_at'], unique=False)
    op.create_index(op.f('ix_audit_events_happened_at'), 'audit_events', ['happened_at'], unique=False)
    op.create_index(op.f('ix_audit_events_object_kind_object_id'), 'audit_events', ['object_kind', 'object_id'], unique=False)
    op.create_table('bind_tickets',
    sa.Column('ticket_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('provider', sa.String(length=20), nullable=False),
    sa.Column('app', sa.String(length=40), nullable=False),
    sa.Column('tenant', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=128), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('ticket_hash', name=op.f('pk_bind_tickets'))
    )
    op.create_index(op.f('ix_bind_tickets_expires_at'), 'bind_tickets', ['expires_at'], unique=False)
    op.create_table('calendar_overrides',
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('segments', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('set_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('on_date', name=op.f('pk_calendar_overrides'))
    )
    op.create_table('campuses',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campuses')),
    sa.UniqueConstraint('name', name=op.f('uq_campuses_name'))
    )
    op.create_table('departments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['departments.id'], name=op.f('fk_departments_parent_id_departments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departments')),
    sa.UniqueConstraint('parent_id', 'name', name=op.f('uq_departments_parent_id_name'))
    )
    op.create_index(op.f('ix_departments_parent_id'), 'departments', ['parent_id'], unique=False)
    op.create_table('job_firings',
    sa.Column('job', sa.String(length=60), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('runner', sa.String(length=80), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('job', 'due_at', name=op.f('pk_job_firings'))
    )
    op.create_index(op.f('ix_job_firings_due_at'), 'job_firings', ['due_at'], unique=False)
    op.create_table('roles',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roles')),
    sa.UniqueConstraint('code', name=op.f('uq_roles_code'))
    )
    op.create_table('staff',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('staff_no', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('phone_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('phone_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('id_no_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('id_no_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('card_no', sa.String(length=32), nullable=True),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('card_no', name=op.f('uq_staff_card_no')),
    sa.UniqueConstraint('staff_no', name=op.f('uq_staff_staff_no'))
    )
    op.create_index(op.f('ix_staff_id_no_hash'), 'staff', ['id_no_hash'], unique=False)
    op.create_index(op.f('ix_staff_name'), 'staff', ['name'], unique=False)
    op.create_index(op.f('ix_staff_phone_hash'), 'staff', ['phone_hash'], unique=False)
    op.create_table('wechat_access_tokens',
    sa.Column('appid', sa.String(length=64), nullable=False),
    sa.Column('token_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refreshing_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('appid', name=op.f('pk_wechat_access_tokens'))
    )
    op.create_table('account_balances',
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bucket', sa.String(length=10), nullable=False),
    sa.Column('balance_fen', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('balance_fen >= 0', name=op.f('ck_account_balances_not_negative')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_account_balances_staff_id_staff')),
    sa.PrimaryKeyConstraint('staff_id', 'bucket', name=op.f('pk_account_balances'))
    )
    op.create_table('bind_requests',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider', sa.String(length=20), nullable=False),
    sa.Column('tenant', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=128), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_bind_requests_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bind_requests'))
    )
    op.create_index(op.f('ix_bind_requests_staff_id'), 'bind_requests', ['staff_id'], unique=False)
    op.create_index('uq_bind_requests_pending', 'bind_requests', ['provider', 'tenant', 'subject'], unique=True, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.create_table('buildings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campus_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['campus_id'], ['campuses.id'], name=op.f('fk_buildings_campus_id_campuses')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_buildings')),
    sa.UniqueConstraint('campus_id', 'name', name=op.f('uq_buildings_campus_id_name'))
    )
    op.create_index(op.f('ix_buildings_campus_id'), 'buildings', ['campus_id'], unique=False)
    op.create_table('canteens',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campus_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('opens_on_rest_days', sa.Boolean(), nullable=False),
    sa.Column('max_portions', sa.SmallInteger(), nullable=False),
    sa.Column('spending_order', sa.JSON(), nullable=False),
    sa.CheckConstraint('max_portions > 0', name=op.f('ck_canteens_max_portions')),
    sa.ForeignKeyConstraint(['campus_id'], ['campuses.id'], name=op.f('fk_canteens_campus_id_campuses')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_canteens')),
    sa.UniqueConstraint('name', name=op.f('uq_canteens_name'))
    )
    op.create_index(op.f('ix_canteens_campus_id'), 'canteens', ['campus_id'], unique=False)
    op.create_table('external_identities',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider', sa.String(length=20), nullable=False),
    sa.Column('tenant', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=128), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bound_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_external_identities_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_external_identities')),
    sa.UniqueConstraint('provider', 'tenant', 'staff_id', name=op.f('uq_external_identities_provider_tenant_staff_id')),
    sa.UniqueConstraint('provider', 'tenant', 'subject', name=op.f('uq_external_identities_provider_tenant_subject'))
    )
    op.create_index(op.f('ix_external_identities_staff_id'), 'external_identities', ['staff_id'], unique=False)
    op.create_table('idempotency_answers',
    sa.Column('staff_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('request_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('status', sa.SmallInteger(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_idempotency_answers_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('staff_id', 'key', name=op.f('pk_idempotency_answers'))
    )
    op.create_index(op.f('ix_idempotency_answers_stored_at'), 'idempotency_answers', ['stored_at'], unique=False)
    op.create_table('ledger_entries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('corrects_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('memo', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['corrects_id'], ['ledger_entries.id'], name=op.f('fk_ledger_entries_corrects_id_ledger_entries')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_ledger_entries_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entries'))
    )
    op.create_index(op.f('ix_ledger_entries_order_id'), 'ledger_entries', ['order_id'], unique=False)
    op.create_index(op.f('ix_ledger_entries_staff_id_id'), 'ledger_entries', ['staff_id', 'id'], unique=False)
    op.create_table('login_sessions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider', sa.String(length=20), nullable=False),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_login_sessions_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_login_sessions_token_hash'))
    )
    op.create_index(op.f('ix_login_sessions_expires_at'), 'login_sessions', ['expires_at'], unique=False)
    op.create_index(op.f('ix_login_sessions_staff_id'), 'login_sessions', ['staff_id'], unique=False)
    op.create_table('password_credentials',
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('failures', sa.SmallInteger(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_password_credentials_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_password_credentials'))
    )
    op.create_table('postings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('department_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=50), nullable=False),
    sa.Column('is_primary', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_postings_department_id_departments')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_postings_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_postings')),
    sa.UniqueConstraint('staff_id', 'department_id', name=op.f('uq_postings_staff_id_department_id'))
    )
    op.create_index(op.f('ix_postings_department_id'), 'postings', ['department_id'], unique=False)
    op.create_index('uq_postings_primary', 'postings', ['staff_id'], unique=True, sqlite_where=sa.text('is_primary'), postgresql_where=sa.text('is_primary'))
    op.create_table('role_grants',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scope_kind', sa.String(length=10), nullable=False),
    sa.Column('scope_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk_role_grants_role_id_roles')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_role_grants_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grants')),
    sa.UniqueConstraint('staff_id', 'role_id', 'scope_kind', 'scope_id', name=op.f('uq_role_grants_staff_id_role_id_scope_kind_scope_id'))
    )
    op.create_index(op.f('ix_role_grants_role_id'), 'role_grants', ['role_id'], unique=False)
    op.create_table('role_permissions',
    sa.Column('role_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('permission', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk_role_permissions_role_id_roles'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('role_id', 'permission', name=op.f('pk_role_permissions'))
    )
    op.create_table('dishes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('canteen_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('category', sa.String(length=12), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('price_fen', sa.Integer(), nullable=True),
    sa.Column('weight_g', sa.Integer(), nullable=False),
    sa.Column('energy_kcal', sa.Numeric(precision=7, scale=1), nullable=True),
    sa.Column('protein_g', sa.Numeric(precision=6, scale=1), nullable=True),
    sa.Column('fat_g', sa.Numeric(precision=6, scale=1), nullable=True),
    sa.Column('carbohydrate_g', sa.Numeric(precision=6, scale=1), nullable=True),
    sa.Column('sodium_mg', sa.Numeric(precision=8, scale=1), nullable=True),
    sa.Column('allergens', sa.JSON(), nullable=True),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('price_fen IS NULL OR price_fen >= 0', name=op.f('ck_dishes_price')),
    sa.CheckConstraint('weight_g > 0', name=op.f('ck_dishes_weight')),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteens.id'], name=op.f('fk_dishes_canteen_id_canteens')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dishes')),
    sa.UniqueConstraint('canteen_id', 'name', name=op.f('uq_dishes_canteen_id_name'))
    )
    op.create_table('ledger_postings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(length=10), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('canteen_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('amount_fen', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(account = 'sales') = (canteen_id IS NOT NULL)", name=op.f('ck_ledger_postings_canteen')),
    sa.CheckConstraint("(account IN ('subsidy', 'personal')) = (staff_id IS NOT NULL)", name=op.f('ck_ledger_postings_staff')),
    sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_ledger_postings_moves_something')),
    sa.ForeignKeyConstraint(['entry_id'], ['ledger_entries.id'], name=op.f('fk_ledger_postings_entry_id_ledger_entries')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_postings'))
    )
    op.create_index(op.f('ix_ledger_postings_entry_id'), 'ledger_postings', ['entry_id'], unique=False)
    op.create_table('meal_periods',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('canteen_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('window_from', sa.Time(), nullable=False),
    sa.Column('window_until', sa.Time(), nullable=False),
    sa.Column('order_cutoff_days', sa.SmallInteger(), nullable=False),
    sa.Column('order_cutoff_time', sa.Time(), nullable=True),
    sa.Column('order_cutoff_minutes', sa.Integer(), nullable=False),
    sa.Column('cancel_cutoff_days', sa.SmallInteger(), nullable=False),
    sa.Column('cancel_cutoff_time', sa.Time(), nullable=True),
    sa.Column('cancel_cutoff_minutes', sa.Integer(), nullable=False),
    sa.Column('pickup_lead_minutes', sa.Integer(), nullable=True),
    sa.CheckConstraint('cancel_cutoff_days >= 0 AND cancel_cutoff_minutes >= 0', name=op.f('ck_meal_periods_cancel_cutoff')),
    sa.CheckConstraint('order_cutoff_days >= 0 AND order_cutoff_minutes >= 0', name=op.f('ck_meal_periods_order_cutoff')),
    sa.CheckConstraint('window_from < window_until', name=op.f('ck_meal_periods_window')),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteens.id'], name=op.f('fk_meal_periods_canteen_id_canteens')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meal_periods')),
    sa.UniqueConstraint('canteen_id', 'period', name=op.f('uq_meal_periods_canteen_id_period'))
    )
    op.create_table('meals',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('canteen_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('served_on', sa.Date(), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('order_closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('freezes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pickup_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('serves_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('serves_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state = 'draft' OR (order_closes_at IS NOT NULL AND cancel_closes_at IS NOT NULL AND serves_from IS NOT NULL AND serves_until IS NOT NULL AND freezes_at IS NOT NULL)", name=op.f('ck_meals_published_has_instants')),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteens.id'], name=op.f('fk_meals_canteen_id_canteens')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meals')),
    sa.UniqueConstraint('canteen_id', 'served_on', 'period', name=op.f('uq_meals_canteen_id_served_on_period'))
    )
    op.create_index(op.f('ix_meals_state_freezes_at'), 'meals', ['state', 'freezes_at'], unique=False)
    op.create_table('dish_portions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dish_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('portion', sa.String(length=10), nullable=False),
    sa.Column('price_fen', sa.Integer(), nullable=False),
    sa.Column('weight_g', sa.Integer(), nullable=False),
    sa.Column('share', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('price_fen >= 0', name=op.f('ck_dish_portions_price')),
    sa.CheckConstraint('share BETWEEN 1 AND 100', name=op.f('ck_dish_portions_share')),
    sa.CheckConstraint('weight_g > 0', name=op.f('ck_dish_portions_weight')),
    sa.ForeignKeyConstraint(['dish_id'], ['dishes.id'], name=op.f('fk_dish_portions_dish_id_dishes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dish_portions')),
    sa.UniqueConstraint('dish_id', 'portion', name=op.f('uq_dish_portions_dish_id_portion'))
    )
    op.create_table('meal_dishes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('meal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dish_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('cap', sa.Integer(), nullable=True),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.CheckConstraint('cap IS NULL OR (cap >= 0 AND taken <= cap * 100)', name=op.f('ck_meal_dishes_cap')),
    sa.CheckConstraint('taken >= 0', name=op.f('ck_meal_dishes_taken')),
    sa.ForeignKeyConstraint(['dish_id'], ['dishes.id'], name=op.f('fk_meal_dishes_dish_id_dishes')),
    sa.ForeignKeyConstraint(['meal_id'], ['meals.id'], name=op.f('fk_meal_dishes_meal_id_meals'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meal_dishes')),
    sa.UniqueConstraint('meal_id', 'dish_id', name=op.f('uq_meal_dishes_meal_id_dish_id'))
    )
    op.create_index(op.f('ix_meal_dishes_dish_id'), 'meal_dishes', ['dish_id'], unique=False)
    op.create_table('orders',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('meal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('canteen_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('department_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('served_on', sa.Date(), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('dining', sa.String(length=10), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('total_fen', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pickup_no', sa.Integer(), nullable=True),
    sa.Column('picked_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('picked_up_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f('ck_orders_cancelled')),
    sa.CheckConstraint("(state = 'picked_up') = (picked_up_at IS NOT NULL)", name=op.f('ck_orders_picked_up')),
    sa.CheckConstraint('total_fen >= 0', name=op.f('ck_orders_total')),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteens.id'], name=op.f('fk_orders_canteen_id_canteens')),
    sa.ForeignKeyConstraint(['meal_id'], ['meals.id'], name=op.f('fk_orders_meal_id_meals')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_orders_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders')),
    sa.UniqueConstraint('meal_id', 'pickup_no', name=op.f('uq_orders_meal_id_pickup_no'))
    )
    op.create_index(op.f('ix_orders_meal_id_state'), 'orders', ['meal_id', 'state'], unique=False)
    op.create_index('uq_orders_active', 'orders', ['staff_id', 'served_on', 'period'], unique=True, sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))
    op.create_table('prep_lines',
    sa.Column('meal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dish_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('portion', sa.String(length=10), nullable=False),
    sa.Column('dish_name', sa.String(length=50), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('weight_g', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['dish_id'], ['dishes.id'], name=op.f('fk_prep_lines_dish_id_dishes')),
    sa.ForeignKeyConstraint(['meal_id'], ['meals.id'], name=op.f('fk_prep_lines_meal_id_meals')),
    sa.PrimaryKeyConstraint('meal_id', 'dish_id', 'portion', name=op.f('pk_prep_lines'))
    )
    op.create_table('order_lines',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('meal_dish_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dish_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dish_name', sa.String(length=50), nullable=False),
    sa.Column('portion', sa.String(length=10), nullable=False),
    sa.Column('quantity', sa.SmallInteger(), nullable=False),
    sa.Column('price_fen', sa.Integer(), nullable=False),
    sa.Column('weight_g', sa.Integer(), nullable=False),
    sa.Column('share', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_order_lines_quantity')),
    sa.ForeignKeyConstraint(['dish_id'], ['dishes.id'], name=op.f('fk_order_lines_dish_id_dishes')),
    sa.ForeignKeyConstraint(['meal_dish_id'], ['meal_dishes.id'], name=op.f('fk_order_lines_meal_dish_id_meal_dishes')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_lines_order_id_orders'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_lines'))
    )
    op.create_index(op.f('ix_order_lines_dish_id'), 'order_lines', ['dish_id'], unique=False)
    op.create_index(op.f('ix_order_lines_meal_dish_id'), 'order_lines', ['meal_dish_id'], unique=False)
    op.create_index(op.f('ix_order_lines_order_id'), 'order_lines', ['order_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_order_lines_order_id'), table_name='order_lines')
    op.drop_index(op.f('ix_order_lines_meal_dish_id'), table_name='order_lines')
    op.drop_index(op.f('ix_order_lines_dish_id'), table_name='order_lines')
    op.drop_table('order_lines')
    op.drop_table('prep_lines')
    op.drop_index('uq_orders_active', table_name='orders', sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))
    op.drop_index(op.f('ix_orders_meal_id_state'), table_name='orders')
    op.drop_table('orders')
    op.drop_index(op.f('ix_meal_dishes_dish_id'), table_name='meal_dishes')
    op.drop_table('meal_dishes')
    op.drop_table('dish_portions')
    op.drop_index(op.f('ix_meals_state_freezes_at'), table_name='meals')
    op.drop_table('meals')
    op.drop_table('meal_periods')
    op.drop_index(op.f('ix_ledger_postings_entry_id'), table_name='ledger_postings')
    op.drop_table('ledger_postings')
    op.drop_table('dishes')
    op.drop_table('role_permissions')
    op.drop_index(op.f('ix_role_grants_role_id'), table_name='role_grants')
    op.drop_table('role_grants')
    op.drop_index('uq_postings_primary', table_name='postings', sqlite_where=sa.text('is_primary'), postgresql_where=sa.text('is_primary'))
    op.drop_index(op.f('ix_postings_department_id'), table_name='postings')
    op.drop_table('postings')
    op.drop_table('password_credentials')
    op.drop_index(op.f('ix_login_sessions_staff_id'), table_name='login_sessions')
    op.drop_index(op.f('ix_login_sessions_expires_at'), table_name='login_sessions')
    op.drop_table('login_sessions')
    op.drop_index(op.f('ix_ledger_entries_staff_id_id'), table_name='ledger_entries')
    op.drop_index(op.f('ix_ledger_entries_order_id'), table_name='ledger_entries')
    op.drop_table('ledger_entries')
    op.drop_index(op.f('ix_idempotency_answers_stored_at'), table_name='idempotency_answers')
    op.drop_table('idempotency_answers')
    op.drop_index(op.f('ix_external_identities_staff_id'), table_name='external_identities')
    op.drop_table('external_identities')
    op.drop_index(op.f('ix_canteens_campus_id'), table_name='canteens')
    op.drop_table('canteens')
    op.drop_index(op.f('ix_buildings_campus_id'), table_name='buildings')
    op.drop_table('buildings')
    op.drop_index('uq_bind_requests_pending', table_name='bind_requests', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.drop_index(op.f('ix_bind_requests_staff_id'), table_name='bind_requests')
    op.drop_table('bind_requests')
    op.drop_table('account_balances')
    op.drop_table('wechat_access_tokens')
    op.drop_index(op.f('ix_staff_phone_hash'), table_name='staff')
    op.drop_index(op.f('ix_staff_name'), table_name='staff')
    op.drop_index(op.f('ix_staff_id_no_hash'), table_name='staff')
    op.drop_table('staff')
    op.drop_table('roles')
    op.drop_index(op.f('ix_job_firings_due_at'), table_name='job_firings')
    op.drop_table('job_firings')
    op.drop_index(op.f('ix_departments_parent_id'), table_name='departments')
    op.drop_table('departments')
    op.drop_table('campuses')
    op.drop_table('calendar_overrides')
    op.drop_index(op.f('ix_bind_tickets_expires_at'), table_name='bind_tickets')
    op.drop_table('bind_tickets')
    op.drop_index(op.f('ix_audit_events_object_kind_object_id'), table_name='audit_events')
    op.drop_index(op.f('ix_audit_events_happened_at'), table_name='audit_events')
    op.drop_index(op.f('ix_audit_events_actor_id_happened_at'), table_name='audit_events')
    op.drop_index(op.f('ix_audit_events_action'), table_name='audit_events')
    op.drop_table('audit_events')
