// The dialogs of containers: what only a bin has, and what an import says.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);

  // What is hidden is not sent: a tray with a stage would be refused.
  function adapt(form) {
    const kind = $("[name=kind]", form)?.value || form.dataset.container;
    for (const part of form.querySelectorAll("[data-for-bin]")) {
      part.hidden = kind !== "bin";
      for (const control of part.querySelectorAll("select")) {
        control.disabled = kind !== "bin";
        control.required = kind === "bin";
      }
    }
  }

  document.addEventListener("change", ({ target }) => {
    const form = target.closest("[data-container]");
    if (form && target.name === "kind") adapt(form);
    if (target.matches("[data-shows]")) $(target.dataset.shows).textContent = target.files[0]?.name || "尚未选择";
  });

  document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("form[data-container]").forEach(adapt));

  document.addEventListener("houqin:done", ({ target: form, detail: done }) => {
    if (form.matches("[data-container-sheet]")) form.dataset.done = `新增 ${done.created} 个，修改 ${done.updated} 个，${done.unchanged} 个不变`;
  });

  document.addEventListener("houqin:refused", ({ target: form, detail: refusal }) => {
    if (!form.matches("[data-container-sheet]")) return;
    const list = document.createElement("ul");
    for (const { row, column, msg } of refusal.data?.rows || []) {
      const item = document.createElement("li");
      item.textContent = `第 ${row} 行 ${column}：${msg}`;
      list.append(item);
    }
    const holder = $("[data-sheet-faults]", form);
    holder.replaceChildren(list);
    holder.hidden = !list.children.length;
  });
})();
