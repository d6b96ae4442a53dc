// Purchasing: an offer as the fields that an order sends, what an order comes to, the faults of a workbook, and
// a phone number that is shown.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  const fen = (text) => {
    const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim());
    return match ? Number(match[1]) * 100 + Number((match[2] || "").padEnd(2, "0")) : null;
  };
  const yuan = (amount) => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`;

  // ingredient:pack:price of the offer that was chosen; the price may be changed afterwards.
  function choose(select) {
    const row = select.closest("[data-row]");
    const [ingredient = "", pack = "", price = ""] = select.value.split(":");
    $('[data-of="ingredient"]', row).value = ingredient;
    $('[data-of="pack"]', row).value = pack;
    $("[data-price]", row).value = price;
  }

  function sum() {
    const form = $("[data-order-form]");
    if (!form) return;
    let total = 0;
    for (const row of $$("[data-row]", form)) {
      const price = fen($("[data-price]", row).value);
      const packs = /^\s*\d{1,6}\s*$/.test($("[data-packs]", row).value) ? Number($("[data-packs]", row).value) : null;
      const amount = price === null || packs === null ? null : price * packs;
      $("[data-amount]", row).textContent = amount === null ? "—" : yuan(amount);
      total += amount || 0;
    }
    $("[data-total]", form).textContent = yuan(total);
  }

  // Nothing ticked means either that nobody has declared anything yet, or that there is none of them.
  function declare(target) {
    const field = target.closest("[data-allergens]");
    const isDeclared = target.type === "checkbox" || target.dataset.allergensSaid === "yes";
    const list = $("[data-list]", field);
    $(`[data-allergens-said="${isDeclared ? "yes" : ""}"]`, field).checked = true;
    if (isDeclared) delete list.dataset.blank;
    else {
      list.dataset.blank = "null";
      for (const each of $$("input", list)) each.checked = false;
    }
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-offer]")) choose(target);
    if (target.closest("[data-allergens]")) declare(target);
    sum();
  });
  document.addEventListener("input", sum);
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-add-row], [data-remove-row]")) sum();
  });
  document.addEventListener("DOMContentLoaded", sum);

  document.addEventListener("houqin:done", (event) => {
    const { target: form, detail: done } = event;
    if (form.matches("[data-shows-phone]")) {
      $("output", form).textContent = done.phone;
      event.preventDefault();
    }
    if (form.matches("[data-sheet]")) {
      const changed = done.changed === undefined ? "" : `修改 ${done.changed} 条，`;
      form.dataset.done = `新增 ${done.added} 条，${changed}${done.unchanged} 条不变`;
    }
  });

  document.addEventListener("houqin:refused", ({ target: form, detail: refusal }) => {
    if (!form.matches("[data-sheet]")) return;
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
