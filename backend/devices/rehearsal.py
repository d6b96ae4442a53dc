"""A simulated scale with a gateway of its own that posts to a running server: the demo's weighings."""

import random
from pathlib import Path
from typing import Final

from backend.devices.gateway.configuration import Configuration, ScaleConfig, ServerConfig
from backend.devices.gateway.program import Gateway
from backend.devices.simulator import SimulatedScale, plausible_leftovers, trays

TRAY_G: Final = 480
_LAMP: Final = "OK"


def tray_scale(port: int, *, count: int, pause_s: float, seed: int, acknowledge: str = "") -> SimulatedScale:
    """A scale at the tray return; `count` 0 is without end."""
    leftovers = plausible_leftovers(random.Random(seed))
    nets = (next(leftovers) for _ in range(count)) if count else leftovers
    return SimulatedScale(trays(nets, TRAY_G, pause_s), port=port, acknowledge=acknowledge, seed=seed)


def rehearse(
    *, url: str, device: str, secret: str, buffer: Path, port: int, count: int, pause_s: float, seed: int
) -> int:
    """Weigh trays and post them until all are sent (`count`), or until told to stop; how many still wait."""
    scale = tray_scale(port, count=count, pause_s=pause_s, seed=seed, acknowledge=_LAMP)
    line = ScaleConfig(
        "simulated", f"tcp://127.0.0.1:{scale.port}", "tray_return", tare_g=TRAY_G, acknowledge=_LAMP
    )
    server = ServerConfig(url, device, secret, heartbeat_s=10.0)
    gateway = Gateway(Configuration(server, buffer, (line,)))
    scale.start()
    try:
        gateway.start()
        while not gateway.stop.wait(0.2):
            if scale.done.is_set() and gateway.buffer.waiting() == 0:
                break
        return gateway.buffer.waiting()
    finally:
        gateway.end()
        scale.close()
