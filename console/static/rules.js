// Decisions about rules: whoever was overtaken by another decision may load the form anew.
"use strict";
(() => {
  document.addEventListener("houqin:refused", (event) => {
    const again = event.target.querySelector("[data-again]");
    if (again) again.hidden = event.detail.code !== "rules.changed_meanwhile";
  });
})();
