// What the console's pages do beyond showing: forms that speak JSON to the API, dialogs, toasts, shortcuts.
// Everything is declared by data attributes in the templates; the macros in macros/forms.html write most.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const csrf = () => $('meta[name="csrf-token"]')?.content || "";
  const NOTE = "houqin.toast";
  const OFFLINE = "网络不通，请检查网络后重试";

  // Browsers give randomUUID to HTTPS alone; an intranet may begin without it.
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");

  // ---- Messages -----------------------------------------------------------------------------------------

  function toast(text, tone = "good") {
    const holder = $("#toasts");
    if (!holder || !text) return;
    const note = document.createElement("div");
    note.className = `toast-note toast-${tone}`;
    note.textContent = text;
    holder.append(note);
    setTimeout(() => note.remove(), tone === "bad" ? 8000 : 4000);
  }

  // A message that the next page shows.
  function toastAfterwards(text) {
    if (text) sessionStorage.setItem(NOTE, text);
  }

  function ask(text, title = "请确认", yes = "确定", tone = "primary") {
    const dialog = $("#ask");
    $("#ask-title").textContent = title;
    $("#ask-text").textContent = text;
    const button = $("#ask-yes");
    button.textContent = yes;
    button.className = `btn btn-${tone}`;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  // ---- Speaking to the API ------------------------------------------------------------------------------

  class Refusal extends Error {
    constructor(status, answer) {
      super(answer?.msg || OFFLINE);
      this.status = status;
      this.code = answer?.error || "";
      this.data = answer?.data || {};
    }
  }

  // What is sensitive asks for a code that was entered minutes ago: ask for one, and try once more.
  async function proved(act) {
    try {
      return await act();
    } catch (refusal) {
      if (refusal.code !== "identity.recent_proof_required" || !(await prove())) throw refusal;
      return act();
    }
  }

  function prove() {
    const dialog = $("#prove");
    const form = $("form", dialog);
    let isProved = false;
    const note = () => (isProved = true);
    form.reset();
    clear(form);
    form.addEventListener("houqin:done", note);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener(
        "close",
        () => {
          form.removeEventListener("houqin:done", note);
          resolve(isProved);
        },
        { once: true },
      );
    });
  }

  const send = (method, path, body, key) => proved(() => exchange(method, path, body, key));

  async function exchange(method, path, body, key) {
    const headers = { "X-CSRF-Token": csrf(), Accept: "application/json" };
    if (key) headers["Idempotency-Key"] = key;
    let payload = body;
    if (!(body instanceof FormData) && method !== "GET") {
      headers["Content-Type"] = "application/json";
      payload = JSON.stringify(body ?? {});
    }
    let response, answer;
    try {
      response = await fetch(path, { method, headers, body: method === "GET" ? undefined : payload, credentials: "same-origin" });
      answer = await response.json();
    } catch {
      throw new Refusal(0, null);
    }
    if (response.status === 401 && !$("form[data-login]")) {
      location.assign(`/console/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      throw new Refusal(401, answer);
    }
    if (!response.ok) throw new Refusal(response.status, answer);
    return answer.data;
  }

  // data-download: a file to keep, which may be refused like anything else.
  async function receive(path) {
    let response;
    try {
      response = await fetch(path, { credentials: "same-origin" });
    } catch {
      throw new Refusal(0, null);
    }
    if (!response.ok) throw new Refusal(response.status, await response.json().catch(() => null));
    const [, name] = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") || "") || [];
    return { name: decodeURIComponent(name || ""), content: await response.blob() };
  }

  async function download(link) {
    link.setAttribute("aria-busy", "true");
    try {
      const file = await proved(() => receive(link.href));
      const saving = document.createElement("a");
      saving.href = URL.createObjectURL(file.content);
      saving.download = file.name;
      saving.click();
      setTimeout(() => URL.revokeObjectURL(saving.href), 60_000);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status === 401) location.reload();
      else toast(refusal.message, "bad");
    } finally {
      link.removeAttribute("aria-busy");
    }
  }

  // ---- From a form to JSON ------------------------------------------------------------------------------

  // Amounts by digits, never by floating point. What is no amount goes as typed, for the server to refuse.
  function fen(text) {
    const match = /^(-?)(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text);
    if (!match) return text;
    const amount = Number(match[2]) * 100 + Number((match[3] || "").padEnd(2, "0"));
    return match[1] ? -amount : amount;
  }

  // Weights are typed in kilograms and sent in grams.
  function grams(text) {
    const match = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(text);
    return match ? Number(match[1]) * 1000 + Number((match[2] || "").padEnd(3, "0")) : text;
  }

  // Temperatures are typed in degrees and sent in tenths of a degree.
  function tenths(text) {
    const match = /^(-?)(\d{1,3})(?:\.(\d))?$/.exec(text);
    if (!match) return text;
    const amount = Number(match[2]) * 10 + Number(match[3] || 0);
    return match[1] ? -amount : amount;
  }

  const READ = {
    text: (text) => text,
    int: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
    number: (text) => (/^-?\d{1,12}(\.\d+)?$/.test(text) ? Number(text) : text),
    yuan: fen,
    kg: grams,
    tenths,
    json: JSON.parse,
    words: (text) => text.split(/[,，、;；\n]/).map((each) => each.trim()).filter(Boolean),
    instant: (text) => (text.length === 16 ? `${text}:00+08:00` : text),
  };

  function put(target, name, value) {
    const steps = name.split(".");
    let place = target;
    steps.forEach((step, at) => {
      if (at === steps.length - 1) place[step] = value;
      else place = place[step] ??= {};
    });
  }

  // Objects whose keys are all numbers are lists: rows that were removed leave no holes.
  function lists(value) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    const keys = Object.keys(value);
    for (const key of keys) value[key] = lists(value[key]);
    if (keys.length && keys.every((key) => /^\d+$/.test(key))) {
      return keys.sort((a, b) => a - b).map((key) => value[key]);
    }
    return value;
  }

  function blank(target, element, name) {
    const how = element.dataset.blank;
    if (how === "null") put(target, name, null);
    else if (how === "text") put(target, name, "");
  }

  function values(form) {
    const said = {};
    for (const group of $$("[data-list]", form)) {
      const chosen = $$('input[data-type="list"]:checked', group).map((each) => READ[group.dataset.items || "text"](each.value));
      if (chosen.length || !group.dataset.blank) put(said, group.dataset.list, chosen);
      else blank(said, group, group.dataset.list);
    }
    for (const element of form.elements) {
      const { name, dataset } = element;
      if (!name || element.disabled || dataset.type === "list" || element.type === "file") continue;
      if (element.type === "radio" && !element.checked) continue;
      if (dataset.type === "bool") {
        put(said, name, element.type === "checkbox" ? element.checked : element.value === "true");
        continue;
      }
      const text = element.value.trim();
      if (text === "") blank(said, element, name);
      else put(said, name, (READ[dataset.type] || READ.text)(text));
    }
    // Rows of a list, of which none is left.
    for (const rows of $$("[data-rows]", form)) if (!(rows.dataset.rows in said)) said[rows.dataset.rows] = [];
    return lists(said);
  }

  // ---- Refusals beside their fields ---------------------------------------------------------------------

  function pardon(field) {
    field.classList.remove("is-refused");
    const note = $(".field-error", field);
    if (note) note.textContent = "";
    $$("[aria-invalid]", field).forEach((each) => each.removeAttribute("aria-invalid"));
  }

  function clear(form) {
    $$("[data-field]", form).forEach(pardon);
    const general = $(".form-error", form);
    if (general) general.hidden = true;
  }

  function messages(value) {
    if (typeof value === "string") return [value];
    return Object.values(value).flatMap(messages);
  }

  function leaves(fields, prefix = "") {
    return Object.entries(fields).flatMap(([key, value]) => {
      const name = prefix ? `${prefix}.${key}` : key;
      if (Array.isArray(value) || typeof value === "string") return [[name, messages(value).join("；")]];
      return leaves(value, name);
    });
  }

  // A list's rows are numbered as they were sent, which need not be as they were named.
  function fieldOf(form, name) {
    let found = $(`[data-field="${CSS.escape(name)}"]`, form);
    for (let shorter = name; !found && shorter.includes(".");) {
      shorter = shorter.slice(0, shorter.lastIndexOf("."));
      found = $(`[data-field="${CSS.escape(shorter)}"]`, form);
    }
    return found;
  }

  function refuse(field, control, text) {
    field.classList.add("is-refused");
    const note = $(".field-error", field);
    if (note) note.textContent = text;
    control?.setAttribute("aria-invalid", "true");
    if (note?.id) control?.setAttribute("aria-errormessage", note.id);
  }

  const KINDS = { int: "请填写整数", yuan: "请填写金额，最多两位小数", kg: "请填写千克数，最多三位小数", tenths: "请填写温度，最多一位小数", number: "请填写数字" };

  // What the browser itself refuses is said in our place and language, instead of its bubble.
  function complaint(control) {
    const { validity, dataset, type } = control;
    if (validity.customError) return control.validationMessage;
    if (validity.valueMissing) return type === "checkbox" ? "请先勾选" : control.matches("select") ? "请选择" : "请填写此项";
    if (validity.patternMismatch) return control.title || KINDS[dataset.type] || "格式不正确";
    if (validity.tooShort) return `至少 ${control.minLength} 个字符`;
    if (validity.rangeUnderflow) return `不能小于 ${control.min}`;
    if (validity.rangeOverflow) return `不能大于 ${control.max}`;
    return "格式不正确";
  }

  // To a refused control, with what is said below it.
  function lead(control) {
    control.focus();
    control.closest("[data-field]").scrollIntoView({ block: "nearest" });
  }

  function show(form, refusal) {
    const rest = [];
    let first = null;
    for (const [name, text] of leaves(refusal.data?.fields || {})) {
      const field = fieldOf(form, name);
      if (!field) {
        rest.push(name === "_schema" ? text : `${name}：${text}`);
        continue;
      }
      const control = $("input:not([type=hidden]), select, textarea", field);
      refuse(field, control, text);
      first ||= control;
    }
    const general = $(".form-error", form);
    const text = rest.length || !first ? [refusal.message, ...rest].join("：") : refusal.message;
    if (general) {
      general.textContent = text;
      general.hidden = false;
    } else toast(text, "bad");
    if (first) lead(first);
    else general?.scrollIntoView({ block: "nearest" });
  }

  // ---- Afterwards ---------------------------------------------------------------------------------------

  function refresh(selector) {
    return htmx.ajax("GET", location.pathname + location.search, { target: selector, select: selector, swap: "outerHTML" });
  }

  // data-go leads elsewhere ({id} and the like come from the answer), data-refresh redraws one part,
  // data-stay does nothing more; otherwise the page is loaded again. Returns whether the page is being left:
  // what was pressed stays out of use then, so that no second press makes the same thing once more.
  function afterwards(element, data) {
    const event = new CustomEvent("houqin:done", { detail: data, bubbles: true, cancelable: true });
    if (!element.dispatchEvent(event)) return false;
    const { go, done, refresh: part } = element.dataset;
    element.closest("dialog")?.close();
    if (go) {
      toastAfterwards(done);
      location.assign(go.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(data?.[name] ?? "")));
      return true;
    }
    if (part || "stay" in element.dataset) {
      toast(done);
      part?.split(",").forEach((each) => refresh(each.trim()));
      return false;
    }
    toastAfterwards(done);
    location.reload();
    return true;
  }

  async function submit(form, submitter) {
    if (form.dataset.confirm && !(await ask(form.dataset.confirm, form.dataset.confirmTitle, form.dataset.confirmYes, form.dataset.tone))) return;
    const [method, path] = form.dataset.api.split(" ");
    const files = $$("input[type=file][name]", form);
    const body = files.length ? new FormData(form) : values(form);
    form.dataset.key ||= newKey();
    const buttons = $$("button[type=submit], button:not([type])", form);
    buttons.forEach((each) => (each.disabled = true));
    clear(form);
    let isLeaving = false;
    try {
      const data = await send(method, path, body, method === "POST" ? form.dataset.key : null);
      delete form.dataset.key;
      isLeaving = afterwards(form, data);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      // What was refused was not done: the next try is another request. What failed or got no answer may have been.
      if (refusal.status && refusal.status < 500) delete form.dataset.key;
      if (form.dispatchEvent(new CustomEvent("houqin:refused", { detail: refusal, bubbles: true, cancelable: true }))) show(form, refusal);
    } finally {
      buttons.forEach((each) => (each.disabled = isLeaving));
      // The button lost the focus as it was out of use; a refused field may have it now.
      if (document.activeElement === document.body) submitter?.focus?.();
    }
  }

  // Who logs out takes the names that a counter's lists hold off the tablet; what waits to be told stays.
  function forgetLists() {
    for (const key of Object.keys(localStorage)) if (/^houqin\.station\.\d+\.\d{4}-/.test(key)) localStorage.removeItem(key);
  }

  async function press(button) {
    const { api, body, confirm: text, confirmTitle, confirmYes, tone } = button.dataset;
    if (text && !(await ask(text, confirmTitle, confirmYes, tone))) return;
    const [method, path] = api.split(" ");
    button.dataset.key ||= newKey();
    button.disabled = true;
    let isLeaving = false;
    try {
      const data = await send(method, path, body ? JSON.parse(body) : {}, method === "POST" ? button.dataset.key : null);
      delete button.dataset.key;
      if (path === "/console/logout") forgetLists();
      isLeaving = afterwards(button, data);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status && refusal.status < 500) delete button.dataset.key;
      toast([refusal.message, ...leaves(refusal.data?.fields || {}).map(([, each]) => each)].join("："), "bad");
    } finally {
      button.disabled = isLeaving;
    }
  }

  async function upload(input) {
    const field = input.closest("[data-photo]");
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const note = $(".field-error", field);
    note.textContent = "正在上传…";
    const body = new FormData();
    body.append("file", file);
    try {
      const photo = await send("POST", "/api/v1/media/photos", body, newKey());
      $("input[type=hidden]", field).value = photo.id;
      const picture = $(".photo-picture", field);
      picture.src = photo.links.thumb;
      picture.hidden = false;
      $("[data-remove-photo]", field).hidden = false;
      note.textContent = "";
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      note.textContent = refusal.message;
    }
  }

  // ---- Dialogs, rows, menus -----------------------------------------------------------------------------

  // data-from loads the dialog's content, the part `.dialog-content` of another page, as it is asked for.
  async function open(button) {
    const dialog = $(button.dataset.open);
    if (button.dataset.from) {
      try {
        await htmx.ajax("GET", button.dataset.from, { target: dialog, select: ".dialog-content", swap: "innerHTML" });
      } catch {
        toast(OFFLINE, "bad");
        return;
      }
      if (!$(".dialog-content", dialog)) return;
    }
    dialog.showModal();
    $("[autofocus], input:not([type=hidden]), select, textarea", dialog)?.focus();
  }

  function addRow(button) {
    const template = $(button.dataset.addRow);
    const number = Number(template.dataset.next || 0);
    template.dataset.next = number + 1;
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__i__", number);
    const row = holder.content.firstElementChild;
    $(template.dataset.into).append(holder.content);
    $("input:not([type=hidden]), select", row)?.focus();
  }

  function toggle(button) {
    const target = document.getElementById(button.dataset.toggle);
    const isOpen = target.classList.toggle("is-open");
    button.setAttribute("aria-expanded", isOpen);
  }

  const CLICKS = [
    ["button[data-api]", press],
    ["[data-open]", open],
    ["[data-close]", (each) => each.closest("dialog").close()],
    ["[data-add-row]", addRow],
    ["[data-remove-row]", (each) => each.closest("[data-row]").remove()],
    ["[data-toggle]", toggle],
    ["[data-print]", () => print()],
    ["a[data-download]", download],
    ["[data-copy]", (each) => (navigator.clipboard?.writeText(each.dataset.copy) || Promise.reject()).then(() => toast("已复制"), () => toast("浏览器不允许复制，请手工选择", "bad"))],
    [
      "[data-remove-photo]",
      (each) => {
        const field = each.closest("[data-photo]");
        $("input[type=hidden]", field).value = "";
        $(".photo-picture", field).hidden = true;
        each.hidden = true;
      },
    ],
  ];

  document.addEventListener("click", (event) => {
    for (const [selector, act] of CLICKS) {
      const element = event.target.closest(selector);
      if (element) {
        event.preventDefault();
        act(element);
        return;
      }
    }
    for (const menu of $$("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-api]")) return;
    event.preventDefault();
    submit(event.target, event.submitter);
  });

  document.addEventListener(
    "invalid",
    (event) => {
      const control = event.target;
      const field = control.closest("[data-field]");
      if (!field || !$(".field-error", field) || !control.form?.matches("form[data-api]")) return;
      event.preventDefault();
      refuse(field, control, complaint(control));
      if (control === $("input:invalid, select:invalid, textarea:invalid", control.form)) lead(control);
    },
    true,
  );

  document.addEventListener("input", (event) => {
    const field = event.target.closest("form[data-api] .is-refused[data-field]");
    if (field) pardon(field);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.submit();
    if (event.target.matches("[data-upload]")) upload(event.target);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") $$("details[data-menu][open]").forEach((each) => (each.open = false));
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    const search = $('[data-shortcut="/"]');
    if (search) {
      event.preventDefault();
      search.focus();
    }
  });

  // data-poll="10" draws a part anew so often, while somebody looks at it and no dialog is open on it.
  setInterval(() => {
    const now = Math.floor(Date.now() / 1000);
    if (document.visibilityState !== "visible" || $("dialog[open]")) return;
    for (const part of $$("[data-poll]")) if (now % Number(part.dataset.poll) === 0) refresh(`#${part.id}`);
  }, 1000);

  // A list that cannot be had again says so, instead of standing there as if it were fresh.
  document.addEventListener("htmx:sendError", () => toast(OFFLINE, "bad"));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) location.reload();
    else toast("未能取得内容，请刷新页面后重试", "bad");
  });

  document.addEventListener("DOMContentLoaded", () => {
    const note = sessionStorage.getItem(NOTE);
    if (note) {
      sessionStorage.removeItem(NOTE);
      toast(note);
    }
  });

  // For the few pages with a script of their own.
  window.houqin = { newKey, send, toast, ask, values, refresh, Refusal };
})();
