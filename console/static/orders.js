// The dispatch board by keyboard, choosing several orders at once, and the form for reports by telephone.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // ---- The queue ----------------------------------------------------------------------------------------

  const ticked = new Set();
  let last = null; // The order that had the focus; the queue is drawn anew below it.

  const opens = () => $$("[data-board] .queue-open");
  const isBusy = (target) => target.closest("input:not([type=checkbox]), select, textarea, dialog[open]");

  function step(by) {
    const all = opens();
    const row = document.activeElement?.closest("[data-order]");
    const here = row ? all.findIndex((each) => row.contains(each)) : all.findIndex((each) => each.id === last);
    const next = all[here < 0 ? 0 : Math.min(Math.max(here + by, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  function tell() {
    const button = $("#batch-button");
    if (!button) return;
    for (const box of $$("[data-tick]")) box.checked = ticked.has(box.dataset.tick) && !box.disabled;
    $("#chosen").textContent = ticked.size ? `已选 ${ticked.size} 张` : "未选工单";
    button.disabled = !ticked.size;
  }

  // What is not shown any more has been given out, or is on another page: nobody gives out what they do not see.
  function settle() {
    if (!$("[data-board]")) return;
    const shown = new Set($$("[data-tick]:not(:disabled)").map((each) => each.dataset.tick));
    for (const id of ticked) if (!shown.has(id)) ticked.delete(id);
    tell();
    if (last && document.activeElement === document.body) document.getElementById(last)?.focus({ preventScroll: true });
  }

  const KEYS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const assigning = $("dialog#assign[open] [data-assigning]");
    if (assigning) {
      if (event.target.closest("input:not([type=radio]), select, textarea") || $("#ask[open]")) return;
      const chosen = $(`[data-digit="${CSS.escape(event.key)}"]`, assigning);
      if (!chosen || chosen.disabled) return;
      event.preventDefault();
      chosen.focus();
      chosen.click();
      return;
    }
    if (!$("[data-board]") || isBusy(event.target) || $("dialog[open]")) return;
    if (event.key in KEYS) {
      event.preventDefault();
      step(KEYS[event.key]);
    } else if (event.key === "x") {
      const box = $("[data-tick]:not(:disabled)", document.activeElement?.closest("[data-order]") || document.createElement("div"));
      box?.click();
    }
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-board] [data-order]");
    if (row) last = $(".queue-open", row).id;
  });

  // ---- Several at once ----------------------------------------------------------------------------------

  // A worker or a group, not both.
  function exclude(changed) {
    if (!changed.value) return;
    for (const other of $$("select", changed.closest("[data-one-of]"))) if (other !== changed) other.value = "";
  }

  function fill(form) {
    const holder = $("[data-chosen]", form);
    holder.replaceChildren(
      ...[...ticked].map((id, at) => {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name: `order_ids.${at}`, value: id });
        input.dataset.type = "int";
        return input;
      }),
    );
    $("h2", form.parentElement).textContent = `批量派单（${ticked.size} 张）`;
  }

  document.addEventListener("houqin:done", (event) => {
    if (!event.target.matches("[data-batch]")) return;
    const { list } = event.detail;
    const failed = list.filter((each) => !each.is_done);
    event.target.dataset.done = `已派出 ${list.length - failed.length} 张`;
    for (const each of failed) window.houqin.toast(`${each.number || "工单"} 未派出：${each.msg}`, "bad");
    for (const each of list) if (each.is_done) ticked.delete(String(each.order_id));
  });

  // ---- A report by telephone ----------------------------------------------------------------------------

  let waiting = 0;

  function take(address, target) {
    return htmx.ajax("GET", address, { target, select: target, swap: "outerHTML" });
  }

  function hint() {
    const form = $("#telephone");
    const said = new URLSearchParams();
    for (const name of ["category", "category_id", "place_kind", "place_id", "asset_plate"]) {
      const value = form.elements[name]?.value;
      if (value) said.set(name, value);
    }
    // Of what may lie nowhere, the category alone has something to say.
    if (said.has("place_id") || said.has("category_id")) take(`${$("#hints").dataset.hintsOf}?${said}`, "#hints");
  }

  function choose(box) {
    const form = $("#telephone");
    const [kind, id] = box.value.split(":");
    form.elements.place_kind.value = kind;
    form.elements.place_id.value = id;
    $("#place-chosen").textContent = box.dataset.place;
    hint();
  }

  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-places]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => take(`${target.dataset.places}?find=${encodeURIComponent(target.value)}`, "#places"), 250);
  });

  document.addEventListener("keydown", (event) => {
    // Enter looks for the place; it does not send the form.
    if (event.key === "Enter" && event.target.matches("[data-places]")) event.preventDefault();
  });

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-tick]")) {
      if (target.checked) ticked.add(target.dataset.tick);
      else ticked.delete(target.dataset.tick);
      tell();
    }
    if (target.matches("[data-one-of] select")) exclude(target);
    if (target.matches("[data-place]")) choose(target);
    if (target.matches("[data-hints]")) hint();
  });

  document.addEventListener("htmx:afterSettle", () => {
    const form = $("dialog#batch [data-batch]");
    if (form) fill(form);
    settle();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const named = location.hash.startsWith("#order-") && document.getElementById(location.hash.slice(1));
    if (named) named.focus();
  });
})();
