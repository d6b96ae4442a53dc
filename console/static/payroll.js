// The payroll wizard: a file is previewed, and the same bytes are sent again to be booked.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const PATH = "/api/v1/canteen/admin/payroll";
  const [choose, preview, finished] = ["#choose", "#preview", "#finished"].map((selector) => $(selector));
  const yuan = (fen) => new Intl.NumberFormat("zh-CN", { minimumFractionDigits: 2 }).format(fen / 100);
  const number = (count) => new Intl.NumberFormat("zh-CN").format(count);
  let chosen = null;

  function made(name, text = "", className = "") {
    const element = document.createElement(name);
    element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  function step(name) {
    for (const each of document.querySelectorAll("[data-step]")) {
      if (each.dataset.step === name) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    }
    choose.hidden = name !== "choose";
    preview.hidden = name !== "preview";
    finished.hidden = name !== "done";
  }

  function complain(within, text) {
    const note = $(".form-error", within);
    note.textContent = text;
    note.hidden = !text;
  }

  function notice(text, tone) {
    const box = made("div", "", `notice notice-${tone}`);
    box.append(made("div", text));
    box.setAttribute("role", tone === "red" ? "alert" : "status");
    return box;
  }

  function figure(title, value, tone = "") {
    const box = made("div", "", `figure${tone ? ` figure-${tone}` : ""}`);
    box.append(made("span", title, "figure-title"), made("span", value, "figure-value"));
    return box;
  }

  function section(title, heads, rows, total) {
    const part = made("section", "", "section-head");
    part.append(made("h2", `${title}（${number(total)}）`));
    const table = made("table", "", "grid");
    const head = table.createTHead().insertRow();
    for (const [text, className] of heads) {
      const cell = made("th", text, className);
      cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      row.forEach((text, at) => line.append(made("td", text, heads[at][1])));
    }
    const wrap = made("div", "", "table-wrap");
    wrap.append(table);
    part.append(wrap);
    if (total > rows.length) part.append(made("p", `另有 ${number(total - rows.length)} 行未列出`, "form-hint"));
    return part;
  }

  const problems = (rows, total) =>
    section("须更正的错误", [["行号", "nowrap"], ["列", "nowrap"], ["原因", ""]], rows.map((each) => [`第 ${each.row} 行`, each.column, each.msg]), total);
  const payments = (rows, total) =>
    section("将入账的款项", [["行号", "nowrap"], ["工号", "nowrap"], ["姓名", "nowrap"], ["金额（元）", "num"], ["备注", ""]], rows.map((each) => [`第 ${each.row} 行`, each.staff_no, each.name, yuan(each.amount_fen), each.memo]), total);

  function verdict(found) {
    if (found.booked_as && found.booked_as !== chosen.batch) return notice(`这份文件已作为批次 ${found.booked_as} 入账，不能重复入账。`, "red");
    if (found.booked_as) return notice(`批次 ${found.booked_as} 已经入账，再次导入不会重复入账。`, "yellow");
    if (found.wrong) return notice(`有 ${found.wrong} 行共 ${found.problem_count} 处错误，现在导入不会入账任何一笔。请按下表更正文件后重新选择。`, "red");
    return notice(`批次 ${chosen.batch}：将向 ${number(found.people)} 人的个人充值账户入账，共 ${yuan(found.total_fen)} 元。`, "blue");
  }

  function show(found) {
    $("#verdict").replaceChildren(verdict(found));
    $("#figures").replaceChildren(figure("人数", number(found.people)), figure("合计（元）", yuan(found.total_fen)), figure("有误的行", number(found.wrong), found.wrong ? "bad" : ""));
    const sections = [];
    if (found.problems.length) sections.push(problems(found.problems, found.problem_count));
    if (found.payments.length) sections.push(payments(found.payments, found.people));
    $("#sections").replaceChildren(...sections);
    $("#confirm").hidden = Boolean(found.wrong || found.booked_as) || !found.people;
    complain(preview, "");
    step("preview");
    preview.focus();
    scrollTo(0, 0);
  }

  function body() {
    const form = new FormData();
    form.append("file", chosen.file, chosen.file.name);
    return form;
  }

  async function busy(button, text, act, within) {
    const before = [...button.childNodes];
    button.disabled = true;
    button.textContent = text;
    complain(within, "");
    try {
      await act();
    } catch (refusal) {
      if (!(refusal instanceof houqin.Refusal)) throw refusal;
      complain(within, [refusal.message, ...Object.values(refusal.data.fields || {}).flat()].join("："));
      if (refusal.data.rows) {
        $("#sections").replaceChildren(problems(refusal.data.rows, refusal.data.count));
        $("#confirm").hidden = true;
      }
    } finally {
      button.disabled = false;
      button.replaceChildren(...before);
    }
  }

  choose.addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = $("#f-file").files;
    const batch = $("#f-batch_no").value.trim();
    if (!batch || !file) {
      complain(choose, batch ? "请先选择 Excel 文件" : "请填写批次号");
      $(batch ? "#f-file" : "#f-batch_no").focus();
      return;
    }
    busy(event.submitter || $("[type=submit]", choose), "正在核对…", async () => {
      // The bytes are kept: a file that is saved anew meanwhile could not be read again.
      chosen = { file: new File([await file.arrayBuffer()], file.name), batch, key: houqin.newKey() };
      const found = await houqin.send("POST", `${PATH}/preview`, body(), null);
      chosen.sha256 = found.sha256;
      show(found);
    }, choose);
  });

  $("#f-file").addEventListener("change", (event) => {
    $("#chosen").textContent = event.target.files[0]?.name || "尚未选择";
    complain(choose, "");
  });

  $("#again").addEventListener("click", () => {
    $("#f-file").value = "";
    $("#chosen").textContent = "尚未选择";
    step("choose");
    $("#f-file").focus();
  });

  $("#confirm").addEventListener("click", (event) => {
    busy(event.currentTarget, "正在入账…", async () => {
      const query = new URLSearchParams({ batch_no: chosen.batch, expected_sha256: chosen.sha256 });
      const done = await houqin.send("POST", `${PATH}/import?${query}`, body(), chosen.key);
      $("#outcome-title").textContent = done.is_repeat ? "此前已入账" : "入账完成";
      $("#outcome").textContent = `批次 ${done.batch_no}：${number(done.people)} 人，共 ${yuan(done.total_fen)} 元${done.is_repeat ? "；本次没有重复入账" : ""}。`;
      $("#outcome-link").href = `/console/canteen/accounts/payroll/${done.id}`;
      step("done");
      finished.focus();
    }, preview);
  });
});
