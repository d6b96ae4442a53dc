// The pages of meetings: people found and chosen, services ticked, series as RFC 5545 rules, and the preview of
// what a booking would come to.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  function made(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  // ---- People -------------------------------------------------------------------------------------------

  let number = 0;

  function say(field, text) {
    $(".field-error", field).textContent = text;
  }

  async function find(field) {
    const words = $("[data-people-words]", field).value.trim();
    const list = $("[data-people-found]", field);
    list.replaceChildren();
    say(field, "");
    if (words.length < 2) return say(field, "请输入至少两个字的姓名，或完整的工号");
    let people;
    try {
      people = await houqin.send("GET", `/api/v1/colleagues?q=${encodeURIComponent(words)}`);
    } catch (refusal) {
      return say(field, refusal.message);
    }
    const found = people.list || people;
    if (!found.length) return say(field, "没有找到");
    for (const person of found) {
      const button = made("button", "btn btn-sm", `${person.name} ${person.department}`);
      button.type = "button";
      button.addEventListener("click", () => choose(field, person));
      const item = made("li");
      item.append(button);
      list.append(item);
    }
    $("button", list).focus();
  }

  function choose(field, person) {
    const isMany = "many" in field.dataset;
    const chosen = $("[data-people-chosen]", field);
    if ($$("input", chosen).some((each) => each.value === String(person.staff_id))) return say(field, "已经选过了");
    if (!isMany) chosen.replaceChildren();
    const item = made("li", "", `${person.name} `);
    item.dataset.row = "";
    item.append(made("small", "muted", person.department));
    const input = made("input");
    input.type = "hidden";
    input.name = isMany ? `${field.dataset.people}.${number++}.staff_id` : field.dataset.people;
    input.value = person.staff_id;
    input.dataset.type = "int";
    const remove = made("button", "btn btn-sm btn-ghost-secondary", "移除");
    remove.type = "button";
    remove.dataset.removeRow = "";
    remove.setAttribute("aria-label", `移除 ${person.name}`);
    item.append(input, remove);
    chosen.append(item);
    field.dataset.changed = "";
    $("[data-people-found]", field).replaceChildren();
    say(field, "");
    const words = $("[data-people-words]", field);
    words.value = "";
    words.focus();
  }

  // ---- Changes ------------------------------------------------------------------------------------------

  function isChanged(control) {
    if (control.type === "checkbox") return control.checked !== control.defaultChecked;
    if (control.matches("select")) {
      const first = [...control.options].find((each) => each.defaultSelected) || control.options[0];
      return control.value !== first.value;
    }
    return control.value !== control.defaultValue;
  }

  // Of a change only what is otherwise is sent: it is told to everybody, and other meetings of a series keep
  // what they have of their own. manage.js reads the form at once; afterwards it is whole again.
  function spare(form) {
    const unchanged = [...form.elements].filter(
      (each) => each.name && !each.disabled && !["hidden", "radio"].includes(each.type) && !isChanged(each),
    );
    const lists = $$("[data-people][data-many]", form).filter((each) => !("changed" in each.dataset));
    unchanged.push(...lists.flatMap((each) => $$("input[type=hidden]", each)));
    for (const each of unchanged) each.disabled = true;
    for (const each of lists) delete each.dataset.rows;
    setTimeout(() => {
      for (const each of unchanged) each.disabled = false;
      for (const each of lists) each.dataset.rows = each.dataset.people;
    });
  }

  // ---- Series -------------------------------------------------------------------------------------------

  const CODES = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

  function ruleOf(repeat, start, days) {
    const day = new Date(`${start.slice(0, 10)}T00:00:00Z`);
    const code = CODES[day.getUTCDay()];
    const ordinal = Math.ceil(day.getUTCDate() / 7);
    const byDay = [...CODES.slice(1), CODES[0]].filter((each) => each === code || days.includes(each)).join(",");
    return {
      workdays: "FREQ=DAILY",
      weekly: `FREQ=WEEKLY;BYDAY=${byDay}`,
      fortnightly: `FREQ=WEEKLY;INTERVAL=2;BYDAY=${byDay}`,
      monthly: `FREQ=MONTHLY;BYMONTHDAY=${day.getUTCDate()}`,
      ordinal: `FREQ=MONTHLY;BYDAY=${ordinal === 5 ? -1 : ordinal}${code}`,
    }[repeat];
  }

  function repeat(form) {
    const how = $("[data-repeat]", form).value;
    const isWeekly = how === "weekly" || how === "fortnightly";
    for (const field of $$("[data-when-repeated]", form)) {
      field.hidden = !how;
      for (const control of $$("input, select", field)) {
        control.disabled = !how;
        if (control.type === "date") control.required = Boolean(how);
      }
    }
    $("[data-when-weekly]", form).hidden = !isWeekly;
    const start = $('[name="start"]', form).value;
    const own = start ? CODES[new Date(`${start.slice(0, 10)}T00:00:00Z`).getUTCDay()] : "";
    for (const box of $$("[data-weekday]", form)) {
      // The day on which it begins is always one of them.
      if (box.disabled || box.value === own) box.checked = box.value === own;
      box.disabled = box.value === own;
    }
    const days = $$("[data-weekday]:checked", form).map((each) => each.value);
    $('[name="recurrence"]', form).value = how && start ? ruleOf(how, start, days) : "";
  }

  // Every working day: the rule is of every day, and days off are skipped.
  function follow(form) {
    if ($("[data-repeat]", form).value === "workdays") $('[name="holiday_rule"]', form).value = "skip";
  }

  // The end follows the beginning, so that a meeting stays as long as it was.
  function move(input) {
    const end = $('[name="end"]', input.form);
    const before = Date.parse(`${input.dataset.was}Z`);
    const by = Date.parse(`${input.value}Z`) - before;
    if (Number.isFinite(by) && end.value) end.value = new Date(Date.parse(`${end.value}Z`) + by).toISOString().slice(0, 16);
    if (input.value) input.dataset.was = input.value;
  }

  // ---- Dates --------------------------------------------------------------------------------------------

  const TONES = { booked: "blue", pending: "yellow", conflict: "red", skipped: "gray" };
  const NAMES = { booked: "可以订上", pending: "须审批", conflict: "订不上", skipped: "跳过" };
  const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short" });
  const TIME = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  function dates(occurrences) {
    const list = made("ul", "plain preview-dates");
    for (const each of occurrences) {
      const [start, end] = [new Date(each.start), new Date(each.end)];
      const item = made("li", "", `${DAY.format(start)} ${TIME.format(start)}–${TIME.format(end)} `);
      item.append(made("span", `tag tag-${TONES[each.state] || "gray"}`, NAMES[each.state] || each.state_name || ""));
      if (each.reason) item.append(made("small", "muted", each.reason));
      list.append(item);
    }
    return list;
  }

  function told(preview) {
    const count = preview.occurrences.length;
    const lost = preview.conflicts;
    if (!preview.is_accepted) return ["red", count > 1 ? `${count} 场中有 ${lost} 场订不上，不能这样预订` : "这个时间订不上"];
    if (preview.occurrences.some((each) => each.state === "pending")) return ["yellow", "可以提交，须审批"];
    return lost ? ["yellow", `可以提交，其中 ${lost} 场订不上`] : ["green", "可以订上"];
  }

  async function preview(button) {
    const form = button.form;
    const into = $("[data-preview-into]", form);
    repeat(form);
    const body = houqin.values(form);
    delete body.services;
    delete body.override;
    // What is not said yet does not keep a room from being looked at.
    body.subject ||= "预览";
    button.disabled = true;
    try {
      const found = await houqin.send("POST", "/api/v1/meeting/bookings/preview", body, houqin.newKey());
      const [tone, text] = told(found);
      into.replaceChildren(made("p", `preview-told tag tag-${tone}`, text), dates(found.occurrences));
      for (const clash of found.attendee_clashes) into.append(made("p", "bad", `${clash.name} ${DAY.format(new Date(clash.start))} ${TIME.format(new Date(clash.start))} 另有会议`));
    } catch (refusal) {
      const fields = Object.values(refusal.data?.fields || {}).flat();
      into.replaceChildren(made("p", "bad", [refusal.message, ...fields.filter((each) => typeof each === "string")].join("：")));
      if (refusal.data?.occurrences) into.append(dates(refusal.data.occurrences));
    } finally {
      button.disabled = false;
      button.focus();
    }
  }

  // A refusal that tells date by date: the dates stand below its sentence.
  function refused(event) {
    const { occurrences } = event.detail.data || {};
    const general = $(".form-error", event.target);
    $$(".preview-dates", event.target).forEach((each) => each.closest("[data-preview-into]") || each.remove());
    if (Array.isArray(occurrences) && occurrences.length && general) general.after(dates(occurrences));
  }

  // ---- Events -------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const search = event.target.closest("[data-people-search]");
    if (search) find(search.closest("[data-people]"));
    const look = event.target.closest("[data-preview]");
    if (look) preview(look);
  });

  document.addEventListener(
    "click",
    (event) => {
      // Before manage.js takes the row away.
      if (event.target.closest("[data-remove-row]")) event.target.closest("[data-people]")?.setAttribute("data-changed", "");
    },
    true,
  );

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-people-words]")) return;
    event.preventDefault();
    find(event.target.closest("[data-people]"));
  });

  document.addEventListener("change", (event) => {
    const { target } = event;
    if (target.matches("[data-service-tick]")) {
      for (const each of $$("input:not([data-service-tick])", target.closest("[data-service]"))) each.disabled = !target.checked;
    }
    const form = target.closest("[data-booking]") || (target.matches("[data-weekday]") ? $("[data-booking]") : null);
    if (!form) return;
    if (target.name === "start") move(target);
    if (target.matches("[data-repeat]")) {
      repeat(form);
      follow(form);
    } else repeat(form);
  });

  // Before manage.js reads the form: whoever must be chosen is.
  document.addEventListener(
    "submit",
    (event) => {
      const missing = $$("[data-people][data-required]", event.target).find((each) => !$("[data-people-chosen] input", each));
      if (!missing) {
        if (event.target.matches("[data-only-changed]")) spare(event.target);
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      say(missing, "请先查找并选择");
      $("[data-people-words]", missing).focus();
    },
    true,
  );

  document.addEventListener("houqin:refused", refused);
  const start = $('[data-booking] [name="start"]');
  if (start) start.dataset.was = start.value;
})();
