"""Login providers behind one interface: who vouches for whom.

Every call may ask the network or take long, and is made outside of units of work.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from backend import vault
from backend.config import settings
from backend.identity import policies
from backend.identity.errors import UnknownApp, UnknownProvider
from backend.identity.passwords import services as password_services
from backend.identity.policies import ExternalSubject
from backend.outside import pool
from backend.wechat.client import WechatClient
from backend.wechat.tokens import TokenStore
from backend.wecom.client import WecomClient
from backend.zwdd.client import ZwddClient


class IdentityProvider(Protocol):
    """Where people prove who they are."""

    def exchange(self, app: str, code: str) -> ExternalSubject:
        """Whom the provider vouches for, given one of its apps (or accounts) and a proof.

        Raises UnknownApp, or a coded refusal of the provider's own.
        """
        ...

    def phone(self, app: str, code: str, subject: str) -> str | None:
        """The normalised phone number behind a code of that person, or None if the provider tells none."""
        ...


class WechatMiniProgram:
    """`wx.login` and phone codes of our mini-programs: the tenant is the appid, the subject the openid."""

    def exchange(self, app: str, code: str) -> ExternalSubject:
        """Use up a login code. Raises UnknownApp, or as `WechatClient.code_to_session`."""
        client = _client(app)
        openid = client.code_to_session(code).openid
        return ExternalSubject(policies.WECHAT_MP, client.app.appid, openid)

    def phone(self, app: str, code: str, subject: str) -> str | None:
        """Use up a phone code. Raises UnknownApp, or as `WechatClient.phone_number`."""
        return policies.normalise_phone(_client(app).phone_number(code, subject))


class Password:
    """Staff number (as the app) and password (as the code); the subject is the roster's identifier."""

    def exchange(self, app: str, code: str) -> ExternalSubject:
        """Verify a password. Raises BadCredentials or PasswordLocked, recorded already."""
        credential = password_services.prove(staff_no=app, password=code)
        return ExternalSubject(policies.PASSWORD, "", str(credential.staff_id), credential.password_hash)

    def phone(self, app: str, code: str, subject: str) -> str | None:
        """A password tells no phone number."""
        return None


class Wecom:
    """`wx.qy.login` within WeCom: the tenant is the corpid, the subject the userid. It tells no phone."""

    def exchange(self, app: str, code: str) -> ExternalSubject:
        """Use up a login code. Raises UnknownApp, or as `WecomClient.code_to_userid`."""
        running = settings()
        if running.wecom is None or app != _DEFAULT_APP:
            raise UnknownApp
        client = WecomClient(
            running.wecom, running.wecom_base_url, running.wechat_timeout_s, _tokens(), pool()
        )
        return ExternalSubject(policies.WECOM, running.wecom.corpid, client.code_to_userid(code))

    def phone(self, app: str, code: str, subject: str) -> str | None:
        """WeCom's codes tell no phone number."""
        return None


class Zwdd:
    """`dd.getAuthCode` within 浙政钉: the tenant is the tenantId, the subject the accountId. No phone."""

    def exchange(self, app: str, code: str) -> ExternalSubject:
        """Use up a login code. Raises UnknownApp, or as `ZwddClient.code_to_account`."""
        running = settings()
        if running.zwdd is None or app != _DEFAULT_APP:
            raise UnknownApp
        client = ZwddClient(running.zwdd, running.zwdd_base_url, running.wechat_timeout_s, _tokens(), pool())
        return ExternalSubject(policies.ZWDD, running.zwdd.tenant_id, client.code_to_account(code))

    def phone(self, app: str, code: str, subject: str) -> str | None:
        """The platform's codes tell no phone number."""
        return None


_DEFAULT_APP: Final = "default"
PROVIDERS: Final[Mapping[str, IdentityProvider]] = MappingProxyType(
    {
        policies.WECHAT_MP: WechatMiniProgram(),
        policies.PASSWORD: Password(),
        policies.WECOM: Wecom(),
        policies.ZWDD: Zwdd(),
    }
)


def find_provider(name: str) -> IdentityProvider:
    """The provider of this name. Raises UnknownProvider, also if this deployment has not set it up."""
    running = settings()
    absent = {policies.WECOM: running.wecom is None, policies.ZWDD: running.zwdd is None}
    provider = PROVIDERS.get(name)
    if provider is None or absent.get(name):
        raise UnknownProvider
    return provider


def _client(app: str) -> WechatClient:
    running = settings()
    registered = running.wechat_apps.get(app)
    if registered is None:
        raise UnknownApp
    return WechatClient(registered, running.wechat_base_url, running.wechat_timeout_s, _tokens(), pool())


def _tokens() -> TokenStore:
    return TokenStore(vault.encrypt, vault.decrypt)
