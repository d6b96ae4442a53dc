// The dialogs of the evaluation: why points are lost, what does not apply, what an import came to.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // What does not apply has no score and loses no points.
  function adapt(fields) {
    const isOut = $("[name$=is_inapplicable]", fields)?.checked || false;
    const score = $("[name$=score]", fields);
    score.disabled = isOut;
    for (const control of $$("[data-loss], [name*='losses.']", fields)) {
      const own = control.type === "hidden" && $("[data-loss]", control.parentElement);
      control.disabled = isOut || (own && !own.checked);
    }
  }

  // The usual reasons say what they cost: the score follows them, and may be changed afterwards.
  function reckon(fields) {
    const chosen = $$("[data-loss]:checked", fields);
    if (chosen.some((each) => !each.dataset.costs)) return;
    const lost = chosen.reduce((sum, each) => sum + Number(each.dataset.costs) * 10, 0);
    const left = Math.max(0, Math.round(Number(fields.dataset.points) * 10 - lost));
    $("[name$=score]", fields).value = left / 10;
  }

  document.addEventListener("change", ({ target }) => {
    const fields = target.closest("[data-mark]");
    if (fields && target.matches("[data-loss], [name$=is_inapplicable]")) {
      if (target.matches("[data-loss]")) reckon(fields);
      adapt(fields);
    }
    if (target.matches("[data-shows]")) $(target.dataset.shows).textContent = target.files[0]?.name || "尚未选择";
    if (target.matches("[data-check] [name=is_passed]")) {
      const rest = $("[data-if-failed]", target.form);
      rest.hidden = target.value === "true";
      for (const control of $$("input", rest)) control.disabled = rest.hidden;
    }
  });

  document.addEventListener("htmx:afterSettle", () => $$("[data-mark]").forEach(adapt));

  document.addEventListener("houqin:done", (event) => {
    const { target, detail: done } = event;
    if (target.matches("[data-imports]") && "added" in (done || {})) target.dataset.done = `新增 ${done.added}，变动 ${done.changed}，${done.unchanged} 个不变`;
    if (target.matches("[data-imports='score-sheets']") && done.is_unchanged) target.dataset.done = "内容与已有版本相同，没有新建";
    if (target.matches("[data-collects]")) target.dataset.done = `已取数 ${done.items} 项，其中 ${done.insufficient} 项数据不足`;
    if (target.matches("[data-shows-phone]")) $("output", target).textContent = done.phone;
    // The number stands in the dialog: it stays open.
    if (target.matches("[data-shows-phone]")) event.preventDefault();
  });

  document.addEventListener("houqin:refused", ({ target: form, detail: refusal }) => {
    if (!form.matches("[data-imports]")) return;
    const list = document.createElement("ul");
    for (const { sheet, row, column, msg } of refusal.data?.rows || []) {
      const item = document.createElement("li");
      item.textContent = `${sheet ? `${sheet} ` : ""}第 ${row} 行 ${column}：${msg}`;
      list.append(item);
    }
    const holder = $("[data-sheet-faults]", form);
    holder.replaceChildren(list);
    holder.hidden = !list.children.length;
  });
})();
