"""`python -m tests.backend.wechat.caller URL CODE OPENID`: one of several that ask WeChat at the same time.

It says `ready`, waits for SIGUSR1, and says whose phone it is.
"""

import signal
import sys

from backend import vault
from backend.app import create_app
from backend.config import settings
from backend.wechat.client import WechatClient
from backend.wechat.tokens import TokenStore


def main() -> None:
    """Ask once."""
    url, code, openid = sys.argv[1:]
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    with create_app().app_context():
        client = WechatClient(
            settings().wechat_apps["default"], url, 60.0, TokenStore(vault.encrypt, vault.decrypt)
        )
        print("ready", flush=True)  # noqa: T201 # Whoever started it waits for this.
        signal.sigwait([signal.SIGUSR1])
        print(client.phone_number(code, openid), flush=True)  # noqa: T201 # The same.
        client.close()


if __name__ == "__main__":
    main()
