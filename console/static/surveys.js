// The editor of a survey: rows of questions and options that are added, moved and numbered anew.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const NUMBERED = ["name", "id", "for", "data-field", "aria-describedby"];

  const rename = (element, pattern, to) => {
    for (const each of [element, ...$$("*", element)]) {
      for (const attribute of NUMBERED) {
        const said = each.getAttribute(attribute);
        if (said) each.setAttribute(attribute, said.replace(pattern, to));
      }
    }
  };

  // What a kind does not ask for is neither shown nor sent.
  function fit(question) {
    const kind = $("select", question).value;
    for (const part of $$("[data-kinds]", question)) {
      const is = part.dataset.kinds.split(" ").includes(kind);
      part.hidden = !is;
      for (const each of $$("input", part)) each.disabled = !is;
    }
    $("[data-options-title]", question).textContent = kind === "matrix" ? "评分项" : "选项";
  }

  // The order on the page is the order that is sent.
  function number() {
    const questions = $$("[data-question]");
    questions.forEach((question, index) => {
      rename(question, /questions([.-])(\d+|__q__)/, `questions$1${index}`);
      $("[data-number]", question).textContent = index + 1;
      $$("[data-option]", question).forEach((option, place) => {
        rename(option, /options([.-])(\d+|__o__)/, `options$1${place}`);
        $("input", option).setAttribute("aria-label", `第 ${index + 1} 题选项 ${place + 1}`);
      });
      $('[data-move="up"]', question).disabled = index === 0;
      $('[data-move="down"]', question).disabled = index === questions.length - 1;
      fit(question);
    });
  }

  function move(button) {
    const question = button.closest("[data-question]");
    const other = button.dataset.move === "up" ? question.previousElementSibling : question.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(question);
    else other.after(question);
    number();
    (button.disabled ? $("select", question) : button).focus();
  }

  function addOption(button) {
    const holder = $("[data-options]", button.closest("[data-question]"));
    holder.append($("#option-row").content.cloneNode(true));
    number();
    $$("input", holder).at(-1).focus();
  }

  // Of the audience only what is chosen is shown; what is not shown is not ticked.
  function address() {
    const kind = $('[name="audience"]').value;
    for (const part of $$("[data-audience]")) {
      part.hidden = part.dataset.audience !== kind;
      if (part.hidden) for (const each of $$("input", part)) each.checked = false;
    }
  }

  document.addEventListener("click", ({ target }) => {
    const moving = target.closest("[data-move]");
    if (moving) move(moving);
    const adding = target.closest("[data-add-option]");
    if (adding) addOption(adding);
    // manage.js adds and removes the rows, at this same click.
    if (target.closest("[data-add-row], [data-remove-row]")) setTimeout(number);
  });

  document.addEventListener("change", ({ target }) => {
    if (target.matches('[name="audience"]')) address();
    const question = target.closest("[data-question]");
    if (question && target.matches("select")) fit(question);
  });

  document.addEventListener("DOMContentLoaded", () => {
    number();
    address();
  });
})();
