"""The settings of WeChat's push messages, WeCom, 浙政钉 and the SMS gateway."""

import base64
from pathlib import Path

import pytest

from backend.config import Settings, SettingsError, WecomApp, ZwddApp

SECRET = "s" * 32
PRODUCTION = {
    "HOUQIN_MODE": "production",
    "HOUQIN_SECRET_KEY": SECRET,
    "WECHAT_APPID": "wx1",
    "WECHAT_SECRET": "secret",
}
WECOM = {"WECOM_CORPID": "ww1", "WECOM_SECRET": "wecom-secret", "WECOM_AGENTID": "1000007"}
ZWDD = {"ZWDD_APP_KEY": "key", "ZWDD_APP_SECRET": "zwdd-secret", "ZWDD_TENANT_ID": "42"}
SMS = {"SMS_URL": "https://sms.example.gov.cn/send/", "SMS_KEY": "k" * 32}
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def read(tmp_path: Path, **environment: str) -> Settings:
    """The settings of a production deployment."""
    return Settings.from_env({**PRODUCTION, "HOUQIN_DATA": str(tmp_path), **environment})


def test_production_has_none_of_them_unless_given(tmp_path: Path) -> None:
    settings = read(tmp_path)

    assert (settings.wecom, settings.zwdd, settings.sms_url, settings.sms_key) == (None, None, "", "")
    assert settings.wechat_apps["default"].push_token == ""
    assert settings.wecom_base_url == "https://qyapi.weixin.qq.com"
    assert settings.zwdd_base_url == "https://openplatform-pro.ding.zj.gov.cn"


def test_production_takes_what_is_given_and_shows_no_secret(tmp_path: Path) -> None:
    push = {"WECHAT_PUSH_TOKEN": "pushtoken", "WECHAT_PUSH_AES_KEY": AES_KEY}
    settings = read(tmp_path, **WECOM, **ZWDD, **SMS, **push, ZWDD_BASE_URL="http://10.0.0.1/zwdd/")

    assert settings.wecom == WecomApp("ww1", "wecom-secret", 1000007, "wx1")
    assert settings.zwdd == ZwddApp("key", "zwdd-secret", "42", "127.0.0.1")
    assert settings.zwdd_base_url == "http://10.0.0.1/zwdd"
    assert settings.sms_url == "https://sms.example.gov.cn/send"
    assert settings.wechat_apps["default"].push_aes_key == AES_KEY
    for secret in ("wecom-secret", "zwdd-secret", SMS["SMS_KEY"], "pushtoken", AES_KEY):
        assert secret not in repr(settings)


def test_the_demo_has_all_of_them_at_the_simulator(tmp_path: Path) -> None:
    settings = Settings.from_env({"HOUQIN_DATA": str(tmp_path), "HOUQIN_SIMULATOR_PORT": "7000"})

    assert settings.wecom_base_url == "http://127.0.0.1:7000/wecom"
    assert settings.zwdd_base_url == "http://127.0.0.1:7000/zwdd"
    assert settings.sms_url == "http://127.0.0.1:7000/sms/messages"
    assert settings.wecom
    assert settings.zwdd
    assert settings.sms_key
    assert settings.wechat_apps["default"].push_token
    assert len(base64.b64decode(settings.wechat_apps["default"].push_aes_key + "=")) == 32


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"WECHAT_PUSH_TOKEN": "a b"}, "WECHAT_PUSH_TOKEN"),
        ({"WECHAT_PUSH_TOKEN": "ab"}, "WECHAT_PUSH_TOKEN"),
        ({"WECHAT_PUSH_AES_KEY": AES_KEY}, "WECHAT_PUSH_TOKEN"),
        ({"WECHAT_PUSH_TOKEN": "token", "WECHAT_PUSH_AES_KEY": AES_KEY[1:]}, "WECHAT_PUSH_AES_KEY"),
        ({"WECHAT_PUSH_TOKEN": "token", "WECHAT_PUSH_AES_KEY": AES_KEY[1:] + "="}, "WECHAT_PUSH_AES_KEY"),
        ({"WECOM_CORPID": "ww1"}, "WECOM_SECRET"),
        ({**WECOM, "WECOM_AGENTID": "app"}, "WECOM_AGENTID"),
        ({**WECOM, "WECOM_BASE_URL": "qyapi.weixin.qq.com"}, "WECOM_BASE_URL"),
        ({"ZWDD_APP_KEY": "key", "ZWDD_APP_SECRET": "s"}, "ZWDD_TENANT_ID"),
        ({"SMS_URL": "https://sms.example.gov.cn"}, "SMS_KEY"),
        ({**SMS, "SMS_KEY": "short"}, "SMS_KEY"),
        ({**SMS, "SMS_URL": "ftp://sms.example.gov.cn"}, "SMS_URL"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_named(tmp_path: Path, environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read(tmp_path, **environment)
