"""`python -m backend.wechat.simulator --port 8001 --people FILE --data DIR`"""

import argparse
import dataclasses
import signal
import sys
from pathlib import Path

from backend.config import Settings, SettingsError
from backend.wechat.simulator.app import SimulatorRefused, create_simulator
from backend.wechat.simulator.server import make_simulator_server


def main() -> None:
    """Serve until the process is told to end. Refuses to start in production."""
    parser = argparse.ArgumentParser(prog="python -m backend.wechat.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="default: HOUQIN_SIMULATOR_PORT, else PORT + 1")
    parser.add_argument("--people", type=Path, help="default: simulator/people.json in the data folder")
    parser.add_argument("--data", type=Path, help="default: HOUQIN_DATA")
    parser.add_argument("--unionid", action="store_true", help="the apps belong to an Open Platform account")
    arguments = parser.parse_args()
    try:
        settings = Settings.from_env()
        if arguments.data is not None:
            settings = dataclasses.replace(settings, data_dir=arguments.data.resolve())
        simulator = create_simulator(settings, people=arguments.people, has_unionid=arguments.unionid)
    except (SettingsError, SimulatorRefused) as error:
        sys.exit(f"simulator: {error}")
    server = make_simulator_server(simulator, arguments.port or settings.simulator_port, arguments.host)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main()
