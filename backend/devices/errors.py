"""What a device, or who manages it, may be refused."""

from backend import errors


class SignatureRefused(errors.Unauthenticated):
    """No such device, a disabled one, or a signature that is not its own: nobody learns which."""

    code = "devices.refused"
    message = "设备签名无效，或设备未登记、已停用"


class RequestStale(errors.Unauthenticated):
    """Signed at another time than now. `server_time` (unix seconds) lets the device put its offset right."""

    code = "devices.stale"
    message = "设备时间与服务器相差过大，请按服务器时间校准后重试"


class RequestReplayed(errors.Conflict):
    """The nonce came before: the request was carried out."""

    code = "devices.replayed"
    message = "此请求已处理过，不能重复提交"


class WrongDeviceKind(errors.Forbidden):
    """Devices of this kind do not send such requests."""

    code = "devices.wrong_kind"
    message = "此类设备不能使用该接口"


class DeviceNotFound(errors.NotFound):
    """There is no such device, or the actor may not know of it."""

    code = "devices.not_found"
    message = "没有找到该设备"


class DeviceCodeInvalid(errors.Invalid):
    """A code has 3 to 32 capitals, digits and hyphens."""

    code = "devices.code_invalid"
    message = "请检查设备编号"

    def __init__(self) -> None:
        super().__init__(fields={"code": ["应为 3 到 32 位大写字母、数字或连字符"]})


class DeviceCodeTaken(errors.Conflict):
    """Another device bears the code."""

    code = "devices.code_taken"
    message = "设备编号 {device_code} 已被使用"


class DevicePlaceUnknown(errors.Invalid):
    """The canteen does not exist, or lies beyond the actor's reach."""

    code = "devices.canteen_unknown"
    message = "请选择您管理的食堂"


class DevicePlaceMismatch(errors.Invalid):
    """What measures, and a gateway, stands in a canteen, a platform in none."""

    code = "devices.canteen_mismatch"
    message = "称重设备、温度计和网关须指定食堂，上报平台不属于任何食堂"
