// The pages about people: folding the tree, scopes of grants, numbers and passwords that are told once.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // A row is shown while nothing above it is folded.
  function fold(button) {
    button.setAttribute("aria-expanded", button.getAttribute("aria-expanded") !== "true");
    const folded = $$('[data-fold][aria-expanded="false"]').map((each) => `${each.dataset.fold}/`);
    for (const row of $$("[data-trail]")) row.hidden = folded.some((trail) => row.dataset.trail.startsWith(trail));
  }

  // One select offers every scope; the API takes its kind and its number.
  function choose(select) {
    const [kind, number] = select.value.split(":");
    $('[name="scope_kind"]', select.form).value = kind;
    $('[name="scope_id"]', select.form).value = number;
  }

  // What is kept secret is not in its field: blank leaves it, and a tick empties it.
  function empty(box) {
    const input = $(box.dataset.empties);
    input.readOnly = box.checked;
    if (box.checked) {
      input.value = "";
      input.dataset.blank = "null";
    } else delete input.dataset.blank;
  }

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-fold]");
    if (toggle) fold(toggle);
    const asked = event.target.closest("[data-unmask]");
    if (asked) {
      $('#unmask [name="field"]').value = asked.dataset.unmask;
      $("#unmask-what").textContent = asked.dataset.what;
      $("#f-reason").value = "";
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-scope]")) choose(event.target);
    if (event.target.matches("[data-empties]")) empty(event.target);
  });

  document.addEventListener("houqin:done", (event) => {
    if (event.target.matches("[data-tells-number]")) {
      event.preventDefault();
      const { field, value } = event.detail;
      $(`[data-told="${field}"]`).textContent = value;
      $(`[data-unmask="${field}"]`).hidden = true;
      $("#unmask").close();
      houqin.toast("已显示，查看记录已留存");
    }
    if (event.target.matches("[data-tells-password]")) {
      event.preventDefault();
      const dialog = $("#password");
      $("#password-text").textContent = event.detail.password;
      $("#password-copy").dataset.copy = event.detail.password;
      dialog.addEventListener("close", () => location.reload(), { once: true });
      dialog.showModal();
    }
  });
})();
