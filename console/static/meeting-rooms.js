// The pages of the meeting rooms' keepers: the editor's rows, whom a room is for, meetings in a closure's way.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // ---- Values with a key that goes with them: what is blank is not sent at all --------------------------

  function pair(row) {
    const inputs = $$("[data-pair-value]", row);
    const isFilled = inputs.some((each) => each.value.trim() !== "");
    for (const key of $$("[data-pair-key]", row)) key.disabled = !isFilled;
    for (const each of inputs) each.required = isFilled;
  }

  // Tuesday to Friday as Monday.
  function copyHours(form) {
    const monday = $$('[data-weekday="1"]', form);
    for (const weekday of [2, 3, 4, 5]) {
      $$(`[data-weekday="${weekday}"]`, form).forEach((row, place) => {
        const wanted = $$("[data-pair-value]", monday[place]);
        $$("[data-pair-value]", row).forEach((input, number) => (input.value = wanted[number].value));
        pair(row);
      });
    }
  }

  // ---- Whom a room is for -------------------------------------------------------------------------------

  function add(adder, kind, id, name) {
    const template = $(adder.dataset.adder);
    const list = $(template.dataset.into);
    if (template.dataset.claims === "once" && $(`[data-claim="${kind}:${id}"]`, list)) {
      houqin.toast(`${name}已在列表中`, "bad");
      return;
    }
    const number = Number(template.dataset.next);
    template.dataset.next = number + 1;
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__i__", number).replaceAll("__kind__", kind).replaceAll("__id__", id);
    $("[data-claim-name]", holder.content).textContent = name;
    $("[data-remove-row]", holder.content).setAttribute("aria-label", `移除${name}`);
    list.append(holder.content);
  }

  async function search(adder) {
    const words = $("[data-adder-words]", adder).value.trim();
    const found = $("[data-adder-found]", adder);
    const say = (text) => {
      const item = document.createElement("li");
      item.className = "muted";
      item.textContent = text;
      found.replaceChildren(item);
    };
    if (words.length < 2) return say("请输入至少两个字的姓名，或工号");
    try {
      const { list: people } = await houqin.send("GET", `/api/v1/colleagues?q=${encodeURIComponent(words)}`);
      if (!people.length) return say("没有找到");
      found.replaceChildren(
        ...people.map((each) => {
          const item = document.createElement("li");
          const button = document.createElement("button");
          button.type = "button";
          button.className = "btn btn-sm";
          button.textContent = `${each.name}（${each.department}）`;
          button.addEventListener("click", () => {
            add(adder, "staff", each.staff_id, each.name);
            found.replaceChildren();
            $("[data-adder-words]", adder).value = "";
            $("[data-adder-words]", adder).focus();
          });
          item.append(button);
          return item;
        }),
      );
    } catch (refusal) {
      if (!(refusal instanceof houqin.Refusal)) throw refusal;
      say(refusal.message);
    }
  }

  function addDepartment(adder) {
    const select = $("[data-adder-department]", adder);
    if (!select.value) return select.focus();
    add(adder, "department", select.value, select.selectedOptions[0].text);
    select.value = "";
  }

  // ---- A closure, and the meetings in its way -----------------------------------------------------------

  // Nobody is excepted from a room that is out of use.
  function keptFor(form) {
    const holder = $("[data-kept-for]", form);
    holder.hidden = form.elements.kind.value !== "blocked";
    for (const each of $$("[data-claim-kind], [data-claim-id]", holder)) each.disabled = holder.hidden;
  }

  function forget(form) {
    const holder = $("[data-conflicts]", form);
    holder.hidden = true;
    form.elements.displace.disabled = true;
    form.elements.displace.checked = false;
  }

  function conflicts(form, { message, data }) {
    const holder = $("[data-conflicts]", form);
    $("[data-conflicts-text]", holder).textContent = message;
    $("[data-conflicts-list]", holder).replaceChildren(
      ...data.meetings.map((each) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = `/console/meetings/bookings/${each.booking_id}`;
        link.target = "_blank";
        link.rel = "noopener";
        link.textContent = each.subject;
        const times = `${each.start.slice(5, 16).replace("T", " ")}–${each.end.slice(11, 16)}`;
        item.append(`${times} `, link, each.organiser ? `，${each.organiser}` : "");
        return item;
      }),
    );
    holder.hidden = false;
    form.elements.displace.disabled = false;
    form.elements.displace.focus();
  }

  // ---- Everything is declared in the templates ----------------------------------------------------------

  const CLICKS = [
    ["[data-copy-hours]", (each) => copyHours(each.form)],
    ["[data-adder-search]", (each) => search(each.closest("[data-adder]"))],
    ["[data-adder-add]", (each) => addDepartment(each.closest("[data-adder]"))],
    ["[data-adder-everybody]", (each) => add(each.closest("[data-adder]"), "everybody", 0, "全体人员")],
  ];

  document.addEventListener("click", ({ target }) => {
    for (const [selector, act] of CLICKS) {
      const element = target.closest(selector);
      if (element) return act(element);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-adder-words]")) return;
    event.preventDefault();
    search(event.target.closest("[data-adder]"));
  });

  document.addEventListener("input", ({ target }) => {
    const row = target.closest("[data-pair]");
    if (row) pair(row);
    const closure = target.closest("form[data-closure]");
    if (closure && ["start", "end", "kind"].includes(target.name)) forget(closure);
  });

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-approval]")) {
      const level = $("[data-approval-level]", target.form);
      level.hidden = !target.value.endsWith("_level");
      if (level.hidden) target.form.elements.approval_level.value = "";
    }
    if (target.matches("form[data-closure] [name=kind]")) keptFor(target.form);
    if (target.matches("[data-period]")) {
      $("[data-week]", target.form).hidden = target.value !== "week";
    }
  });

  document.addEventListener("houqin:refused", (event) => {
    if (!event.target.matches("form[data-closure]") || event.detail.code !== "meeting.room_booked") return;
    event.preventDefault();
    conflicts(event.target, event.detail);
  });

  // What is answered of a new room is more than the room.
  document.addEventListener("houqin:done", ({ target: form, detail: done }) => {
    if (form.matches("[data-room-form]")) form.dataset.go = `/console/meetings/rooms/${done.room.id}`;
  });
})();
