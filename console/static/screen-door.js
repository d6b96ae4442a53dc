// What is special to the display at a meeting room's door: whether the room is free, until when, and what comes next.
"use strict";
(() => {
  const SOON_MS = 15 * 60_000;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const from = (each) => Number(each.dataset.from) * 1000;
  const until = (each) => Number(each.dataset.until) * 1000;
  // What has lapsed keeps nobody out, though the display could not hear of it.
  const lapses = (each) => (each.dataset.lapses ? Number(each.dataset.lapses) * 1000 : Infinity);
  const isNow = (each, at) => from(each) <= at && at < until(each);
  const text = (selector, within) => $(selector, within)?.textContent || "";

  function tell({ at, here, content, local, daysFrom, put }) {
    const state = $(".state", content);
    if (!state) return; // Taken down.
    const meetings = $$(".meeting", content).filter((each) => lapses(each) > at);
    const closed = $$(".closure", content).find((each) => isNow(each, at));
    const running = meetings.find((each) => isNow(each, at));
    const next = meetings.find((each) => from(each) > at);
    const shown = closed ? whileClosed() : running ? whileBusy(running) : whileFree(next);
    shown.next = running && next ? `接下来 ${whenOf(next)} ${text(".name", next)}` : "";
    for (const part of ["word", "subject", "detail", "hint", "next"]) put($(`.${part}`, state), shown[part] || "");
    document.documentElement.dataset.state = shown.kind;
    list();

    function whenOf(meeting) {
      const begins = local(from(meeting));
      const ahead = daysFrom(begins.day, here.day);
      return `${{ 0: "", 1: "明天 " }[ahead] ?? `${begins.month}月${begins.date}日 `}${begins.time}`;
    }

    function whileClosed() {
      return { kind: "closed", word: "停用", subject: "本会议室暂停使用", detail: closed.textContent };
    }

    function whileBusy(meeting) {
      const left = Math.ceil((until(meeting) - at) / 60_000);
      const isAwaited = meeting.dataset.state === "booked" && lapses(meeting) < Infinity;
      return {
        kind: isAwaited ? "soon" : "busy",
        word: isAwaited ? "待签到" : "使用中",
        subject: text(".name", meeting),
        detail: [text(".time", meeting), text(".whose", meeting)].filter(Boolean).join("　"),
        hint: isAwaited ? `请在 ${local(lapses(meeting)).time} 前扫码签到，逾时释放` : left <= 30 ? `还有 ${left} 分钟结束` : "",
      };
    }

    function whileFree(meeting) {
      const isToday = meeting && local(from(meeting)).day === here.day;
      if (meeting && from(meeting) - at <= SOON_MS) {
        return {
          kind: "soon",
          word: "即将开始",
          subject: text(".name", meeting),
          detail: [text(".time", meeting), text(".whose", meeting)].filter(Boolean).join("　"),
          hint: `还有 ${Math.ceil((from(meeting) - at) / 60_000)} 分钟`,
        };
      }
      return {
        kind: "free",
        word: "空闲",
        subject: isToday ? `至 ${local(from(meeting)).time}` : "今日没有后续会议",
        detail: meeting ? `下一场 ${whenOf(meeting)}　${text(".name", meeting)}` : "",
      };
    }

    // Today's meetings; of more than fit, those that are over give way.
    function list() {
      const all = $$(".meeting", content);
      const today = all.filter((each) => lapses(each) > at && local(from(each)).day <= here.day && local(until(each) - 1).day >= here.day);
      for (const each of all) {
        each.hidden = !today.includes(each);
        each.classList.toggle("is-past", until(each) <= at);
        each.classList.toggle("is-now", isNow(each, at));
      }
      $(".none", content).hidden = today.length > 0;
      const ordered = $("ol", content);
      for (const each of today) {
        if (ordered.scrollHeight <= ordered.clientHeight || until(each) > at) break;
        each.hidden = true;
      }
    }
  }

  document.addEventListener("screen:tick", (event) => tell(event.detail));
})();
