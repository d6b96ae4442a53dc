"""`python -m backend.devices.gateway --config gateway.toml`."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path
from typing import Final

from backend.devices.gateway import configuration
from backend.devices.gateway.buffer import Buffer, BufferInUse
from backend.devices.gateway.program import Gateway

_ENDS: Final = (signal.SIGTERM, signal.SIGINT)


def main(arguments: list[str] | None = None) -> int:
    """Run, or do what is asked; the exit status."""
    parser = argparse.ArgumentParser(prog="gateway", description="称重网关：读取电子秤，断网暂存，联网补传")
    parser.add_argument("--config", type=Path, required=True, help="配置文件（TOML）")
    parser.add_argument("--check", action="store_true", help="只检查配置文件")
    parser.add_argument("--status", action="store_true", help="待传和被退回的记录（网关停止时查看）")
    parser.add_argument("--requeue", action="store_true", help="把被退回的记录重新排队（网关停止时使用）")
    options = parser.parse_args(arguments)
    try:
        config = configuration.read(options.config)
        if options.check:
            return _say("配置文件没有问题")
        if options.status or options.requeue:
            return _look(config, requeues=options.requeue)
        return _run(config)
    except configuration.ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except BufferInUse as error:
        sys.stderr.write(f"{error} 正被另一个网关使用\n")
        return 3


def _run(config: configuration.Configuration) -> int:
    """Weigh and post until told to stop: from here on the process is the gateway's alone."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    # It says each request at INFO, with its address.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Before any thread begins, so that each has it blocked, and one waits for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    gateway = Gateway(config)
    threading.Thread(target=_stop_when_told, args=(gateway.stop,), daemon=True).start()
    return 0 if gateway.run() else 1


def _stop_when_told(stop: threading.Event) -> None:
    signal.sigwait(_ENDS)
    stop.set()


def _look(config: configuration.Configuration, *, requeues: bool) -> int:
    buffer = Buffer(config.buffer)
    try:
        if requeues:
            return _say(f"已重新排队 {buffer.requeue()} 条")
        _say(f"待传 {buffer.waiting()} 条，被退回 {buffer.set_aside_count()} 条")
        for number, result, code, message, captured_at, body in buffer.refusals():
            _say(f"  {number} {captured_at} {result} {code} {message} {body}")
        return 0
    finally:
        buffer.close()


def _say(line: str) -> int:
    sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
