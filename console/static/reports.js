// The board of reports keeps its place while it is drawn anew; other reports are found by number or words.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // ---- The board ----------------------------------------------------------------------------------------

  const places = new Map();
  let last = null; // What had the focus within the lanes, and what stands beside it.

  const isLost = () => !document.activeElement || document.activeElement === document.body;

  document.addEventListener("focusin", ({ target }) => {
    const card = target.closest?.("#lanes .card-of");
    if (!card) {
      if (!target.closest?.("dialog")) last = null;
      return;
    }
    const next = card.nextElementSibling || card.previousElementSibling;
    last = [target.id, next && $(".card-open", next).id, $(".card-open", card).id];
  });

  document.addEventListener("htmx:beforeSwap", () => {
    for (const part of $$("[data-keeps-scroll]")) places.set(part.id, [part.scrollLeft, part.scrollTop]);
  });

  // What was given out is gone from its column: the focus goes on to the card that took its place.
  function settle() {
    for (const part of $$("[data-keeps-scroll]")) [part.scrollLeft, part.scrollTop] = places.get(part.id) || [0, 0];
    if (!last || $("dialog[open]") || !isLost()) return;
    for (const id of last) {
      const found = id && document.getElementById(id);
      if (found) {
        found.focus({ preventScroll: true });
        return;
      }
    }
  }

  document.addEventListener("htmx:afterSettle", settle);

  // ---- Other reports ------------------------------------------------------------------------------------

  let waiting = 0;

  function find(input) {
    const said = new URLSearchParams({ find: input.value, many: String("many" in input.dataset) });
    return htmx.ajax("GET", `${input.dataset.find}?${said}`, { target: input.dataset.into, select: input.dataset.into, swap: "outerHTML" });
  }

  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-find]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => find(target), 250);
  });

  document.addEventListener("keydown", (event) => {
    // Enter looks for it; it does not send the form.
    if (event.key === "Enter" && event.target.matches("[data-find]")) event.preventDefault();
  });

  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-finds]");
    if (opener) find($(opener.dataset.finds));
  });

  // ---- What a visit says --------------------------------------------------------------------------------

  // Whom nobody reached said nothing.
  function reach(box) {
    const form = box.form;
    for (const part of $$("[data-if-reached]", form)) {
      part.hidden = !box.checked;
      for (const each of $$("input, select, textarea", part)) each.disabled = !box.checked;
    }
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-reached]")) reach(target);
  });
})();
