// What is special to the screen of a canteen: which meal it is time for, and a menu longer than the screen.
"use strict";
(() => {
  const TURN_MS = 12_000; // how long one part of a long menu stands
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  let turn = 0;

  function tell({ at, here, content, daysFrom, put }) {
    const meals = $$(".meal", content);
    const next = meals.find((meal) => Number(meal.dataset.until) * 1000 > at);
    for (const meal of meals) {
      meal.hidden = meal !== next;
      meal.classList.toggle("is-now", Number(meal.dataset.from) * 1000 <= at && Number(meal.dataset.until) * 1000 > at);
      put($(".relative", meal), { 0: "今日", 1: "明日" }[daysFrom(meal.dataset.on, here.day)] || "");
      const open = $("[data-closes]", meal);
      if (open) open.hidden = Number(open.dataset.closes) * 1000 <= at;
    }
    const none = $("#no-meal", content);
    if (none) none.hidden = Boolean(next);
    const past = $(".relative-past", content);
    if (past) put(past, past.dataset.on && daysFrom(here.day, past.dataset.on) === 1 ? "昨日" : "");
  }

  function part() {
    for (const meal of $$("#content .meal")) {
      const parts = $$(".dishes", meal);
      parts.forEach((each, place) => (each.hidden = place !== turn % parts.length));
    }
  }

  document.addEventListener("screen:tick", (event) => tell(event.detail));
  document.addEventListener("screen:shown", part);
  setInterval(() => {
    turn += 1;
    part();
  }, TURN_MS);
})();
