// The pages of what property keeps: choosing places and plates, sheets, shifts that are off.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // One select offers places of every kind; the API takes kind and number, in the body or in the address.
  function place(select) {
    const [kind, number] = select.value ? select.value.split(":") : ["", ""];
    const form = select.closest("form");
    const [kindField, numberField] = ["place_kind", "place_id"].map((name) => $(`input[name="${name}"]`, form));
    if (kindField) {
      kindField.value = kind;
      numberField.value = number;
    }
    if (form.dataset.placeApi) {
      form.dataset.api = `${form.dataset.placeApi}/${kind}/${number}`;
      kindField.disabled = numberField.disabled = true;
    }
  }

  // A campus, or one of its buildings.
  function site(select) {
    [select.form.elements.campus_id.value, select.form.elements.building_id.value] = select.value ? select.value.split(":") : ["", ""];
  }

  // The plates of the chosen rows are one file.
  function choose() {
    const link = $("[data-print-plates]");
    if (!link) return;
    const chosen = $$("[data-choose]:checked").map((each) => each.value);
    link.hidden = !chosen.length;
    link.href = `/api/v1/property/assets/plates?asset_ids=${chosen.join(",")}`;
    $("[data-count]", link).textContent = chosen.length;
  }

  // A select refers to the workdays or minutes that its amount counts.
  function unit(select) {
    const holder = select.closest(".target");
    if (holder) $("[data-unit]", holder).textContent = select.value === "workdays" ? "天" : "分钟";
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-place]")) place(target);
    if (target.matches("[data-site]")) site(target);
    if (target.matches("[data-choose-all]")) for (const each of $$("[data-choose]")) each.checked = target.checked;
    if (target.matches("[data-choose], [data-choose-all]")) choose();
    if (target.matches("[data-counting]")) unit(target);
    if (target.matches("[data-shows]")) $(target.dataset.shows).textContent = target.files[0]?.name || "尚未选择";

  });

  // What was found is offered at once, and the only one is taken.
  document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
    const select = (detail.target || target).closest?.("[data-place]");
    if (!select) return;
    if (select.options.length === 2) select.selectedIndex = 1;
    place(select);
  });

  document.addEventListener("houqin:done", ({ target: form, detail: done }) => {
    if (!form.matches("[data-sheet-form]")) return;
    if ("duties" in done) form.dataset.done = `已导入 ${done.workers} 人的 ${done.duties} 个班次`;
    else if ("lines" in done) form.dataset.done = `已入库 ${done.lines} 种物料`;
  });

  document.addEventListener("houqin:refused", ({ target: form, detail: refusal }) => {
    const holder = $("[data-sheet-faults]", form);
    if (!holder) return;
    const list = document.createElement("ul");
    for (const { row, column, msg } of refusal.data?.rows || []) {
      const item = document.createElement("li");
      item.textContent = `第 ${row} 行 ${column}：${msg}`;
      list.append(item);
    }
    holder.replaceChildren(list);
    holder.hidden = !list.children.length;
  });
})();
