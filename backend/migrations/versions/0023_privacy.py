"""Versions of the privacy policy, consents, and requests about personal data.

The first version of the policy comes along, so that nobody logs in without being told.
Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("privacy_policies", "privacy_consents")

# `{单位}` and `{联系方式}` are filled in from the settings whenever it is shown.
FIRST_POLICY = """\
本政策说明{单位}（下称“我们”）在您使用后勤通时如何处理您的个人信息。后勤通只供机关及院内单位的在职人员使用，不面向社会公众，不做营销，不向任何人出售信息。

# 一、我们处理哪些信息，为了什么

- 人员名册（由单位录入）：姓名、工号、部门与职务、手机号、饭卡号，用于确认您是在职人员、登录、订餐和通知。身份证号为选填，只用于同名人员的区分和绑定时核对。
- 登录信息：您在微信、企业微信或浙政钉中的账号标识，登录时间和设备型号，用于免密登录和发现他人冒用。我们不获取您的头像、昵称、通讯录和位置。
- 订餐与用餐：订单的食堂、餐次、菜品、份量、备注，取餐时间和取餐方式，请他人代订或转让的记录，用于备餐、取餐和减少浪费。
- 餐费账户：补贴、充值、扣款和退款的每一笔，用于结算和对账。
- 请假与出差的日期和种类：只用于自动取消不用的餐和判断未取餐是否有正当理由。
- 评价、投诉建议和您上传的图片：用于改进服务。图片中的拍摄位置、时间和机型在上传时即被去除。您可以匿名评价；投诉建议默认不显示您是谁。
- 消息：我们发给您的提醒及是否已读。
- 操作日志：谁在何时对什么做了什么，用于安全审计。

其中身份证号、餐费账户和请假信息属于敏感个人信息，泄露可能损害您的财产或人格尊严，因此加密保存或只对经办人员可见，列表中一律脱敏显示。

# 二、处理的依据

我们依照《中华人民共和国个人信息保护法》第十三条，为履行法定职责和实施人力资源管理所必需处理上述信息；其余事项征得您的同意。您不同意本政策，不影响您订餐、取餐和使用餐费账户；我们会记下您的选择，并在政策更新时再次询问。

# 三、谁会得到这些信息

- 食堂、人事和后勤的经办人员，各自只在职责范围内看到所需部分；查看完整手机号或证件号须说明原因并留下记录。
- 您用微信登录或订阅消息时，微信会得到您的账号标识和消息内容；发短信时，短信网关会得到您的手机号和短信内容；使用企业微信或浙政钉的单位同理。
- 除法律法规要求外，我们不向其他单位和个人提供您的信息。全部数据保存在中国境内、由{单位}管理的服务器上。

我们不对个人作自动化决策，也不对个人的订餐、取餐或登录情况排名。

# 四、保存多久

- 登录会话：到期后次日删除；账号绑定：解绑或离职时立即删除。
- 消息：四百天。短信回执：一百八十天。
- 订单、餐费账户和结算资料：依照《会计档案管理办法》规定的期限保存。
- 操作日志：依照《中华人民共和国网络安全法》不少于六个月；为防篡改，长期保存。
- 名册信息：在职期间保存；离职后可以申请删除手机号、身份证号和饭卡号。

# 五、您的权利

在“我的”中，您可以查阅自己的信息、订单、账户和消息，下载一份个人信息副本，解绑账号，结束其他设备的登录，撤回同意，并提交更正、删除或限制处理的申请。我们在受理后十五个工作日内答复；不能照办的，会说明理由。

在职期间，名册信息是履职所必需，不能删除，但可以更正。离职后删除时，姓名、工号、订单、账目和操作日志依法保留，其余信息删除。

# 六、安全与联系

手机号和身份证号加密保存；管理人员登录须有动态验证码；操作日志逐条封存，不能修改。如发生个人信息安全事件，我们将依法通知您并报告主管部门。

对本政策或您的个人信息有任何问题，请联系{单位}：{联系方式}。
"""


def upgrade() -> None:
    policies = op.create_table('privacy_policies',
    sa.Column('id', ID, nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('summary', sa.String(length=200), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', ID, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_privacy_policies')),
    sa.UniqueConstraint('version', name=op.f('uq_privacy_policies_version'))
    )
    op.execute(
        policies.insert().values(
            version='1.0', text=FIRST_POLICY, summary='首次发布', published_at=sa.func.current_timestamp(), published_by=0
        )
    )
    op.create_table('privacy_consents',
    sa.Column('id', ID, nullable=False),
    sa.Column('staff_id', ID, nullable=False),
    sa.Column('topic', sa.String(length=20), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('is_agreed', sa.Boolean(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_privacy_consents_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_privacy_consents'))
    )
    op.create_index(op.f('ix_privacy_consents_staff_id_id'), 'privacy_consents', ['staff_id', 'id'], unique=False)
    op.create_table('data_requests',
    sa.Column('id', ID, nullable=False),
    sa.Column('staff_id', ID, nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('entered_by', ID, nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.String(length=1000), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', ID, nullable=True),
    sa.Column('erased', sa.JSON(), nullable=True),
    sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f('ck_data_requests_answered')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_data_requests_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_requests'))
    )
    op.create_index('uq_data_requests_open', 'data_requests', ['staff_id', 'kind'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_index(op.f('ix_data_requests_staff_id_id'), 'data_requests', ['staff_id', 'id'], unique=False)
    op.create_index(op.f('ix_data_requests_state_due_on'), 'data_requests', ['state', 'due_on'], unique=False)
    _make_append_only()


def _make_append_only() -> None:
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def downgrade() -> None:
    op.drop_table('data_requests')
    op.drop_table('privacy_consents')
    op.drop_table('privacy_policies')
