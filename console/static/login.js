// The steps of the login: each answer names the stage that follows.
"use strict";
(() => {
  const go = (form) => {
    const next = form.dataset.next || "/console/";
    return (stage) => location.assign(stage === "complete" ? next : `/console/login?next=${encodeURIComponent(next)}`);
  };

  document.addEventListener("houqin:done", (event) => {
    const form = event.target;
    if (!form.matches("form[data-login]")) return;
    event.preventDefault();
    const { stage, recovery_codes: codes } = event.detail;
    if (!codes) {
      go(form)(stage);
      return;
    }
    const dialog = document.getElementById("codes");
    document.getElementById("codes-list").textContent = codes.join("\n");
    document.getElementById("codes-kept").addEventListener("click", () => go(form)(stage), { once: true });
    dialog.addEventListener("cancel", (cancel) => cancel.preventDefault());
    dialog.showModal();
  });

  // A step that another window has taken meanwhile, or a login that has run out: show what it lacks now.
  document.addEventListener("houqin:refused", (event) => {
    const { status, code } = event.detail;
    if ((status === 401 && code === "app.unauthenticated") || code === "identity.login_stage_mismatch") {
      event.preventDefault();
      location.reload();
    }
  });

  document.addEventListener("click", (event) => {
    const account = event.target.closest("[data-fill]");
    if (account) {
      document.querySelector("[name=staff_no]").value = account.dataset.fill;
      document.querySelector("[name=password]").value = account.dataset.password;
      document.querySelector("button[type=submit]").focus();
    }
    const code = event.target.closest("[data-fill-code]");
    if (code) {
      document.querySelector("[name=code]").value = code.dataset.fillCode;
      document.querySelector("button[type=submit]").focus();
    }
  });
})();
