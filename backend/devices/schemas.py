"""Wire shapes of devices."""

from backend.devices.models import DeviceKind
from backend.devices.policies import DeviceState
from backend.wire import Bool, Choice, Id, In, Instant, Int, Out, PageQuery, Part, Str


class DeviceTimeOut(Out):
    """The server's clock: in unix seconds, in milliseconds, and for people."""

    server_time = Int(required=True)
    server_time_ms = Int(required=True)
    at = Instant(required=True)


class HeartbeatIn(In):
    """`sent_at` is the device's own clock; `waiting` the events that it still holds."""

    sent_at = Instant(required=True)
    firmware = Str(max_length=40)
    waiting = Int(minimum=0, maximum=2**31 - 1)
    battery_percent = Int(minimum=0, maximum=100)


class DeviceConfigOut(Out):
    """How a device should behave: seconds between heartbeats, events of a batch, seconds of the window."""

    heartbeat_s = Int(required=True)
    batch_events = Int(required=True)
    window_s = Int(required=True)


class HeartbeatOut(Out):
    """What a device is told."""

    server_time = Int(required=True)
    clock_skew_s = Int(required=True)
    last_seq = Int(required=True, metadata={"description": "The highest number that was taken from it"})
    config = Part(DeviceConfigOut, required=True)


class DeviceIn(In):
    """A device to register. A platform has no canteen; without a code it gets one."""

    kind = Choice(DeviceKind, required=True)
    name = Str(required=True, min_length=1, max_length=50)
    canteen_id = Id(allow_none=True)
    code = Str(allow_none=True, max_length=32)


class DeviceNameIn(In):
    """Another name."""

    name = Str(required=True, min_length=1, max_length=50)


class DevicesQuery(PageQuery):
    """Of one canteen, or all."""

    canteen_id = Id()


class DeviceOut(Out):
    """A device as its managers see it."""

    id = Id(required=True)
    code = Str(required=True)
    name = Str(required=True)
    kind = Choice(DeviceKind, required=True)
    canteen_id = Id(required=True, allow_none=True)
    canteen_name = Str(required=True)
    state = Choice(DeviceState, required=True)
    is_enabled = Bool(required=True)
    created_at = Instant(required=True)
    secret_set_at = Instant(required=True)
    last_seen_at = Instant(required=True, allow_none=True)
    last_seq = Int(required=True)
    clock_skew_s = Int(required=True, allow_none=True)
    waiting = Int(required=True, allow_none=True)
    firmware = Str(required=True)
    battery_percent = Int(required=True, allow_none=True)


class NewSecretOut(Out):
    """A device with its secret, which is shown this once."""

    device = Part(DeviceOut, required=True)
    secret = Str(required=True)
