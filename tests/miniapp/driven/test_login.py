"""From the scope notice to the tabs: the demo's picker, passwords, binding; and what ends a session."""

import gzip
from itertools import count

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from backend import clock, vault
from backend.actor import SYSTEM, ScopeKind
from backend.db import atomic, db, unit
from backend.identity.models import BindRequest, LoginSession
from backend.identity.passwords import services as password_services
from backend.identity.policies import normalise_phone
from backend.identity.privacy.models import Consent
from tests.console.driven.credentials import PASSWORD, with_factor, with_password
from tests.miniapp.serving import bind_wechat

pytestmark = pytest.mark.browser

NUMBERS = count(1)
FIRST_LOAD_BYTES = 300_000
PHONE_NO = "13800000001"


@pytest.fixture
def official(compound):
    """王建国, whose WeChat account is bound."""
    staff = compound.staff(f"W{next(NUMBERS)}", name="王建国")
    bind_wechat(staff)
    return staff


def sessions_of(staff):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(LoginSession).filter_by(staff_id=staff.id))


@atomic
def end_sessions(staff):
    unit().execute(update(LoginSession).filter_by(staff_id=staff.id).values(expires_at=clock.now()))


def agree_and_pick(phone, staff_no):
    phone.tap("我已阅读并同意隐私政策")
    phone.tap("同意并继续")
    phone.fill("查找人员", staff_no)
    phone.tap(f"以 {staff_no} 的微信登录")


def test_the_first_visit_says_for_whom_this_is_and_asks_for_consent(official, served, phone_of):
    phone = phone_of(served)
    phone.open()
    phone.see("本小程序仅供")
    phone.look("welcome")
    phone.tap("同意并继续")
    phone.see("请先阅读并勾选同意")
    phone.tap("《隐私政策》")
    phone.see("版本 1.0")
    phone.look("policy")
    phone.page.go_back()
    agree_and_pick(phone, official.staff_no)
    phone.see("王建国")
    phone.page.wait_for_load_state("networkidle")
    db.session.rollback()
    consent = db.session.scalars(select(Consent).filter_by(staff_id=official.id)).one()
    assert (consent.version, consent.is_agreed) == ("1.0", True)


def test_who_does_not_agree_may_go_on_and_is_recorded_so(official, served, phone_of):
    phone = phone_of(served)
    phone.open()
    phone.tap("暂不同意")
    phone.fill("查找人员", official.staff_no)
    phone.tap(f"以 {official.staff_no} 的微信登录")
    phone.see("王建国")
    phone.page.wait_for_load_state("networkidle")
    db.session.rollback()
    (consent,) = db.session.scalars(select(Consent).filter_by(staff_id=official.id))
    assert not consent.is_agreed
    phone.open()
    phone.see("王建国")


@pytest.mark.parametrize(("button", "is_agreed"), [("同意并继续", True), ("暂不同意", False)])
def test_a_new_privacy_policy_is_asked_about_once(official, served, phone_of, button, is_agreed):
    phone = phone_of(served, official.staff_no)
    phone.page.evaluate("localStorage.setItem('houqin.policy', '0.9 yes')")
    phone.open()
    phone.see("隐私政策已更新")
    phone.look("policy-update")
    if is_agreed:
        phone.tap("我已阅读并同意隐私政策")
    phone.tap(button)
    phone.see("王建国")
    phone.open()
    phone.see("王建国")
    expect(phone.page.get_by_text("隐私政策已更新")).to_have_count(0)
    db.session.rollback()
    consents = db.session.scalars(select(Consent).filter_by(staff_id=official.id)).all()
    assert [consent.is_agreed for consent in consents] == [is_agreed]


def test_the_first_load_is_small(official, served, phone_of):
    phone = phone_of(served, official.staff_no)
    phone.answers.clear()
    phone.open()
    phone.see("王建国")
    phone.page.wait_for_load_state("networkidle")
    loaded = [answer for answer in phone.answers if "/m/" in answer.url and answer.status == 200]
    assert len(loaded) > 3
    assert sum(len(gzip.compress(answer.body())) for answer in loaded) < FIRST_LOAD_BYTES


