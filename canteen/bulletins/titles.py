"""What bulletins and their states are called."""

from typing import Final

from canteen.bulletins.models import BulletinKind, BulletinState

KIND_NAMES: Final = {BulletinKind.MONTHLY: "月度通报", BulletinKind.QUARTERLY: "季度通报"}
STATE_NAMES: Final = {
    BulletinState.DRAFT: "草稿",
    BulletinState.SUBMITTED: "待审签",
    BulletinState.RETURNED: "退回修改",
    BulletinState.PUBLISHED: "已发布",
}
