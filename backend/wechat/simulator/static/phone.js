"use strict";

const EVERY_MS = 3000;
const STATES = { delivered: "已送达", acknowledged: "已确认知悉", failed: "未送达" };
let owner = null;
let shownPhone = "";

function button(text, act) {
  const made = element("button", "", text);
  made.type = "button";
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await act();
    } catch (failure) {
      showOutput(failure.message);
    } finally {
      made.disabled = false;
      await refresh();
    }
  });
  return made;
}

function send(path, body) {
  return ask(`/simulator/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ staff_no: owner, ...body }),
  });
}

function remaining(template) {
  if (template.is_off) return "已关闭接收";
  if (template.is_always) return "长期允许";
  return template.is_long_term ? "未允许" : `剩余 ${template.remaining} 次`;
}

function consentRow(template) {
  const row = document.createElement("li");
  const about = document.createElement("div");
  about.append(element("strong", "", template.title));
  about.append(element("div", "left", remaining(template)));
  const buttons = element("div", "buttons");
  const ids = { template_ids: [template.template_id] };
  const id = { template_id: template.template_id };
  buttons.append(button("允许", () => send("phone/consent", { ...ids, decision: "accept" })));
  buttons.append(button("拒绝", () => send("phone/consent", { ...ids, decision: "reject" })));
  buttons.append(
    template.is_off
      ? button("重新开启", () => send("phone/switch", { ...id, is_on: true }))
      : button("关闭接收", () => send("phone/switch", { ...id, is_on: false })),
  );
  row.append(about, buttons);
  return row;
}

function messageRow(message) {
  const row = element("li", message.channel);
  const top = element("div", "top");
  top.append(element("span", "title", message.title));
  top.append(element("span", "channel", message.channel_name));
  top.append(element("time", "when", message.at.slice(5, 16).replace("T", " ")));
  if (STATES[message.state]) top.append(element("span", "state", STATES[message.state]));
  row.append(top);
  const lines = document.createElement("dl");
  for (const line of message.lines) {
    if (line.label) lines.append(element("dt", "", line.label));
    lines.append(element("dd", line.label ? "" : "whole", line.text));
  }
  row.append(lines);
  if (message.page) row.append(element("p", "leads-to", `点击后打开 ${message.page}`));
  const isCall = message.channel === "call" || message.channel === "sms";
  if (isCall && message.state !== "acknowledged") {
    const buttons = element("div", "buttons");
    buttons.append(button("我已知悉", () => ask(`/simulator/messages/${message.id}/acknowledge`, { method: "POST" })));
    if (message.channel === "call" && message.state !== "failed") {
      buttons.append(button("不接听", () => ask(`/simulator/messages/${message.id}/fail`, { method: "POST" })));
    }
    row.append(buttons);
  }
  return row;
}

async function refresh() {
  if (!owner) return;
  const asked = owner;
  let found;
  try {
    found = await ask(`/simulator/phone?staff_no=${encodeURIComponent(asked)}`);
  } catch {
    return; // The next round asks again.
  }
  const text = JSON.stringify([asked, found]);
  if (asked !== owner || text === shownPhone) return;
  shownPhone = text;
  byId("phone-owner").textContent = `工号 ${asked}`;
  byId("consent-list").replaceChildren(...found.templates.map(consentRow));
  byId("message-list").replaceChildren(...found.messages.map(messageRow));
  byId("no-messages").hidden = found.messages.length > 0;
}

document.addEventListener("person", (event) => {
  owner = event.detail;
  byId("phone").hidden = !owner;
  refresh();
});

byId("phone-refresh").addEventListener("click", refresh);
setInterval(() => {
  if (!document.hidden) refresh();
}, EVERY_MS);

document.dispatchEvent(new CustomEvent("person", { detail: sessionStorage.getItem(PERSON) }));
