// The week's menus: the dishes of a meal with the picker from the library, and what a copy did.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // ---- The dishes of a meal -----------------------------------------------------------------------------

  function linesOf(form) {
    return $$("#lines > .line", form);
  }

  // The server reads the rows as a list: their numbers are their order.
  function renumber(form) {
    const lines = linesOf(form);
    lines.forEach((line, place) => {
      for (const input of $$("[data-name]", line)) input.name = `dishes.${place}.${input.dataset.name}`;
      $("[data-field]", line).dataset.field = `dishes.${place}.cap`;
      $("[data-up]", line).disabled = place === 0;
      $("[data-down]", line).disabled = place === lines.length - 1;
    });
    $("[data-count]", form).textContent = lines.length;
    $("[data-none]", form).hidden = lines.length > 0;
  }

  function say(form, text) {
    $("[data-said]", form).textContent = text;
  }

  function nameOf(line) {
    return $(".line-name b", line).textContent;
  }

  function move(line, step) {
    const form = line.closest("form");
    const other = step < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    const focused = document.activeElement;
    if (step < 0) other.before(line);
    else other.after(line);
    renumber(form);
    // Moved to an end, its button is out of use there: the other one takes the focus.
    const target = focused?.disabled ? $(step < 0 ? "[data-down]" : "[data-up]", line) : focused;
    target?.focus();
    line.scrollIntoView({ block: "nearest" });
    say(form, `${nameOf(line)}，现为第 ${linesOf(form).indexOf(line) + 1} 道`);
  }

  function remove(line) {
    const form = line.closest("form");
    const next = line.nextElementSibling || line.previousElementSibling;
    const name = nameOf(line);
    line.remove();
    renumber(form);
    (next ? $("[data-remove-line]", next) : $("#picker", form)).focus();
    say(form, `已移除${name}`);
  }

  function add(form, dish, about) {
    const holder = document.createElement("template");
    holder.innerHTML = $("#line-template", form).innerHTML;
    const line = holder.content.firstElementChild;
    line.dataset.dish = dish.id;
    $('[data-name="dish_id"]', line).value = dish.id;
    $(".line-name b", line).textContent = dish.name;
    $(".line-name small", line).textContent = about;
    $('[data-name="cap"]', line).setAttribute("aria-label", `${dish.name}供应份数`);
    $("[data-up]", line).setAttribute("aria-label", `${dish.name}上移`);
    $("[data-down]", line).setAttribute("aria-label", `${dish.name}下移`);
    $("[data-remove-line]", line).setAttribute("aria-label", `移除${dish.name}`);
    $("#lines", form).append(line);
    renumber(form);
    line.scrollIntoView({ block: "nearest" });
    say(form, `已添加${dish.name}`);
  }

  // ---- The picker ---------------------------------------------------------------------------------------

  let asked = 0;
  let timer;
  let found = [];

  function listOf(input) {
    return document.getElementById(input.getAttribute("aria-controls"));
  }

  function close(input) {
    asked += 1; // What is still on its way comes too late.
    clearTimeout(timer);
    listOf(input).hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function about(picker, dish) {
    const names = JSON.parse(picker.dataset.categories);
    const price = dish.price_fen === null ? "未定价" : `${(dish.price_fen / 100).toFixed(2)} 元`;
    const lacks = dish.allergens === null ? " · 未申报过敏原" : "";
    return `${names[dish.category] || ""} · ${price}${lacks}`;
  }

  async function search(input) {
    const picker = input.closest("[data-picker]");
    const turn = (asked += 1);
    const words = input.value.trim();
    let answer;
    try {
      answer = await houqin.send("GET", `${picker.dataset.picker}${words ? `&q=${encodeURIComponent(words)}` : ""}`);
    } catch (refusal) {
      if (turn === asked) houqin.toast(refusal.message, "bad");
      return;
    }
    if (turn !== asked || document.activeElement !== input) return;
    const there = new Set(linesOf(input.form).map((line) => line.dataset.dish));
    found = answer.list;
    const list = listOf(input);
    list.replaceChildren(
      ...found.map((dish, place) => {
        const option = document.createElement("li");
        option.id = `picker-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        if (there.has(String(dish.id))) option.setAttribute("aria-disabled", "true");
        const name = document.createElement("b");
        name.textContent = dish.name;
        const note = document.createElement("small");
        note.textContent = there.has(String(dish.id)) ? "已在菜单中" : about(picker, dish);
        option.append(name, note);
        return option;
      }),
    );
    if (!found.length) {
      const none = document.createElement("li");
      none.className = "picker-none";
      none.textContent = "没有找到在用的菜品";
      list.append(none);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
    if (words) step(input, 1);
  }

  function active(input) {
    const id = input.getAttribute("aria-activedescendant");
    return id ? document.getElementById(id) : null;
  }

  function step(input, by) {
    const options = $$('[role="option"]:not([aria-disabled])', listOf(input));
    if (!options.length) return;
    const now = options.indexOf(active(input));
    const next = options[(now < 0 ? (by > 0 ? 0 : options.length - 1) : now + by + options.length) % options.length];
    options.forEach((each) => each.setAttribute("aria-selected", String(each === next)));
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  function pick(input, option) {
    if (!option || option.hasAttribute("aria-disabled")) return;
    const dish = found[Number(option.id.replace("picker-", ""))];
    add(input.form, dish, about(input.closest("[data-picker]"), dish));
    input.value = "";
    close(input);
    input.focus();
  }

  const KEYS = {
    ArrowDown: (input) => (listOf(input).hidden ? search(input) : step(input, 1)),
    ArrowUp: (input) => step(input, -1),
    Enter: (input) => pick(input, active(input)),
  };

  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "picker" || event.isComposing) return;
    const act = KEYS[event.key];
    if (act) {
      event.preventDefault();
      act(event.target);
    } else if (event.key === "Escape" && !listOf(event.target).hidden) {
      event.preventDefault(); // Closes the list alone, and not the dialog around it.
      close(event.target);
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.id !== "picker") return;
    clearTimeout(timer);
    timer = setTimeout(() => search(event.target), 200);
  });

  document.addEventListener("focusout", (event) => {
    if (event.target.id === "picker") close(event.target);
  });

  // Before the field loses the focus to what is pressed.
  document.addEventListener("mousedown", (event) => {
    const list = event.target.closest(".picker-list");
    if (!list) return;
    event.preventDefault();
    pick($("#picker"), event.target.closest('[role="option"]'));
  });

  document.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (event.target.id === "picker" && listOf(event.target).hidden) search(event.target);
    else if (event.target.closest("[data-up]")) move(line, -1);
    else if (event.target.closest("[data-down]")) move(line, 1);
    else if (event.target.closest("[data-remove-line]")) remove(line);
  });

  document.addEventListener("htmx:load", (event) => {
    const form = event.target.closest?.("[data-meal]") || $("[data-meal]", event.target);
    if (form) renumber(form);
  });

  // Somebody else's change shows in the week behind the dialog.
  document.addEventListener("houqin:refused", (event) => {
    if (event.detail.code === "canteen.meal_changed") houqin.refresh("#week");
  });

  // ---- What a copy did ----------------------------------------------------------------------------------

  document.addEventListener("houqin:done", (event) => {
    const form = event.target;
    if (!form.matches("[data-copy-week]")) return;
    event.preventDefault();
    const { created, skipped, left_out, is_provisional } = event.detail;
    const result = $("[data-copy-result]", form.parentElement);
    const made = created.length;
    $("[data-copy-made]", result).textContent = made ? `已生成 ${made} 餐草稿，核对后即可发布。` : "没有生成任何草稿。";
    $("[data-copy-made]", result).classList.toggle("notice-green", made > 0);
    for (const [name, rows] of Object.entries({ skipped, left_out })) {
      const part = $(`[data-copy-list="${name}"]`, result);
      part.hidden = !rows.length;
      $("ul", part).replaceChildren(
        ...rows.map((each) => {
          const item = document.createElement("li");
          item.textContent = each.msg;
          return item;
        }),
      );
    }
    $("[data-copy-provisional]", result).hidden = !is_provisional;
    form.hidden = true;
    result.hidden = false;
    result.focus();
    houqin.refresh("#week");
  });
})();
