// The import wizard: a file is previewed, and the same bytes are sent again to be imported.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const PATH = "/api/v1/admin/staff/import";
  const STEP = 100; // rows that are shown at once
  const [choose, preview, finished] = ["#choose", "#preview", "#finished"].map((selector) => $(selector));
  let chosen = null;

  // ---- Small parts --------------------------------------------------------------------------------------

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
    box.append(made("span", title, "figure-title"), made("span", String(value), "figure-value"));
    return box;
  }

  // A section of the preview: its rows come a hundred at a time.
  function section(title, heads, rows, cellsOf, total) {
    const part = made("section", "", "section-head");
    part.append(made("h2", `${title}（${total}）`));
    const table = made("table", "", "grid");
    const head = table.createTHead().insertRow();
    for (const text of heads) {
      const cell = made("th", text);
      cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    const wrap = made("div", "", "table-wrap");
    wrap.append(table);
    const more = made("button", "", "btn btn-sm");
    more.type = "button";
    const note = made("p", "", "form-hint");
    const show = () => {
      for (const row of rows.slice(body.rows.length, body.rows.length + STEP)) {
        const line = body.insertRow();
        for (const content of cellsOf(row)) {
          const cell = line.insertCell();
          if (line.cells.length === 1) cell.className = "nowrap";
          if (typeof content === "object") cell.append(content);
          else cell.textContent = content;
        }
      }
      const left = rows.length - body.rows.length;
      more.textContent = `再显示 ${Math.min(STEP, left)} 行`;
      more.hidden = left === 0;
      const untold = total - rows.length;
      note.textContent = left === 0 && untold > 0 ? `另有 ${untold} 行未列出` : "";
    };
    more.addEventListener("click", show);
    show();
    part.append(wrap, more, note);
    return part;
  }

  // Each column as it is on record and as it would be.
  function changes(row) {
    const list = made("ul", "", "change");
    for (const { column, before, after } of row.changes) {
      const item = made("li");
      item.append(made("b", column), made("del", before || "（空）"), " → ", made("ins", after || "（空）"));
      list.append(item);
    }
    return list;
  }

  const facts = (row) => row.changes.filter(({ column }) => column !== "姓名").map(({ column, after }) => `${column} ${after}`).join("，");

  // ---- The preview --------------------------------------------------------------------------------------

  function verdict(found) {
    if (found.wrong) return notice(`有 ${found.wrong} 行共 ${found.problem_count} 处错误，现在导入不会写入任何数据。请按下表更正文件后重新选择。`, "red");
    if (!found.created && !found.updated) return notice("文件内容与花名册完全一致，无须导入。", "green");
    const parts = [`将新增 ${found.created} 人、修改 ${found.updated} 人`];
    if (found.departments.length) parts.push(`建立 ${found.departments.length} 个部门`);
    if (found.leaving) parts.push(`为 ${found.leaving} 人办理离职（密码、绑定和角色随即取消）`);
    if (found.signed_out) parts.push(`${found.signed_out} 人的状态或所在部门变化，须重新登录`);
    return notice(`${parts.join("；")}。`, found.leaving ? "yellow" : "blue");
  }

  function show(found) {
    $("#verdict").replaceChildren(verdict(found));
    $("#figures").replaceChildren(
      figure("新增", found.created),
      figure("修改", found.updated),
      figure("无变化", found.unchanged),
      figure("错误", found.wrong, found.wrong ? "bad" : ""),
    );
    const sections = [];
    if (found.problems.length) {
      sections.push(section("须更正的错误", ["行号", "列", "原因"], found.problems, (each) => [`第 ${each.row} 行`, each.column, each.msg], found.problem_count));
    }
    if (found.departments.length) {
      sections.push(section("将建立的部门", ["部门"], found.departments, (each) => [each], found.departments.length));
    }
    if (found.changed.length) {
      sections.push(section("将修改的人员", ["行号", "工号", "姓名", "原来 → 现在"], found.changed, (each) => [`第 ${each.row} 行`, each.staff_no, each.name, changes(each)], found.updated));
    }
    if (found.added.length) {
      sections.push(section("将新增的人员", ["行号", "工号", "姓名", "内容"], found.added, (each) => [`第 ${each.row} 行`, each.staff_no, each.name, facts(each)], found.created));
    }
    $("#sections").replaceChildren(...sections);
    $("#confirm").hidden = Boolean(found.wrong) || !(found.created || found.updated);
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
        $("#sections").replaceChildren(
          section("须更正的错误", ["行号", "列", "原因"], refusal.data.rows, (each) => [`第 ${each.row} 行`, each.column, each.msg], refusal.data.count),
        );
        $("#confirm").hidden = true;
      }
    } finally {
      button.disabled = false;
      button.replaceChildren(...before);
    }
  }

  // ---- The three steps ----------------------------------------------------------------------------------

  choose.addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = $("#f-file").files;
    if (!file) {
      complain(choose, "请先选择 Excel 文件");
      $("#f-file").focus();
      return;
    }
    busy(event.submitter || $("[type=submit]", choose), "正在核对…", async () => {
      // The bytes are kept: a file that is saved anew meanwhile could not be read again.
      chosen = { file: new File([await file.arrayBuffer()], file.name), creates: $("#f-create_departments").checked, key: houqin.newKey() };
      const found = await houqin.send("POST", `${PATH}/preview?create_departments=${chosen.creates}`, body(), null);
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
    busy(event.currentTarget, "正在导入…", async () => {
      const query = new URLSearchParams({ create_departments: chosen.creates, expected_sha256: chosen.sha256 });
      const done = await houqin.send("POST", `${PATH}?${query}`, body(), chosen.key);
      $("#outcome").textContent = `新增 ${done.created} 人，修改 ${done.updated} 人，${done.unchanged} 人无变化，建立 ${done.departments_created} 个部门。`;
      step("done");
      finished.focus();
    }, preview);
  });
});
