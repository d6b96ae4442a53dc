// Lists that people put in order with buttons: `data-order` around `data-order-item`s, which hold
// `data-order-up` and `data-order-down`. With a name in `data-order`, hidden inputs are numbered anew.
"use strict";
(() => {
  const items = (list) => [...list.querySelectorAll("[data-order-item]")];

  function settle(list) {
    const all = items(list);
    all.forEach((item, place) => {
      item.querySelector("[data-order-up]").disabled = place === 0;
      item.querySelector("[data-order-down]").disabled = place === all.length - 1;
      if (list.dataset.order) {
        for (const input of item.querySelectorAll("input[name]")) {
          input.name = input.name.replace(/^[^.]+\.\d+/, `${list.dataset.order}.${place}`);
        }
      }
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-order-up], [data-order-down]");
    if (!button) return;
    const item = button.closest("[data-order-item]");
    if (button.matches("[data-order-up]")) item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    settle(item.closest("[data-order]"));
    // At the end of its way a button is disabled and would lose the focus.
    const other = item.querySelector("[data-order-up]:enabled, [data-order-down]:enabled");
    (button.disabled ? other : button)?.focus();
  });

  document.addEventListener("htmx:load", (event) => {
    for (const list of event.target.querySelectorAll("[data-order]")) settle(list);
  });
})();
