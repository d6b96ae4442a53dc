// The sheet of a meal: rows with a weight are sent together; what looks implausible is asked about once more.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const form = $("#sheet");
  if (!form) return;
  const { newKey, send, ask, toast, Refusal } = window.houqin;
  const general = $(".form-error", form);
  let key = newKey();

  // Kilograms by digits, never by floating point; null: not a weight.
  function grams(text) {
    const match = /^(\d{1,5})(?:[.。](\d{1,3}))?$/.exec(text);
    return match ? Number(match[1]) * 1000 + Number((match[2] || "").padEnd(3, "0")) : null;
  }

  const value = (row, name) => $(`[name=${name}]`, row)?.value.trim() || "";

  function complain(row, text) {
    const field = $("[data-field]", row);
    const control = $("[name=kg]", row);
    const note = $(".field-error", field);
    note.textContent = text;
    field.classList.toggle("is-refused", Boolean(text));
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    control.setAttribute("aria-describedby", note.id);
  }

  // The rows that say something, with what each is as JSON; null if one of them is wrong.
  function read() {
    const rows = [];
    let wrong = null;
    for (const row of form.querySelectorAll("[data-entry]")) {
      complain(row, "");
      const text = value(row, "kg");
      if (!text) {
        if (value(row, "reason")) {
          complain(row, "请填写重量");
          wrong ||= row;
        }
        continue;
      }
      const weight = grams(text);
      if (weight === null) {
        complain(row, "请填写千克数，最多三位小数");
        wrong ||= row;
        continue;
      }
      const entry = { stage: row.dataset.stage || value(row, "stage"), edible: row.dataset.edible || "mixed" };
      const container = value(row, "container_id");
      if (container) Object.assign(entry, { gross_g: weight, container_id: Number(container) });
      else entry.net_g = weight;
      for (const name of ["disposition", "reason"]) if (value(row, name)) entry[name] = value(row, name);
      if (value(row, "dish_id")) entry.dish_id = Number(value(row, "dish_id"));
      rows.push({ row, entry });
    }
    if (wrong) {
      $("[name=kg]", wrong).focus();
      return null;
    }
    return rows;
  }

  function tell(text) {
    general.textContent = text;
    general.hidden = !text;
    if (text) general.scrollIntoView({ block: "nearest" });
  }

  // Refusals name rows by their place among those that were sent.
  function place(refusal, rows) {
    const rest = [];
    const fields = refusal.data?.fields || {};
    for (const [number, of] of Object.entries(fields.entries || {})) {
      const row = rows[Number(number)]?.row;
      const said = JSON.stringify(of).match(/[一-鿿][^"]*/g)?.join("；") || refusal.message;
      if (row) complain(row, said);
      else rest.push(said);
    }
    for (const name of ["diners_counted", "photo_id"]) {
      const field = $(`[data-field=${name}]`, form);
      const said = fields[name]?.join?.("；") || "";
      field.classList.toggle("is-refused", Boolean(said));
      $(".field-error", field).textContent = said;
    }
    tell([refusal.message, ...rest].join("："));
  }

  async function save(rows, isConfirmed) {
    const body = { entries: rows.map(({ entry }) => entry), is_confirmed: isConfirmed };
    const diners = value(form, "diners_counted");
    if (diners) body.diners_counted = /^\d{1,9}$/.test(diners) ? Number(diners) : diners;
    const photo = value(form, "photo_id");
    if (photo && body.entries.length) body.entries[0].photo_id = Number(photo);
    try {
      await send("POST", form.dataset.path, body, key);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      // What was refused was not done: the next try is another request.
      if (refusal.status && refusal.status < 500) key = newKey();
      if (refusal.code === "waste.needs_confirmation") {
        const doubts = refusal.data.warnings.map((each) => `· ${each.message}`).join("\n");
        if (await ask(doubts, "请核对以下数据", "无误，保存")) await save(rows, true);
        return;
      }
      place(refusal, rows);
      return;
    }
    sessionStorage.setItem("houqin.toast", "已保存");
    location.reload();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    tell("");
    const rows = read();
    if (!rows) return;
    if (!rows.length && !value(form, "diners_counted")) {
      tell("请至少登记一项重量，或填写就餐人数");
      return;
    }
    if (!rows.length && value(form, "photo_id")) toast("照片随重量一起保存，请至少登记一项", "bad");
    const button = $("button[type=submit]", form);
    button.disabled = true;
    try {
      await save(rows, false);
    } finally {
      button.disabled = false;
    }
  });

  form.addEventListener("input", ({ target }) => {
    const row = target.closest("[data-entry]");
    if (row) complain(row, "");
  });
});
