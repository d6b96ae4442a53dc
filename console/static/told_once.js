// What is told only once: it stands in a dialog until that is closed, and nowhere afterwards.
"use strict";
(() => {
  document.addEventListener("houqin:done", (event) => {
    const dialog = event.target.dataset.toldOnce && document.querySelector(event.target.dataset.toldOnce);
    if (!dialog) return;
    event.preventDefault();
    event.target.closest("dialog")?.close();
    for (const each of dialog.querySelectorAll("[data-told]")) each.textContent = event.detail[each.dataset.told] || "—";
    for (const each of dialog.querySelectorAll("[data-told-copy]")) each.dataset.copy = event.detail[each.dataset.toldCopy];
    dialog.addEventListener("close", () => location.reload(), { once: true });
    dialog.showModal();
  });
})();
