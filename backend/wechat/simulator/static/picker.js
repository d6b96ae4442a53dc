"use strict";

const TOKEN = "houqin.token";
const PERSON = "houqin.simulator.person";
const byId = (id) => document.getElementById(id);
let shown = 0;
let query = "";
let search = 0;

class Failure extends Error {}

async function ask(path, options = {}) {
  let answer;
  let response;
  try {
    response = await fetch(path, options);
    answer = await response.json();
  } catch (error) {
    if (response && response.status === 404) {
      throw new Failure("此地址没有后勤通接口，请从后勤通的地址打开本页");
    }
    throw new Failure("没有得到答复，请确认服务正在运行");
  }
  if (!response.ok || answer.code !== 0) {
    const failure = new Failure(answer.msg || `请求失败（${response.status}）`);
    failure.status = response.status;
    throw failure;
  }
  return answer.data;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function card(person) {
  const item = document.createElement("li");
  const button = element("button", "person");
  button.type = "button";
  button.dataset.staffNo = person.staff_no;
  button.append(element("span", "name", person.name || "未登记的微信用户"));
  button.append(element("span", "number", person.staff_no));
  const about = [person.department, person.title].filter(Boolean).join(" · ");
  if (about) button.append(element("span", "about", about));
  const role = person.group || person.title;
  if (person.is_fixed && role) button.append(element("span", "role", role));
  if (!person.name) {
    button.classList.add("stranger");
    button.append(element("span", "role", "将得到绑定凭证"));
  }
  button.addEventListener("click", () => pick(person, button));
  item.append(button);
  return item;
}

async function load(more) {
  const turn = ++search;
  const offset = more ? shown : 0;
  let found;
  try {
    found = await ask(`/simulator/people?query=${encodeURIComponent(query)}&offset=${offset}`);
  } catch (failure) {
    showSession("failed", "无法读取人员", failure.message);
    return;
  }
  if (turn !== search) return;
  if (!more) {
    byId("fixed-list").replaceChildren();
    byId("others-list").replaceChildren();
    shown = 0;
  }
  for (const person of found.list) {
    byId(person.is_fixed ? "fixed-list" : "others-list").append(card(person));
  }
  shown += found.list.length;
  const isStranger = !more && found.total === 0 && /^[\p{L}\p{N}_]{1,20}$/u.test(query);
  if (isStranger) byId("others-list").append(card({ staff_no: query }));
  byId("fixed").hidden = !byId("fixed-list").children.length;
  byId("others").hidden = !byId("others-list").children.length;
  byId("total").textContent = found.total ? `共 ${found.total} 人（含固定账号）` : "";
  byId("more").hidden = shown >= found.total;
  byId("nobody").hidden = found.total > 0;
  byId("nobody").textContent = query
    ? "没有登记的人员符合。任何工号都可以作为尚未绑定的微信用户登录。"
    : "还没有演示数据。请先运行 flask demo，或输入任意工号，以尚未绑定的微信用户登录。";
}

function showSession(state, name, text) {
  byId("session-mark").className = `mark ${state}`;
  byId("session-name").textContent = name;
  byId("session-state").textContent = text;
  byId("show-me").hidden = state !== "in";
  byId("log-out").hidden = state !== "in";
  const person = sessionStorage.getItem(PERSON);
  for (const id of ["phone-code", "wecom-code", "zwdd-code"]) byId(id).hidden = !person;
  document.dispatchEvent(new CustomEvent("person", { detail: person }));
  byId("output").hidden = true;
}

function showOutput(value) {
  byId("output").textContent = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  byId("output").hidden = false;
}

async function pick(person, button) {
  button.disabled = true;
  try {
    const given = await ask(`/simulator/code?staff_no=${encodeURIComponent(person.staff_no)}`);
    sessionStorage.setItem(PERSON, person.staff_no);
    if (byId("only-code").checked) {
      const state = sessionStorage.getItem(TOKEN) ? "in" : "";
      showSession(state, `${person.name || person.staff_no} 的登录凭证`, "一次有效，5 分钟内使用");
      showOutput(given);
    } else {
      await logIn(person, given.code);
    }
  } catch (failure) {
    showSession("failed", "未能登录", failure.message);
  } finally {
    button.disabled = false;
    scrollTo({ top: 0, behavior: "smooth" });
  }
}

async function logIn(person, code) {
  const data = await ask("/api/v1/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ provider: "wechat_mp", app: "default", code }),
  });
  if (data.token) {
    sessionStorage.setItem(TOKEN, data.token);
    showSession("in", (data.user && data.user.name) || person.name, `工号 ${person.staff_no}，已登录，令牌保存在本页会话中`);
  } else {
    sessionStorage.removeItem(TOKEN);
    showSession("unbound", person.name || person.staff_no, "此微信尚未绑定人员，已得到绑定凭证");
    showOutput(data);
  }
}

function authorized() {
  return { headers: { Authorization: `Bearer ${sessionStorage.getItem(TOKEN)}` } };
}

async function restore() {
  if (!sessionStorage.getItem(TOKEN)) return;
  try {
    const me = await ask("/api/v1/me", authorized());
    showSession("in", me.name || (me.user && me.user.name) || "已登录", "已登录，令牌保存在本页会话中");
  } catch (failure) {
    if (failure.status === 401) sessionStorage.removeItem(TOKEN);
    showSession("", "未登录", "上次的登录已失效，请重新选择人员");
  }
}

byId("show-me").addEventListener("click", async () => {
  try {
    showOutput(await ask("/api/v1/me", authorized()));
  } catch (failure) {
    showOutput(failure.message);
  }
});

byId("log-out").addEventListener("click", async () => {
  try {
    await ask("/api/v1/auth/logout", { method: "POST", ...authorized() });
  } catch (failure) {
    if (failure.status !== 401) {
      showOutput(failure.message);
      return;
    }
  }
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(PERSON);
  showSession("", "未登录", "已退出，请在下方选择人员");
});

byId("phone-code").addEventListener("click", async () => {
  try {
    const person = encodeURIComponent(sessionStorage.getItem(PERSON));
    showOutput(await ask(`/simulator/phone-code?staff_no=${person}`));
  } catch (failure) {
    showOutput(failure.message);
  }
});

for (const host of ["wecom", "zwdd"]) {
  byId(`${host}-code`).addEventListener("click", async () => {
    try {
      const person = encodeURIComponent(sessionStorage.getItem(PERSON));
      showOutput(await ask(`/simulator/code?staff_no=${person}&host=${host}`));
    } catch (failure) {
      showOutput(failure.message);
    }
  });
}

byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  query = byId("query").value.trim();
  load(false);
});

byId("query").addEventListener("input", () => {
  query = byId("query").value.trim();
  load(false);
});

byId("more").addEventListener("click", () => load(true));

load(false);
restore();
