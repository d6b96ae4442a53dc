"""A later release: the checkout's packages with one migration more, which expands, and code that uses it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What is changed is copied, what is not is linked.
_COPIED, _LINKED = ("backend", "canteen", "miniapp_api"), ("console", "feedback", "meeting", "property")
ASSET = "assets/later-0123abcd.js"
LATER = "9001"
MIGRATION = '''"""A column that may be empty: the release before goes on writing rows without it."""

import sqlalchemy as sa
from alembic import op

revision = {later!r}
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("release", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "release")
'''
_CHANGES = {
    "miniapp_api/health.py": [('b\'{"status":"alive"}\'', 'b\'{"status":"alive","release":"later"}\'')],
    "canteen/ordering/models.py": [
        (
            "    picked_up_by: Mapped[int | None] = mapped_column(BigInt)\n",
            "    picked_up_by: Mapped[int | None] = mapped_column(BigInt)\n"
            "    release: Mapped[str | None] = mapped_column(String(20))\n",
        )
    ],
    "canteen/ordering/operations.py": [
        (
            '            "placed_at",\n        ),\n',
            '            "placed_at",\n            "release",\n        ),\n',
        ),
        (
            '            "placed_at": placed_at,\n        },\n',
            '            "placed_at": placed_at,\n            "release": "later",\n        },\n',
        ),
    ],
}


def make_later_release(folder: Path, head: str) -> Path:
    """The folder of a release whose database comes after the migration `head`.

    Its `/healthz` says `"release": "later"`, its orders say so in the new column, and its phone pages have
    the file `ASSET`, which no other release has.
    """
    for name in _COPIED:
        # With what is compiled already: the copies keep the time of the sources.
        shutil.copytree(ROOT / name, folder / name)
    for name in _LINKED:
        (folder / name).symlink_to(ROOT / name)
    for name, changes in _CHANGES.items():
        path = folder / name
        text = path.read_text()
        for old, new in changes:
            assert text.count(old) == 1, f"{name} no longer has once: {old}"
            text = text.replace(old, new)
        path.write_text(text)
    migration = folder / "backend/migrations/versions/9001_later.py"
    migration.write_text(MIGRATION.format(head=head, later=LATER))
    pages = folder / "miniapp/dist/build/h5"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text("<!doctype html><title>later</title>")
    (pages / ASSET).write_text("export const release = 'later'\n")
    return folder


def flask(code: Path, environment: Mapping[str, str], *words: str) -> str:
    """What a command of a release says; fails if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "backend.web:application", *words],
        env={**os.environ, **environment, "PYTHONPATH": str(code)},
        cwd=code,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
