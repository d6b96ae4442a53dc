// The form of a grant plan: its departments show where they count, and what it costs follows what is typed.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("#plan");
  const departments = document.querySelector("#departments");
  const cost = document.querySelector("#cost");
  const number = new Intl.NumberFormat("zh-CN");
  const yuan = (fen) => new Intl.NumberFormat("zh-CN", { minimumFractionDigits: 2 }).format(fen / 100);
  let asked = 0;
  let waiting = 0;

  async function reckon() {
    const { amount_fen, is_for_all, department_ids = [] } = houqin.values(form);
    const mine = ++asked;
    if (!Number.isInteger(amount_fen) || amount_fen < 1 || (!is_for_all && !department_ids.length)) {
      cost.textContent = is_for_all ? "填写金额后，这里显示每月的人数与合计。" : "填写金额并选择部门后，这里显示每月的人数与合计。";
      return;
    }
    try {
      const body = { amount_fen, is_for_all, department_ids: is_for_all ? [] : department_ids };
      const found = await houqin.send("POST", "/api/v1/canteen/admin/grant-plans/preview", body, null);
      if (mine === asked) cost.textContent = `按现有花名册，每月 ${number.format(found.people)} 人，共 ${yuan(found.total_fen)} 元。`;
    } catch (refusal) {
      if (!(refusal instanceof houqin.Refusal)) throw refusal;
      if (mine === asked) cost.textContent = "暂时不能计算人数与合计。";
    }
  }

  form.addEventListener("input", () => {
    departments.hidden = houqin.values(form).is_for_all;
    clearTimeout(waiting);
    waiting = setTimeout(reckon, 300);
  });
});
