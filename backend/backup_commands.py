"""`flask backup create|verify|restore`: the deployment's data as a folder, and back."""

from pathlib import Path

import click
from flask import Flask

from backend import clock
from backend.backups import services
from backend.backups.errors import BackupSpoilt
from backend.backups.manifest import Manifest
from backend.cli import told
from backend.flows import invariants

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


def install(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(backup)


@click.group("backup")
def backup() -> None:
    """Backups of the database and of a local photo store."""


@backup.command("create")
@_FOLDER
@click.option("--keep", type=click.IntRange(min=0), default=0, help="Drop all but so many; 0: none.")
@told
def create(folder: Path, keep: int) -> None:
    """Take a backup into a new folder below FOLDER, while everything goes on."""
    taken = services.create(folder, keep=keep)
    click.echo(f"已备份到 {taken.folder}（用时 {taken.seconds:.1f} 秒）")
    click.echo(f"  {_described(taken.manifest)}")
    for name in taken.dropped:
        click.echo(f"  已删除旧备份 {name}")


@backup.command("verify")
@_FOLDER
@told
def verify(folder: Path) -> None:
    """Prove a backup, or the newest one below FOLDER."""
    try:
        found, manifest = services.verify(folder)
    except BackupSpoilt as error:
        for problem in error.data["problems"]:
            click.echo(f"✗ {problem}")
        raise
    click.echo(f"备份 {found.name} 完好：{_described(manifest)}")


@backup.command("restore")
@_FOLDER
@click.option("--force", is_flag=True, help="Replace what the database holds; stop everything first.")
@click.option("--with-another-key", is_flag=True, help="The secret key of then is lost.")
@told
def restore(folder: Path, force: bool, with_another_key: bool) -> None:
    """Put a backup, or the newest one below FOLDER, in the place of this deployment's data."""
    done = services.restore(folder, force=force, with_another_key=with_another_key)
    click.echo(f"已从 {done.folder.name} 恢复（用时 {done.seconds:.1f} 秒）：{_described(done.manifest)}")
    if not done.is_current:
        click.echo("备份来自较早版本，请运行 flask db upgrade，再运行 flask doctor --invariants")
        return
    broken = invariants.violations()
    for sentence in broken:
        click.echo(f"✗ {sentence}")
    if broken:
        raise click.ClickException("恢复后的数据自相矛盾，请对照上述各项检查")
    click.echo("各项数据核对无误")


def _described(manifest: Manifest) -> str:
    at = clock.local(manifest.begun_at).strftime("%Y-%m-%d %H:%M:%S")
    database, store = manifest.database, manifest.store
    rows = sum(database.rows.values())
    files = f"图片和附件 {store.objects} 个、{store.bytes / 2**20:.1f} MB"
    if store.kind != "file":
        files = f"图片和附件在 {store.kind} 存储中，未包含在内"
    return f"{at} 的 {database.kind}，{rows} 行、{database.bytes / 2**20:.1f} MB；{files}"
