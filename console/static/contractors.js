// Forms of contracts, plans and assessments: a place as its two fields, parts that show by choice, and the
// orders that prove a deduction.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // A select of places says kind:id; the form sends both.
  function place(select) {
    const [kind = "", id = ""] = select.value.split(":");
    const field = select.closest("[data-field]");
    $("[name$=place_kind]", field).value = kind;
    $("[name$=place_id]", field).value = id;
  }

  // What is not shown is not sent; `data-otherwise` is sent in its place.
  function part(box) {
    const shown = $(box.dataset.showsPart);
    shown.hidden = !box.checked;
    for (const control of $$("input, select, textarea", shown)) control.disabled = !box.checked;
    const otherwise = $("[data-otherwise]", box.form);
    if (otherwise) otherwise.disabled = box.checked;
    if (box.checked && !$("[data-row]", shown)) $("[data-add-row]", shown)?.click();
  }

  // data-when="unit:week month" shows a part while the field named has one of these values.
  function choose(form) {
    for (const shown of $$("[data-when]", form)) {
      const [name, values] = shown.dataset.when.split(":");
      const control = form.elements[name];
      const is = values.split(" ").includes(control?.value ?? "");
      shown.hidden = !is;
      for (const each of $$("input, select, textarea", shown)) {
        each.disabled = !is;
        if (!is && each.dataset.type === "list") each.checked = false; // A list says all that is ticked.
      }
    }
  }

  const chooseAll = () => $$("form[data-chooses]").forEach(choose);

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-place-of], [data-place]")) place(target);
    if (target.matches("[data-shows-part]")) part(target);
    // An order that was ticked stays, whatever is looked for next.
    if (target.matches("[data-order-found] input") && target.checked) $("#orders-chosen").append(target.closest("label"));
    if (target.form?.matches("[data-chooses]")) choose(target.form);
  });

  // What an option is called is what fails.
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-option]")) $("input[type=checkbox]", target.parentElement).value = target.value.trim();
  });

  // A row that was added shows what fits its kind.
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-add-row]")) chooseAll();
  });

  document.addEventListener("htmx:afterSettle", chooseAll);
  document.addEventListener("DOMContentLoaded", () => {
    chooseAll();
    $$("[data-shows-part]").forEach((box) => box.checked || part(box));
  });
})();
