// Recovery codes are told once: show them before the page is loaded again.
"use strict";
document.addEventListener("houqin:done", (event) => {
  const form = event.target;
  if (!form.matches("form[data-codes]")) return;
  event.preventDefault();
  form.closest("dialog").close();
  const dialog = document.getElementById("codes");
  document.getElementById("codes-list").textContent = event.detail.recovery_codes.join("\n");
  dialog.addEventListener("close", () => location.reload(), { once: true });
  dialog.showModal();
});
