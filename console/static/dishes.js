// The three states of a dish's allergens: not declared (null), none (an empty list), or those that are ticked.
"use strict";
(() => {
  const holder = document.getElementById("allergens");
  const group = holder?.querySelector('[data-list="allergens"]');
  if (!group) return;
  const boxes = [...group.querySelectorAll("input")];

  function chosen() {
    return document.querySelector("[data-allergen-choice]:checked")?.value || "unknown";
  }

  // "Contains" without a tick would otherwise be sent as "contains none".
  function check() {
    const isBlank = chosen() === "some" && !boxes.some((each) => each.checked);
    boxes[0].setCustomValidity(isBlank ? "请至少勾选一种过敏原，或选择“已申报：不含”" : "");
  }

  function choose() {
    const choice = chosen();
    holder.hidden = choice !== "some";
    if (choice === "unknown") group.dataset.blank = "null";
    else delete group.dataset.blank;
    if (choice !== "some") boxes.forEach((each) => (each.checked = false));
    check();
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-allergen-choice]")) choose();
    else if (boxes.includes(event.target)) check();
  });
  choose();
})();