def test_every_tab_opens(demo, phone_of):
    phone = phone_of(demo, "1060")
    phone.open()
    for tab in ("订餐", "服务", "我的", "首页"):
        phone.tab(tab)
        page = phone.page.locator(".app-page").filter(visible=True)
        expect(page).to_have_count(1)
        expect(page.locator(".standing-in")).to_have_count(0)
        expect(page.locator(".app-error")).to_have_count(0)


def test_the_demo_is_entered_by_picking_somebody(demo, phone_of):
    phone = phone_of(demo)
    phone.open()
    phone.tap("我已阅读并同意隐私政策")
    phone.tap("同意并继续")
    phone.see("固定账号")
    phone.look("picker")
    phone.tap("（9101）")
    phone.tab("我的")
    phone.see("9101")


def test_an_account_that_is_bound_to_nobody_is_bound_by_its_phone_number(compound, served, phone_of):
    number = normalise_phone(PHONE_NO)
    staff = compound.staff(
        "1005", name="赵红", phone_cipher=vault.encrypt(number), phone_hash=vault.keyed_hash(number)
    )
    served.simulator.people_file.write_text(
        f'[{{"staff_no": "1005", "name": "赵红", "phone": "{PHONE_NO}"}}]'
    )
    phone = phone_of(served)
    phone.open()
    phone.tap("我已阅读并同意隐私政策")
    phone.tap("同意并继续")
    phone.tap("赵红（1005）")
    phone.see("您的微信尚未绑定工号")
    phone.look("bind")
    phone.tap("微信手机号一键绑定")
    phone.see("赵红")
    assert sessions_of(staff) == 1


def test_who_cannot_be_found_by_phone_asks_an_administrator(compound, served, phone_of):
    staff = compound.staff(name="孙立")
    administrator = compound.staff(name="李敏", roles={"administrator": (ScopeKind.COMPOUND, 0)})
    phone = phone_of(served)
    phone.open()
    agree_and_pick(phone, "someone6")
    phone.tap("提交申请")
    phone.see("请输入工号和姓名")
    phone.fill("工号", staff.staff_no)
    phone.fill("姓名", "孙立")
    phone.tap("提交申请")
    phone.see("等待管理员核准")
    phone.look("bind-pending")
    phone.tap("查看是否已核准")
    phone.see("管理员尚未核准")
    db.session.rollback()
    request = db.session.scalars(select(BindRequest).filter_by(staff_id=staff.id)).one()
    assert compound.client(administrator).post(f"/admin/bind-requests/{request.id}/approve").status == 200
    phone.tap("查看是否已核准")
    phone.see("孙立")


def test_a_session_that_has_ended_is_renewed_without_a_word(official, served, phone_of):
    phone = phone_of(served, official.staff_no)
    phone.open()
    phone.see("王建国")
    end_sessions(official)
    phone.open("pages/tabs/me")
    phone.see("王建国")
    assert sessions_of(official) == 2
    phone.forget_refusals(401)


def test_a_password_logs_in_and_a_wrong_one_is_refused(compound, served, phone_of):
    staff = with_password(compound, name="周敏")
    phone = phone_of(served)
    phone.agree()
    phone.open()
    phone.tap("用工号和密码登录")
    phone.tap("登录")
    phone.see("请输入工号和密码")
    phone.fill("工号", staff.staff_no)
    phone.fill("密码", "Cuowu@2026")
    phone.tap("登录")
    phone.see("工号或密码不正确")
    phone.look("login")
    phone.fill("密码", PASSWORD)
    phone.tap("登录")
    phone.see("周敏")
    phone.forget_refusals(401)


def test_whoever_has_a_second_factor_is_asked_for_its_code(compound, served, phone_of):
    manager = with_factor(compound, name="沈家宁", roles={"canteen_manager": (ScopeKind.COMPOUND, 0)})
    phone = phone_of(served)
    phone.agree()
    phone.open("pages/login/login")
    phone.fill("工号", manager.staff.staff_no)
    phone.fill("密码", PASSWORD)
    phone.tap("登录")
    phone.see("动态验证码")
    phone.look("login-code")
    phone.fill("动态验证码", manager.code())
    phone.tap("登录")
    phone.see("沈家宁")
    phone.forget_refusals(403)


