"""Why a backup could not be taken, proved or restored."""

from backend.errors import Conflict, Invalid, NotFound, Unavailable


class BackupFailed(Unavailable):
    """A copy or a program that makes it failed; nothing was left behind. `reason` is its last line."""

    code = "backups.failed"
    message = "{what}失败：{reason}"


class ToolMissing(Unavailable):
    """pg_dump or pg_restore is not on this machine, or not where HOUQIN_POSTGRES_BIN says."""

    code = "backups.tool_missing"
    message = "找不到 {tool}，请安装与数据库同版本的 PostgreSQL 客户端，或以 HOUQIN_POSTGRES_BIN 指明所在目录"


class BackupRunning(Conflict):
    """Another process is writing to that folder of backups."""

    code = "backups.running"
    message = "另一个备份正在写入 {folder}"


class NoBackup(NotFound):
    """There is no whole backup in that folder."""

    code = "backups.none"
    message = "{folder} 中没有完整的备份"


class BackupSpoilt(Invalid):
    """What the folder holds is not what its manifest says; `problems` lists the differences."""

    code = "backups.spoilt"
    message = "备份 {name} 不可用：{first}"


class OtherKind(Invalid):
    """A backup of SQLite cannot go into PostgreSQL, nor the other way."""

    code = "backups.other_kind"
    message = "备份来自 {found}，而当前数据库是 {wanted}"


class NewerBackup(Invalid):
    """The backup has migrations that this program does not know."""

    code = "backups.newer"
    message = "备份来自更新版本的程序（{migrations}），请先升级程序"


class OtherKey(Conflict):
    """The backup was taken under another HOUQIN_SECRET_KEY."""

    code = "backups.other_key"
    message = "备份使用的 HOUQIN_SECRET_KEY 与当前不同；请设为原密钥，确已遗失时才用 --with-another-key"


class NotEmpty(Conflict):
    """The database to restore into has tables."""

    code = "backups.not_empty"
    message = "当前数据库不是空的；确要以备份取代它，请停止服务后加 --force"


class StillInUse(Conflict):
    """Somebody is connected to the database that would be replaced."""

    code = "backups.still_in_use"
    message = "数据库仍被其他进程使用，请先停止全部服务"
