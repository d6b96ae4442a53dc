"""`flask devices …`: register a device, and pretend to be one."""

import click
from flask import Flask

from backend.actor import SYSTEM
from backend.cli import told
from backend.config import Mode, settings
from backend.devices import rehearsal
from backend.devices import services as device_services
from backend.devices.models import DeviceKind
from backend.devices.titles import KIND_NAMES


def install(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(devices)


@click.group("devices")
def devices() -> None:
    """Scales, gateways and platforms."""


@devices.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in DeviceKind]), default="scale")
@click.option("--canteen", "canteen_id", type=int, help="The canteen of this identifier; not for a platform.")
@click.option("--code", help="Its public name; made up unless given.")
@told
def add_device(name: str, kind: str, canteen_id: int | None, code: str | None) -> None:
    """Register a device; its secret is printed this once."""
    made = device_services.create_device(
        SYSTEM, kind=DeviceKind(kind), name=name, canteen_id=canteen_id, code=code
    )
    click.echo(f"已登记{KIND_NAMES[made.device.kind]}「{name}」，编号 {made.device.code}")
    click.echo(f"密钥（只显示这一次）：{made.secret}")


@devices.command("simulate")
@click.option("--canteen", "canteen_id", type=int, help="Post what is weighed for this canteen, too.")
@click.option("--port", type=int, default=0, help="Where the scale listens; any free port unless given.")
@click.option("--trays", type=int, default=0, help="How many trays are returned; without end unless given.")
@click.option("--pause", "pause_s", type=float, default=4.0, help="Seconds between two trays.")
@click.option("--seed", type=int, default=1, help="Other numbers, other leftovers.")
@told
def simulate(canteen_id: int | None, port: int, trays: int, pause_s: float, seed: int) -> None:
    """Be a scale at the tray return that speaks over TCP; with --canteen, with a gateway of its own."""
    if canteen_id is None:
        scale = rehearsal.tray_scale(port, count=trays, pause_s=pause_s, seed=seed)
        click.echo(f"模拟电子秤监听 tcp://127.0.0.1:{scale.port}，按 Ctrl+C 结束")
        scale.start()
        scale.done.wait()
        scale.close()
        return
    if settings().mode is not Mode.DEMO:
        raise click.ClickException("正式环境不能上报模拟称重")
    made = device_services.rehearsal_gateway(SYSTEM, canteen_id=canteen_id)
    click.echo(f"模拟网关 {made.device.code} 正在为「{made.device.canteen_name}」称重上报，按 Ctrl+C 结束")
    waiting = rehearsal.rehearse(
        url=settings().app_url,
        device=made.device.code,
        secret=made.secret,
        buffer=settings().data_dir / f"simulated-gateway-{canteen_id}.db",
        port=port,
        count=trays,
        pause_s=pause_s,
        seed=seed,
    )
    click.echo("模拟称重结束，已全部上报" if not waiting else f"模拟称重结束，尚有 {waiting} 条待传")
