// The counter: scan, ask the server; without a network decide by the list taken along, and tell afterwards.
"use strict";
(() => {
  const station = document.getElementById("station");
  if (!station) return;
  const { canteen, date } = station.dataset;
  const words = JSON.parse(station.dataset.words);
  const WAIT_MS = 3000;
  // A code is good for minutes; clocks may differ by so much when nobody can be asked.
  const LENIENCE_MS = 120000;
  const AT_ONCE = 100;
  const CODE = /^HQ2\.(\d{1,15})\.(\d{1,9})\.(\d{1,12})\.([\w-]{11})\.[\w-]{22}$/;
  const $ = (id) => document.getElementById(id);

  // ---- What is kept on the tablet: one list for each meal, and what waits to be told --------------------

  const KEYS = { queue: `houqin.station.${canteen}.queue` };
  const listKey = (period) => `houqin.station.${canteen}.${date}.${period}`;
  const read = (key, otherwise) => JSON.parse(localStorage.getItem(key) || "null") ?? otherwise;
  const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));
  const chosen = () => document.querySelector("[name=period]:checked");
  const period = () => chosen().value;
  const list = () => read(listKey(period()), null);
  const queue = () => read(KEYS.queue, []);

  // Lists of other days hold names that nobody needs any more.
  function tidy() {
    for (const key of Object.keys(localStorage)) {
      const match = /^houqin\.station\.\d+\.(\d{4}-\d{2}-\d{2})\./.exec(key);
      if (match && match[1] !== date && !queue().some((each) => each.list === key)) localStorage.removeItem(key);
    }
  }

  // ---- Showing ------------------------------------------------------------------------------------------

  let sound = null;
  function beep(isGood) {
    try {
      sound ||= new AudioContext();
      const tone = sound.createOscillator();
      tone.frequency.value = isGood ? 1040 : 220;
      tone.connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + (isGood ? 0.12 : 0.45));
    } catch {
      // A tablet without sound shows all the same.
    }
  }

  function show(tone, verdict, order = null, note = "") {
    const result = $("result");
    result.className = `station-result is-${tone}`;
    result.querySelector(".station-verdict").textContent = verdict;
    result.querySelector(".station-name").textContent = order ? `${order.staff_name}　${words.dining[order.dining] || ""}` : note;
    const lines = result.querySelector(".station-lines");
    lines.replaceChildren(
      ...(order?.items || []).map((line) => {
        const item = document.createElement("li");
        item.textContent = `${line.name}${line.portion === "standard" ? "" : `（${words.portions[line.portion]}）`} × ${line.quantity}`;
        return item;
      }),
    );
    if (order?.note) {
      const item = document.createElement("li");
      item.textContent = `备注：${order.note}`;
      lines.append(item);
    }
    if (tone !== "idle" && tone !== "busy") beep(tone !== "bad");
  }

  const clockText = (instant) => new Date(instant).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });

  function entry(left, right) {
    const item = document.createElement("li");
    const [a, b] = [document.createElement("span"), document.createElement("span")];
    a.textContent = left;
    b.textContent = right;
    b.className = "muted";
    item.append(a, b);
    return item;
  }

  function noteRecent(order, isOffline) {
    const recent = $("recent");
    recent.prepend(entry(order.staff_name, `${clockText(Date.now())}${isOffline ? " 离线" : ""}`));
    while (recent.children.length > 30) recent.lastChild.remove();
  }

  let isOnline = true;
  let needsLogin = false;
  function paint() {
    const net = $("net");
    const waiting = queue().length;
    net.className = `station-net tag ${needsLogin ? "tag-red" : isOnline ? "tag-green" : "tag-yellow"}`;
    net.lastElementChild.textContent = needsLogin ? "登录已失效" : isOnline ? "在线" : "离线核销中";
    net.querySelector("use").setAttribute("href", net.querySelector("use").getAttribute("href").replace(/#.*/, isOnline ? "#wifi" : "#wifi-off"));
    $("count-waiting").textContent = waiting;
    const taken = list();
    const orders = taken?.orders || [];
    $("count-all").textContent = taken ? orders.length : "—";
    $("count-done").textContent = taken ? orders.filter((each) => each.picked_up_at).length : "—";
    let state = "截止订餐后自动下载，断网时凭名单核销。";
    if (taken) state = `已于 ${clockText(taken.prepared_at)} 下载，断网时凭名单核销，有效至 ${clockText(taken.until_at)}。`;
    if (!window.crypto?.subtle) state = "当前不是安全连接（HTTPS），断网时不能核销。";
    if (needsLogin) state = "请重新登录；已发放的记录保存在本机，登录后自动同步。";
    $("list-state").textContent = state;
  }

  // ---- Asking the server --------------------------------------------------------------------------------

  class Lost extends Error {}

  // Like houqin.send, but a counter cannot wait: no answer in time counts as no network.
  async function ask(method, path, body, key) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), WAIT_MS);
    const headers = { Accept: "application/json", "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content };
    if (body) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    let response, answer;
    try {
      response = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal: stop.signal, credentials: "same-origin", redirect: "error" });
      answer = await response.json();
    } catch {
      isOnline = false;
      throw new Lost();
    } finally {
      clearTimeout(timer);
    }
    // A proxy that answers for a server that is away is no network either.
    if (response.status >= 502) {
      isOnline = false;
      throw new Lost();
    }
    isOnline = true;
    // A new login has a new token: the page has to be loaded again.
    needsLogin = response.status === 401 || answer.error === "app.csrf_failed";
    return { ok: response.ok, status: response.status, answer };
  }

  // ---- Deciding without it ------------------------------------------------------------------------------

  async function fingerprint(salt, text) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${salt}:${text}`));
    return [...new Uint8Array(digest)].map((each) => each.toString(16).padStart(2, "0")).join("");
  }

  async function findOffline(taken, text) {
    const match = CODE.exec(text);
    if (!match) {
      const card = await fingerprint(taken.salt, text);
      return taken.orders.find((each) => each.card === card) || "该卡没有本餐次的订单";
    }
    const [, id, revision, expires, proof] = match;
    const order = taken.orders.find((each) => each.id === Number(id));
    if (!order) return "名单中没有这个订单";
    if (order.revision !== Number(revision) || order.proof !== (await fingerprint(taken.salt, proof))) return "取餐码无效";
    const now = Date.now() + (taken.ahead_ms || 0);
    return Number(expires) * 1000 + LENIENCE_MS > now ? order : "取餐码已过期，请刷新后重新出示";
  }

  async function handOutOffline(text, key) {
    const taken = list();
    if (!taken || !window.crypto?.subtle) return show("bad", "网络不通", null, "没有可用的离线名单，请稍后重试");
    const now = Date.now() + (taken.ahead_ms || 0);
    if (taken.pickup_from && now < Date.parse(taken.pickup_from)) return show("bad", "未到取餐时间", null, `${clockText(taken.pickup_from)} 开始`);
    if (now >= Date.parse(taken.until_at)) return show("bad", "已过取餐时间", null, `截至 ${clockText(taken.until_at)}`);
    const order = await findOffline(taken, text);
    if (typeof order === "string") return show("bad", "不能取餐", null, order);
    if (order.picked_up_at) return show("bad", "已取餐，请勿重复", order);
    const at = new Date(now).toISOString().replace(/\.\d+Z$/, "+00:00");
    order.picked_up_at = at;
    // First what must not be lost, then the list: the tablet may die between the two.
    const said = { key, order_id: order.id, revision: order.revision, handed_out_at: at };
    write(KEYS.queue, [...queue(), { said, permit: taken.permit, name: order.staff_name, date, list: listKey(period()) }]);
    write(listKey(period()), taken);
    noteRecent(order, true);
    show("offline", "请取餐（离线）", order);
  }

  // ---- Scanning -----------------------------------------------------------------------------------------

  let isBusy = false;
  async function scan(text) {
    if (isBusy) return;
    isBusy = true;
    show("busy", "正在核对…");
    const key = houqin.newKey();
    const isCode = text.startsWith("HQ");
    const body = isCode ? { token: text, canteen_id: Number(canteen) } : { card_no: text, canteen_id: Number(canteen), period: period() };
    try {
      if (queue().length && !isOnline) throw new Lost();
      const { ok, status, answer } = await ask("POST", "/api/v1/canteen/pickups", body, key);
      if (ok) {
        const order = answer.data;
        markDone(order.id);
        noteRecent(order, false);
        show("good", "请取餐", order);
      } else if (status === 401 || needsLogin) show("bad", "登录已失效", null, "请重新登录后再核销");
      else show("bad", "不能取餐", null, answer.msg);
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      await handOutOffline(text, key);
    } finally {
      isBusy = false;
      paint();
    }
  }

  function markDone(orderId) {
    const taken = list();
    const order = taken?.orders.find((each) => each.id === orderId);
    if (!order) return;
    order.picked_up_at = new Date().toISOString();
    write(listKey(period()), taken);
  }

  // ---- Telling afterwards, and taking the list along ------------------------------------------------------

  function forget(keys) {
    write(KEYS.queue, queue().filter((each) => !keys.has(each.said.key)));
  }

  let isTelling = false;
  async function tell() {
    if (isTelling || !queue().length) return;
    isTelling = true;
    try {
      // What got no answer may have been carried out: the server knows by the key, which is the request's.
      const refused = new Set();
      for (;;) {
        const first = queue().find((each) => !refused.has(each.permit));
        if (needsLogin || !first) break;
        const { permit } = first;
        const batch = queue().filter((each) => each.permit === permit).slice(0, AT_ONCE);
        const { ok, status, answer } = await ask("POST", "/api/v1/canteen/station/pickups", { permit, pickups: batch.map((each) => each.said) }, null);
        if (status >= 500 || status === 429 || needsLogin) break;
        if (!ok) {
          // Another canteen's staff may be logged in, or the permit is void: the others need not wait for it.
          refused.add(permit);
          continue;
        }
        const byKey = new Map(batch.map((each) => [each.said.key, each]));
        const wrong = answer.data.list.filter((each) => each.outcome !== "booked");
        // The server keeps them: when the page is opened again, it names those of every tablet.
        for (const each of wrong) $("trouble-list").prepend(entry(byKey.get(each.key).name, words.reasons[each.reason] || "未能入账"));
        if (wrong.length) $("troubles").hidden = false;
        forget(new Set(answer.data.list.map((each) => each.key)));
      }
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    } finally {
      isTelling = false;
      paint();
    }
  }

  async function takeList() {
    const wanted = period();
    // Until the cutoff there is no list to take along; the server would say so each minute.
    if (Date.now() < Date.parse(chosen().dataset.freezes)) return paint();
    try {
      const { ok, answer } = await ask("GET", `/api/v1/canteen/station/list?canteen_id=${canteen}&date=${date}&period=${wanted}`);
      if (ok) {
        const taken = answer.data;
        taken.ahead_ms = Date.parse(taken.prepared_at) - Date.now();
        // What was handed out here while the list was on its way, it cannot know: a mark is never taken back.
        const marks = new Map((read(listKey(wanted), null)?.orders || []).map((each) => [each.id, each.picked_up_at]));
        for (const order of taken.orders) order.picked_up_at ||= marks.get(order.id) || null;
        write(listKey(wanted), taken);
      }
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    }
    paint();
  }

  async function turn() {
    await tell();
    await takeList();
  }

  // The worker answers for this page from its next opening on; what it needs then is kept now.
  async function keepPage() {
    if (!navigator.serviceWorker) return;
    try {
      await navigator.serviceWorker.register("/console/canteen/station/worker.js", { scope: "/console/canteen/station" });
      await navigator.serviceWorker.ready;
      const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((each) => each.href);
      const scripts = [...document.scripts].map((each) => each.src).filter(Boolean);
      const icons = document.querySelector("use").href.baseVal.replace(/#.*/, "");
      const kept = await caches.open("houqin-station-1");
      await kept.addAll([location.pathname, icons, ...files, ...scripts]);
      station.dataset.kept = "yes";
    } catch {
      // A browser that refuses keeps working as long as the page stays open.
    }
  }

  // ---- Wiring -------------------------------------------------------------------------------------------

  const input = $("code");
  $("scan").addEventListener("submit", (event) => {
    event.preventDefault();
    // Scanners type what an input method may have widened, and end with Enter.
    const text = input.value.normalize("NFKC").trim();
    input.value = "";
    if (text) scan(text);
  });
  $("keyboard").addEventListener("click", () => {
    input.inputMode = input.inputMode === "none" ? "text" : "none";
    input.focus();
  });
  // The scanner types wherever the cursor is: keep it in the field, unless somebody uses another control.
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && document.activeElement === document.body) input.focus();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "period") {
      show("idle", "等待扫码");
      takeList();
      input.focus();
    }
  });
  addEventListener("online", turn);
  addEventListener("offline", () => {
    isOnline = false;
    paint();
  });
  // A tablet that stays open overnight begins the day anew.
  setInterval(() => {
    const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
    if (today !== date && isOnline && !queue().length) location.reload();
  }, 60000);
  setInterval(tell, 5000);
  setInterval(takeList, 60000);
  setInterval(() => !isOnline && takeList(), 10000);
  keepPage();
  tidy();
  input.focus();
  paint();
  turn();
})();
