// A screen without a login, in a canteen or at a door: fetches what it shows, keeps the last of it through a lost
// network and a reload, and says by its own clock which day it is. What is special to a kind of screen stands in a
// script before this one, which listens for `screen:shown` (new content) and `screen:tick` (each second).
"use strict";
(() => {
  const EVERY_MS = 30_000;
  const PATIENCE_MS = 10_000;
  const DAY_MS = 86_400_000;
  const NIGHT = 3; // at this hour the page begins anew, once a day
  const MARK = "X-Houqin-Screen";
  const KEPT = `houqin.screen ${location.pathname}${location.search}`;
  const RENEWED = "houqin.screen.renewed";
  const $ = (selector, within = document) => within.querySelector(selector);

  const content = $("#content");
  const version = $('meta[name="version"]').content;
  const startedAt = Date.now();
  let etag = content.dataset.etag;
  let ahead = 0; // by how much the server's clock is ahead of ours
  let heardAt = Number(content.dataset.at); // when the server last answered, by its clock
  let isLost = false;

  const now = () => Date.now() + ahead;

  // ---- What is kept: nothing on a television without storage, which shows what it has until it is off ---------

  function keep(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // Full, or not allowed.
    }
  }

  function recall(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  // ---- Time ---------------------------------------------------------------------------------------------

  const PARTS = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  function local(at) {
    const part = Object.fromEntries(PARTS.formatToParts(at).map(({ type, value }) => [type, value]));
    return { day: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}`, month: Number(part.month), date: Number(part.day), hour: Number(part.hour) };
  }

  function daysFrom(day, other) {
    return Math.round((Date.parse(day) - Date.parse(other)) / DAY_MS);
  }

  function tell() {
    const at = now();
    const here = local(at);
    const weekday = "日一二三四五六"[new Date(`${here.day}T00:00:00Z`).getUTCDay()];
    put($("#clock"), here.time);
    put($("#date"), `${here.month}月${here.date}日 周${weekday}`);
    say("screen:tick", { at, here });
    const offline = $("#offline");
    offline.hidden = !isLost;
    if (isLost) {
      const since = heardAt ? local(heardAt) : null;
      put(offline, since ? `网络中断 · 内容更新于 ${since.day === here.day ? "" : `${since.month}月${since.date}日 `}${since.time}` : "网络中断");
    }
  }

  // What the script of this kind of screen needs, so that both agree on what is now.
  function say(name, detail) {
    document.dispatchEvent(new CustomEvent(name, { detail: { content, local, daysFrom, put, ...detail } }));
  }

  // Only what differs is written: a screen stands for months.
  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  // ---- The server ---------------------------------------------------------------------------------------

  function show(html) {
    content.innerHTML = html;
    say("screen:shown", {});
    tell();
  }

  async function ask() {
    const giveUp = new AbortController();
    const patience = setTimeout(() => giveUp.abort(), PATIENCE_MS);
    try {
      const response = await fetch(`${location.pathname}/content${location.search}`, { headers: etag ? { "If-None-Match": `"${etag}"` } : {}, signal: giveUp.signal, cache: "no-store" });
      const mark = response.headers.get(MARK);
      // A proxy or a portal on the way answers without our mark: that is no answer.
      if (!mark || (mark !== "refused" && response.status !== 200 && response.status !== 304)) throw new Error("no answer of ours");
      const html = response.status === 200 || mark === "refused" ? await response.text() : "";
      await take(response, mark, html);
      isLost = false;
    } catch {
      isLost = true;
    } finally {
      clearTimeout(patience);
      tell();
    }
  }

  async function take(response, mark, html) {
    const date = Date.parse(response.headers.get("Date"));
    // The header has whole seconds: only a clock that is wrong by more is put right.
    if (!Number.isNaN(date)) ahead = Math.abs(date - Date.now()) > 2000 ? date - Date.now() : 0;
    heardAt = now();
    if (mark === "refused") {
      keep(KEPT, null);
      etag = "";
      const said = $(".refused", new DOMParser().parseFromString(html, "text/html"));
      content.replaceChildren(said || "");
      return;
    }
    if (response.status === 200) {
      etag = (response.headers.get("ETag") || "").replace(/^W\/|"/g, "");
      show(html);
    }
    keep(KEPT, { html: content.innerHTML, etag, ahead, heardAt, version });
    if (mark !== version) renew();
    else if (Date.now() - startedAt > DAY_MS / 2 && local(now()).hour === NIGHT) location.reload();
  }

  // The page's own files have changed: load them, but never again and again.
  function renew() {
    if (Date.now() - recall(RENEWED) < 10 * 60_000) return;
    keep(RENEWED, Date.now());
    location.reload();
  }

  // ---- Begin --------------------------------------------------------------------------------------------

  const kept = recall(KEPT);
  // A page out of the worker's store is older than what was kept since.
  if (kept && kept.version === version && kept.heardAt > heardAt) {
    ({ etag, ahead, heardAt } = kept);
    show(kept.html);
  }
  tell();
  ask();
  setInterval(ask, EVERY_MS);
  setInterval(tell, 1000);
  addEventListener("online", ask);
  addEventListener("offline", () => {
    isLost = true;
    tell();
  });
  // Without HTTPS there are no workers: the page goes on, but cannot be opened anew without a network.
  navigator.serviceWorker?.register("/screen/worker.js", { scope: "/screen/" }).then(
    () => navigator.serviceWorker.ready.then(() => document.documentElement.toggleAttribute("data-kept", true)),
    () => {},
  );
})();
