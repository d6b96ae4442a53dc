"""What people read for states, events and columns of assets."""

from collections.abc import Mapping
from typing import Final

from property.assets.models import AssetEventKind, AssetState

STATE_NAMES: Final[Mapping[AssetState, str]] = {
    AssetState.IN_USE: "在用",
    AssetState.STOPPED: "停用",
    AssetState.SCRAPPED: "报废",
}
EVENT_NAMES: Final[Mapping[AssetEventKind, str]] = {
    AssetEventKind.CREATED: "登记",
    AssetEventKind.CHANGED: "修改",
    AssetEventKind.MOVED: "移位",
    AssetEventKind.STATE: "状态变更",
    AssetEventKind.PLATE: "更换标牌",
    AssetEventKind.PHOTOS: "更新照片",
}
COLUMN_NAMES: Final[Mapping[str, str]] = {
    "number": "资产编号",
    "name": "名称",
    "kind_id": "类型",
    "place": "安装地点",
    "state": "状态",
    "model": "型号",
    "maker": "生产厂家",
    "serial_no": "序列号",
    "contractor_id": "服务商",
    "installed_on": "安装日期",
    "warranty_until": "质保截止",
    "price_fen": "购置价（元）",
    "note": "备注",
}
