// Forms about satisfaction: one select offers every provider; the API takes service, kind and number.
"use strict";
(() => {
  const NAMES = ["service", "provider_kind", "provider_id"];

  function split(select) {
    const parts = select.value.split(" ");
    NAMES.forEach((name, place) => (select.form.elements[name].value = parts[place] ?? ""));
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-splits]")) split(target);
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const each of document.querySelectorAll("[data-splits]")) split(each);
  });
})();
