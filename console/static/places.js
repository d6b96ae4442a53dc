// The tree of places: branches that load what is below them as they unfold, arrow keys, and the choice of
// many places, of which a chosen branch stands for all below it, loaded or not.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const CHOSEN_MOST = 1000;

  // ---- Folding ------------------------------------------------------------------------------------------

  // The address says what is open: whatever is drawn anew, or loaded again, comes as it was.
  function remember() {
    const url = new URL(location.href);
    const open = $$('[data-fold][aria-expanded="true"]').map((each) => each.closest("[data-node]").dataset.node);
    url.searchParams.set("open", open.join(".") || "-");
    history.replaceState(history.state, "", url);
  }

  async function fold(button, open) {
    const below = document.getElementById(button.getAttribute("aria-controls"));
    if (open && !below.firstElementChild) {
      const text = new URLSearchParams(location.search).get("q");
      const query = text ? `?q=${encodeURIComponent(text)}` : "";
      await htmx.ajax("GET", button.dataset.fold + query, { target: below, swap: "innerHTML" });
      if (!below.firstElementChild) return;
    }
    button.setAttribute("aria-expanded", open);
    below.hidden = !open;
    remember();
  }

  const isOpen = (button) => button.getAttribute("aria-expanded") === "true";

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fold]");
    if (button) fold(button, !isOpen(button));
  });

  // Up and down from name to name, right unfolds, left folds or goes to what is above.
  document.addEventListener("keydown", (event) => {
    const here = event.target.closest?.("[data-fold], .leaf-name");
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const names = $$("#list [data-fold], #list .leaf-name").filter((each) => each.offsetParent !== null);
      names[names.indexOf(here) + step]?.focus();
    } else if (event.key === "ArrowRight" && here.matches("[data-fold]")) {
      if (!isOpen(here)) fold(here, true);
    } else if (event.key === "ArrowLeft") {
      if (here.matches("[data-fold]") && isOpen(here)) fold(here, false);
      else $("[data-fold]", here.closest("[data-node]").parentElement.closest("[data-node]") || document.createElement("i"))?.focus();
    } else return;
    event.preventDefault();
  });

  // What is added shows: its branch is opened before the list is drawn anew.
  document.addEventListener("houqin:done", (event) => {
    const node = event.target.dataset?.opens;
    const button = node && document.getElementById(`fold-${node}`);
    if (!button) return;
    button.setAttribute("aria-expanded", "true");
    remember();
  });

  // ---- Choosing -----------------------------------------------------------------------------------------

  let chosen = new Set();

  const boxOf = (node) => $(":scope > .place-row > [data-pick], :scope > [data-pick]", node);
  const above = (box) => {
    const node = box.closest("[data-node]").parentElement.closest("[data-node]");
    return node && boxOf(node);
  };

  function pick(box, checked) {
    for (const each of $$("[data-pick]", box.closest("[data-node]"))) each.checked = checked;
    if (!checked) for (let up = above(box); up; up = above(up)) up.checked = false;
  }

  function count() {
    const tops = $$("[data-pick]:checked").filter((box) => !above(box)?.checked);
    chosen = new Set(tops.map((box) => box.value));
    for (const box of $$("[data-pick]")) {
      box.indeterminate = !box.checked && $("[data-pick]:checked", box.closest("[data-node]")) !== null;
    }
    const sum = (what) => tops.reduce((total, box) => total + Number(box.dataset[what]), 0);
    const bar = $("#chosen");
    const [plates, bare] = [sum("plates"), sum("bare")];
    const most = Number($("#list").dataset.mostPlates);
    bar.hidden = !tops.length;
    if (!tops.length) return;
    const many = plates > most ? `，一次最多打印 ${most} 块，请分楼层打印` : "";
    $("[data-chosen-count]", bar).textContent = `已选 ${sum("places")} 处，${plates} 块标牌${bare ? `，${bare} 处无标牌` : ""}${many}`;
    const query = `?${tops.map((box) => `at=${box.value}`).join("&")}`;
    const print = $("[data-chosen-print]", bar);
    const may = plates > 0 && plates <= most && tops.length <= CHOSEN_MOST;
    print.classList.toggle("disabled", !may);
    if (may) print.href = print.dataset.chosenPrint + query;
    else print.removeAttribute("href");
    print.setAttribute("aria-disabled", !may);
    const issue = $("[data-chosen-issue]", bar);
    issue.hidden = !bare || tops.length > CHOSEN_MOST;
    issue.dataset.from = `/console/places/plates/issue${query}`;
    issue.lastChild.textContent = `发放 ${bare} 块标牌`;
  }

  function restore() {
    for (const value of chosen) {
      const box = $(`[data-pick][value="${value}"]`);
      if (box) pick(box, true);
    }
    count();
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick]")) {
      pick(event.target, event.target.checked);
      count();
    } else if (event.target.matches("[data-parent]")) {
      event.target.form.elements.parent_kind.value = event.target.selectedOptions[0].dataset.kind || "";
    }
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-chosen-none]")) return;
    for (const box of $$("[data-pick]")) box.checked = false;
    count();
    $("#list [data-fold]")?.focus();
  });

  // What was loaded below a chosen branch is chosen; what was drawn anew is chosen as before.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest("#list") || event.target.id === "list") restore();
  });

  // ---- What was looked for ------------------------------------------------------------------------------

  const seek = () => $("#list mark")?.scrollIntoView({ block: "center" });
  document.addEventListener("DOMContentLoaded", () => {
    if (new URLSearchParams(location.search).get("q")) seek();
  });
})();
