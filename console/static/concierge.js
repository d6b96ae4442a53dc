// 微管家 at the desk: rows that are ordered, fields of a form by their type, places, and telephone numbers.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const CHOOSING = ["choice", "choices"];

  // ---- Rows in an order -----------------------------------------------------------------------------------

  // A row's number is in its names; what is sent follows the numbers. So they follow the rows.
  function renumber(list) {
    const rows = $$(":scope > [data-row]", list);
    rows.forEach((row, at) => {
      for (const each of [row, ...$$("*", row)]) {
        for (const name of ["name", "data-field"]) {
          const value = each.getAttribute(name);
          if (value) each.setAttribute(name, value.replace(/^(\w+)\.\d+/, `$1.${at}`));
        }
        for (const name of ["id", "for", "aria-describedby", "aria-errormessage"]) {
          const value = each.getAttribute(name);
          if (value) each.setAttribute(name, value.replace(/^([fhe])-(\w+)-\d+/, `$1-$2-${at}`));
        }
      }
    });
    const template = $$("template[data-into]").find((each) => $(each.dataset.into) === list);
    if (template) template.dataset.next = rows.length;
  }

  function move(button) {
    const row = button.closest("[data-row]");
    const other = button.dataset.move === "up" ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(row);
    else other.after(row);
    renumber(row.parentElement);
    button.focus();
  }

  // ---- Fields of a service's form -------------------------------------------------------------------------

  // What a type does not have is out of sight, and is not sent.
  function show(part, is) {
    part.hidden = !is;
    for (const each of $$("input", part)) each.disabled = !is;
  }

  function byType(row) {
    const type = $('select[name$=".type"]', row).value;
    const bounds = JSON.parse(row.parentElement.dataset.bounds)[type];
    show($("[data-choices]", row), CHOOSING.includes(type));
    $$("[data-bound]", row).forEach((part, at) => {
      show(part, Boolean(bounds));
      if (bounds) $("label", part).textContent = bounds[at];
    });
  }

  // Programs tell the fields by a code: people need not think of one.
  function code(row) {
    const field = $("[data-field-key]", row);
    if (field.value) return;
    const taken = $$("[data-field-key]").map((each) => each.value);
    let number = taken.length;
    while (taken.includes(`field${number}`)) number += 1;
    field.value = `field${number}`;
  }

  function furnish() {
    for (const row of $$("[data-bounds] > [data-row]")) {
      byType(row);
      code(row);
    }
  }

  // The refusal of a form names its fields by their codes.
  function translate(form, refusal) {
    if (refusal.code !== "feedback.form_invalid") return;
    const rows = $$("[data-bounds] > [data-row]", form);
    const fields = {};
    for (const [key, problem] of Object.entries(refusal.data.fields || {})) {
      const row = rows.find((each) => $("[data-field-key]", each).value.trim() === key);
      fields[row ? row.dataset.field : key] = `${row ? $('input[name$=".title"]', row).value : key}${problem}`;
    }
    refusal.data.fields = fields;
  }

  // ---- Places, telephone numbers --------------------------------------------------------------------------

  function place(select) {
    const [kind = "", id = ""] = select.value.split(":");
    const field = select.closest("[data-field]");
    $('[name="place.kind"]', field).value = kind;
    $('[name="place.id"]', field).value = id;
  }

  function unmask(button, answers) {
    const shown = button.closest(".dialog-content, main");
    for (const { key, text } of answers) {
      const answer = $(`[data-answer="${CSS.escape(key)}"]`, shown);
      if (answer) answer.textContent = text;
    }
    button.remove();
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-move]");
    if (button) move(button);
    if (target.closest("[data-add-row]")) furnish();
  });

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-place-choice]")) place(target);
    const row = target.closest("[data-bounds] > [data-row]");
    if (row && target.matches("select")) byType(row);
  });

  // What was found is offered at once, and the only one is taken.
  document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
    const select = (detail.target || target).closest?.("[data-place-choice]");
    if (!select) return;
    if (select.options.length === 2) select.selectedIndex = 1;
    place(select);
  });

  document.addEventListener("houqin:refused", ({ target, detail }) => translate(target, detail));

  document.addEventListener("houqin:done", (event) => {
    if (event.target.matches("[data-unmask]")) {
      event.preventDefault();
      unmask(event.target, event.detail.answers);
    }
    // A new project's page is known by now.
    const made = event.target.matches("[data-project-form]") && event.detail?.project?.id;
    if (made) event.target.dataset.go = `/console/concierge/projects/${made}`;
  });

  document.addEventListener("DOMContentLoaded", furnish);
})();
