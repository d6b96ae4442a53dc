"""A round of inspections on the phone: presence by the plate, answers, and the order of what failed."""

import pytest

from tests.miniapp.driven.test_repairs import estate, phone_for, photograph
from tests.property.inspections.patrol import BASE, Patrol

__all__ = ["estate", "phone_for"]

pytestmark = pytest.mark.browser


def test_a_round_is_walked_and_what_failed_becomes_an_order(estate, phone_for):
    patrol = Patrol(estate)
    round_id = patrol.manager.post(BASE, {"plan_id": patrol.plan()["id"]}).data["id"]
    phone = phone_for("worker")
    phone.open("pages/inspections/rounds")
    phone.seen("泵房日巡").tap()
    phone.fill("标牌编号或扫码内容", "nothing-of-ours")
    phone.tap("到位")
    phone.see("标牌")
    phone.fill("标牌编号或扫码内容", patrol.token(patrol.pump))
    phone.tap("到位")
    phone.see("已到")
    phone.look("inspections-round")
    phone.tap("泵房")
    phone.tap("是")
    phone.fill("读数（MPa）", "0.9")
    phone.see("不合格，提交后自动生成维修工单")
    photograph(phone)
    phone.look("inspections-point")
    phone.tap("提交检查结果")
    phone.see("已查 2/3 项")
    phone.tap("泵房")
    phone.see(f"已生成工单 {patrol.orders()[-1].number}")
    assert patrol.round(round_id).state == "open"
    phone.forget_refusals(404)
