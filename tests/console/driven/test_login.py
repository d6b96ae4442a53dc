"""The login, its refusals and its end in a real browser; and what the frame offers to the keyboard."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.db import atomic, db, unit
from backend.identity.models import LoginSession
from backend.identity.passwords import services as password_services
from backend.identity.second_factor.policies import code_at
from canteen.menu.models import Dish
from tests.console.driven.credentials import PASSWORD, with_factor, with_password

pytestmark = pytest.mark.browser

# What is drawn lies within what is shown: a code that is cut off cannot be scanned.
QR_IS_WHOLE = """(svg) => {
    const drawn = svg.getBBox(), shown = svg.viewBox.baseVal;
    return shown.width > 0 && drawn.width <= shown.width && drawn.height <= shown.height;
}"""
# The page that follows the form of a new dish.
AFTERWARDS = re.compile(r"/console/canteen/dishes/\d+$")
API = "/api/v1/canteen/admin/dishes"
KEEP_WHETHER_SAVE_IS_DISABLED = """addEventListener("pagehide", () => {
    sessionStorage.wasDisabled = document.querySelector(".dish-form [type=submit]").disabled;
})"""
MANAGER = {"canteen_manager": (ScopeKind.COMPOUND, 0)}


@pytest.fixture
def manager(compound):
    """The manager of a canteen, with a second factor."""
    compound.canteen(name="机关食堂")
    return with_factor(compound, name="沈家宁", roles=MANAGER)


def forget_refusals(desk, *statuses):
    """What the browser itself logs about refused requests is no fault of the page."""
    expected = tuple(f"status of {status}" for status in statuses)
    desk.errors = [each for each in desk.errors if not any(text in each for text in expected)]


def try_password(page, staff_no, password):
    page.fill("[name=staff_no]", staff_no)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")


def test_wrong_passwords_are_refused_until_the_login_locks(compound, desk_of):
    staff = with_password(compound)
    desk = desk_of()
    page, refusal = desk.page, desk.page.locator(".form-error")
    page.goto("/console/login")
    desk.picture("login")
    desk.ensure_accessible()
    page.click("button[type=submit]")
    expect(page.locator("#e-staff_no")).to_have_text("请填写此项")
    expect(page.locator("[name=staff_no]")).to_be_focused()
    for _ in range(5):
        with page.expect_response("**/console/login"):
            try_password(page, staff.staff_no, "Cuowu@2026")
        expect(refusal).to_have_text("工号或密码不正确")
        expect(page.locator("button[type=submit]")).to_be_enabled()
    try_password(page, staff.staff_no, PASSWORD)
    expect(refusal).to_have_text("密码连续输错次数过多，请在 30 分钟后重试")
    desk.picture("login-locked")
    forget_refusals(desk, 401, 429)


def test_a_wrong_code_is_refused_and_a_right_one_leads_to_the_page_that_was_asked_for(manager, desk_of):
    desk = desk_of()
    page = desk.page
    page.goto("/console/canteen/dishes?category=meat")
    try_password(page, manager.staff.staff_no, PASSWORD)
    expect(page.get_by_role("heading", name="动态验证码")).to_be_visible()
    expect(page.locator("[name=code]")).to_be_focused()
    desk.picture("login-code")
    desk.ensure_accessible()
    page.keyboard.type("000000" if manager.code() != "000000" else "111111")
    page.keyboard.press("Enter")
    expect(page.locator(".form-error")).to_have_text("验证码不正确")
    page.fill("[name=code]", manager.code())
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/canteen/dishes?category=meat")
    forget_refusals(desk, 422)


def test_a_manager_without_a_second_factor_sets_it_up_at_the_first_login(compound, desk_of):
    staff = compound.staff(roles=MANAGER)
    password_services.set_password(SYSTEM, staff_id=staff.id, password="Chushi@2026", must_change=True)
    desk = desk_of()
    page = desk.page
    page.goto("/console/login")
    try_password(page, staff.staff_no, "Chushi@2026")
    expect(page.get_by_role("heading", name="启用动态验证码")).to_be_visible()
    desk.picture("login-enrolment")
    assert page.eval_on_selector(".qr svg", QR_IS_WHOLE)
    desk.ensure_accessible()
    secret = page.locator("code").first.inner_text().replace(" ", "")
    page.fill("[name=code]", code_at(secret, clock.now()))
    page.keyboard.press("Enter")
    expect(page.locator("#codes-list")).to_contain_text("-")
    desk.picture("login-recovery-codes")
    page.keyboard.press("Escape")  # They are shown this once: not to be closed by accident.
    page.get_by_role("button", name="我已保存").click()
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    desk.picture("login-password")
    desk.ensure_accessible()
    page.fill("[name=old_password]", "Chushi@2026")
    page.fill("[name=new_password]", "weak")
    page.keyboard.press("Enter")
    expect(page.locator(".form-error")).to_contain_text("密码须为 8 到 128 个字符")
    page.fill("[name=new_password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/")
    forget_refusals(desk, 422)


def test_who_was_idle_logs_in_again_and_goes_on_where_they_were(manager, desk_of):
    desk = desk_of()
    page = desk.page
    desk.log_in(manager.staff.staff_no, PASSWORD, manager.code())
    page.goto("/console/canteen/orders?date=2026-11-23")
    _idle_for(timedelta(minutes=31))
    page.reload()
    page.wait_for_url("**/console/login?next=%2Fconsole%2Fcanteen%2Forders%3Fdate%3D2026-11-23")
    expect(page.locator("[name=staff_no]")).to_be_visible()


def test_a_form_that_waited_too_long_leads_to_the_login(manager, desk_of):
    desk = desk_of(manager.staff)
    page = desk.page
    page.goto("/console/canteen/dishes/new")
    _fill_dish(page)
    _idle_for(timedelta(minutes=31))
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/console/login?next=%2Fconsole%2Fcanteen%2Fdishes%2Fnew")
    forget_refusals(desk, 401)


def test_the_logout_ends_the_session(manager, desk_of):
    desk = desk_of(manager.staff)
    page = desk.page
    page.goto("/console/canteen/dishes")
    page.get_by_text("沈家宁").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/console/login")
    page.goto("/console/canteen/dishes")
    page.wait_for_url("**/console/login?next=**")


def test_a_page_without_its_token_is_told_that_it_is_stale(manager, desk_of):
    desk = desk_of(manager.staff)
    page = desk.page
    page.goto("/console/canteen/dishes/new")
    _fill_dish(page)
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'wrong'")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".form-error:visible")).to_have_text("页面已过期，请刷新后重试")
    assert _dishes() == []
    forget_refusals(desk, 403)


def test_a_double_click_creates_once(manager, desk_of):
    desk = desk_of(manager.staff)
    page = desk.page
    page.goto("/console/canteen/dishes/new")
    _fill_dish(page)
    sent = []
    page.on("request", lambda request: sent.append(request.method) if API in request.url else None)
    page.evaluate(KEEP_WHETHER_SAVE_IS_DISABLED)
    page.get_by_role("button", name="保存").dblclick()
    page.wait_for_url(AFTERWARDS)
    expect(page.locator("#toasts")).to_contain_text("菜品已新增")
    assert sent == ["POST"]
    # It stayed so while the next page let one wait.
    assert page.evaluate("sessionStorage.wasDisabled") == "true"
    assert _dishes() == ["红烧肉"]


def test_a_request_whose_answer_was_lost_is_tried_again_without_doing_it_twice(manager, desk_of):
    desk = desk_of(manager.staff)
    page = desk.page
    page.goto("/console/canteen/dishes/new")
    _fill_dish(page)

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route(f"**{API}", lose_the_answer, times=1)
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".form-error:visible")).to_have_text("网络不通，请检查网络后重试")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(AFTERWARDS)
    assert _dishes() == ["红烧肉"]
    forget_refusals(desk)
    desk.errors = [each for each in desk.errors if "net::ERR_FAILED" not in each]


def test_the_keyboard_alone_is_enough(manager, desk_of):
    desk = desk_of(manager.staff)
    page = desk.page
    page.goto("/console/canteen/dishes")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="新增菜品").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("红烧肉")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/search?q=**")
    page.goto("/console/me")
    renew = page.get_by_role("button", name="重新生成恢复码")
    renew.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#renew")).to_be_visible()
    expect(page.locator("#renew [name=code]")).to_be_focused()
    page.keyboard.type("/")  # Within a field it is a character.
    expect(page.locator("#renew [name=code]")).to_have_value("/")
    page.keyboard.press("Escape")
    expect(page.locator("#renew")).to_be_hidden()
    expect(renew).to_be_focused()


def _fill_dish(page):
    page.fill("[name=name]", "红烧肉")
    page.select_option("[name=category]", "meat")
    page.fill("[name=weight_g]", "200")


def _dishes():
    db.session.rollback()
    return list(db.session.scalars(select(Dish.name)))


@atomic
def _idle_for(how_long):
    unit().execute(update(LoginSession).values(seen_at=clock.now() - how_long))