def test_an_initial_password_is_changed_first(compound, served, phone_of):
    staff = compound.staff(name="吴丹")
    password_services.set_password(SYSTEM, staff_id=staff.id, password="Chushi@2026", must_change=True)
    phone = phone_of(served)
    phone.agree()
    phone.open()
    phone.tap("用工号和密码登录")
    phone.fill("工号", staff.staff_no)
    phone.fill("密码", "Chushi@2026")
    phone.tap("登录")
    phone.see("首次登录，请先修改初始密码")
    phone.look("password")
    phone.fill("原密码", "Chushi@2026")
    phone.fill("新密码", "weak")
    phone.fill("再次输入新密码", "weak")
    phone.tap("修改密码")
    phone.see("密码须为 8 到 128 个字符")
    phone.fill("新密码", PASSWORD)
    phone.fill("再次输入新密码", PASSWORD)
    phone.tap("修改密码")
    phone.see("吴丹")
    phone.forget_refusals(422)


def test_a_form_survives_a_session_that_ends_under_it(compound, served, phone_of):
    staff = with_password(compound, name="周敏")
    phone = phone_of(served)
    phone.agree()
    phone.open("pages/login/login")
    log_in(phone, staff)
    phone.see("周敏")
    phone.open("pages/password")
    for field in ("原密码", "新密码", "再次输入新密码"):
        phone.fill(field, PASSWORD if field == "原密码" else "Xinmima@2027")
    end_sessions(staff)
    phone.tap("修改密码")
    phone.tap("用工号和密码登录")
    log_in(phone, staff)
    phone.see("密码已修改")
    phone.forget_refusals(401)


def log_in(phone, staff):
    phone.fill("工号", staff.staff_no)
    phone.fill("密码", PASSWORD)
    phone.tap("登录")


def test_nothing_that_waited_goes_on_in_the_name_of_somebody_else(compound, served, phone_of):
    staff, other = with_password(compound, name="周敏"), with_password(compound, name="钱伟")
    phone = phone_of(served)
    phone.agree()
    phone.open("pages/login/login")
    log_in(phone, staff)
    phone.see("周敏")
    phone.page.evaluate("location.hash = '#/pages/password'")
    for field in ("原密码", "新密码", "再次输入新密码"):
        phone.fill(field, PASSWORD if field == "原密码" else "Xinmima@2027")
    end_sessions(staff)
    phone.tap("修改密码")
    phone.tap("用工号和密码登录")
    log_in(phone, other)
    phone.see("钱伟")
    phone.open("pages/login/login")
    log_in(phone, other)  # The password is the old one: nothing was changed in this name.
    phone.see("钱伟")
    phone.forget_refusals(401)


def test_without_a_network_the_page_says_so_and_goes_on_by_itself(official, served, phone_of):
    phone = phone_of(served, official.staff_no)
    phone.open()
    phone.see("王建国")
    phone.context.set_offline(True)
    phone.see("网络已断开，恢复后自动重试")
    phone.look("offline")
    phone.context.set_offline(False)
    expect(phone.page.get_by_text("网络已断开").filter(visible=True)).to_have_count(0)
    phone.forget_refusals()


def test_large_letters_are_a_choice_that_lasts(official, served, phone_of):
    phone = phone_of(served, official.staff_no)
    phone.open("pages/tabs/me")
    phone.tap("大字模式")
    expect(phone.page.locator(".app-page.is-large").filter(visible=True)).to_have_count(1)
    phone.open("pages/tabs/me")
    expect(phone.page.locator(".app-page.is-large").filter(visible=True)).to_have_count(1)
    phone.picture("me-chosen-large")


def test_the_logout_forgets_who_it_was(official, served, phone_of):
    phone = phone_of(served, official.staff_no)
    phone.open("pages/tabs/me")
    phone.tap("退出登录")
    phone.answer("退出")
    phone.see("选择一位人员")
    kept = phone.page.evaluate("Object.keys(localStorage)")
    assert "houqin.token" not in kept
    assert "houqin.demo.person" not in kept
