"""Refusals of the register of equipment."""

from backend.errors import Conflict, Gone, Invalid, NotFound


class AssetNotFound(NotFound):
    """There is no such asset or plate, or it is beyond the actor's reach."""

    code = "property.asset_not_found"
    message = "没有找到该设备，请确认二维码或编号是否正确"


class AssetPlateReplaced(Gone):
    """The plate has been replaced by another one."""

    code = "property.asset_plate_replaced"
    message = "该设备标牌已更换，请扫描新标牌或联系物业"


class AssetScrapped(Conflict):
    """Nothing is reported about, or hung at, what was scrapped."""

    code = "property.asset_scrapped"
    message = "设备「{asset}」已报废"


class AssetNumberTaken(Conflict):
    """Another asset bears the number."""

    code = "property.asset_number_taken"
    message = "资产编号「{number}」已被使用"


class AssetChanged(Conflict):
    """Somebody has changed the asset since it was read."""

    code = "property.asset_changed"
    message = "该设备信息刚刚被他人修改，请刷新后重试"


class AssetsChangedMeanwhile(Conflict):
    """Somebody has changed the register while a sheet was imported."""

    code = "property.assets_changed"
    message = "导入期间设备台账有变动，未导入任何数据，请重试"


class AssetStateWrong(Conflict):
    """The asset is in this state already."""

    code = "property.asset_state"
    message = "设备已处于该状态，请刷新后重试"


class AssetReasonNeeded(Invalid):
    """To scrap an asset, or to bring it back, wants a reason."""

    code = "property.asset_reason_needed"
    message = "报废设备或恢复已报废的设备，须说明原因"


class AssetPlaceInvalid(Invalid):
    """There is no such place, or it is out of use."""

    code = "property.asset_place_invalid"
    message = "安装地点不存在或已停用"


class AssetKindNotFound(NotFound):
    """There is no such kind of equipment."""

    code = "property.asset_kind_not_found"
    message = "没有找到该设备类型"


class AssetKindInvalid(Invalid):
    """There is no such kind of equipment in use."""

    code = "property.asset_kind_invalid"
    message = "设备类型不存在或已停用"


class AssetKindTaken(Conflict):
    """Another kind has the name."""

    code = "property.asset_kind_taken"
    message = "已有名为「{name}」的设备类型"


class AssetContractorInvalid(Invalid):
    """There is no such contractor."""

    code = "property.asset_contractor_invalid"
    message = "没有找到该服务商"


class AssetDatesInvalid(Invalid):
    """The warranty ends before the asset was installed."""

    code = "property.asset_dates_invalid"
    message = "质保截止日期不能早于安装日期"


class TooManyPlates(Invalid):
    """So many plates are not printed at once."""

    code = "property.too_many_plates"
    message = "一次最多打印 {most} 张标牌"
