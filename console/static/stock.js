// The pages of the store: all that is short of an issue.
"use strict";
(() => {
  const kilograms = (grams) => (grams / 1000).toFixed(3).replace(/\.?0+$/, "");

  document.addEventListener("submit", ({ target: form }) => {
    const list = form.querySelector("[data-short]");
    if (list) list.hidden = true;
  });

  document.addEventListener("houqin:refused", ({ target: form, detail: refusal }) => {
    const list = form.querySelector("[data-short]");
    const short = refusal.data?.short || [];
    if (!list || short.length < 2) return;
    list.replaceChildren(
      ...short.map((each) => {
        const item = document.createElement("li");
        item.textContent = `${each.ingredient}：需要 ${kilograms(each.wanted_g)} 千克，可用 ${kilograms(each.free_g)} 千克`;
        return item;
      }),
    );
    list.hidden = false;
  });
})();
