// The form of a meal period: a cutoff is said in one of two ways, and the fields of the other one are empty.
"use strict";
(() => {
  // What stood in the fields of the other way, should it be chosen again.
  const kept = new WeakMap();

  document.addEventListener("change", (event) => {
    const way = event.target.closest("[data-cutoff-way]");
    if (!way) return;
    const cutoff = way.closest("[data-cutoff]");
    const [byClock, byMinutes] = ["[data-cutoff-clock]", "[data-cutoff-minutes]"].map((part) => cutoff.querySelector(part));
    const isClock = way.value === "clock";
    byClock.hidden = !isClock;
    byMinutes.hidden = isClock;
    for (const [part, isShown] of [[byClock, isClock], [byMinutes, !isClock]]) {
      for (const field of part.querySelectorAll("input, select")) {
        if (isShown) field.value = kept.get(field) ?? field.value;
        else {
          kept.set(field, field.value);
          field.value = field.matches("select") ? "0" : "";
        }
        if (field.matches("input")) field.required = isShown;
      }
    }
    (isClock ? byClock : byMinutes).querySelector("input").focus();
  });
})();
