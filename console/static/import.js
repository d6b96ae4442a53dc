// The import wizard: a sheet is previewed, and the same bytes are sent again to be imported.
// The form #choose says by data-sheet which of the SHEETS below it takes.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const STEP = 100; // rows that are shown at once
  const number = (count) => new Intl.NumberFormat("zh-CN").format(count);
  const yuan = (fen) => new Intl.NumberFormat("zh-CN", { minimumFractionDigits: 2 }).format(fen / 100);

  // ---- Small parts --------------------------------------------------------------------------------------

  function made(name, text = "", className = "") {
    const element = document.createElement(name);
    element.textContent = text;
    if (className) element.className = className;
    return element;
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

  // A section of the preview: its rows come a hundred at a time. `columns` are titles with their class.
  function section(title, columns, rows, cellsOf, total) {
    const part = made("section", "", "section-head");
    part.append(made("h2", `${title}（${number(total)}）`));
    const table = made("table", "", "grid");
    const head = table.createTHead().insertRow();
    for (const [text, className] of columns) {
      const cell = made("th", text, className);
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
        cellsOf(row).forEach((content, at) => {
          const cell = made("td", "", columns[at][1]);
          cell.append(content);
          line.append(cell);
        });
      }
      const left = rows.length - body.rows.length;
      more.textContent = `再显示 ${Math.min(STEP, left)} 行`;
      more.hidden = left === 0;
      const untold = total - rows.length;
      note.textContent = left === 0 && untold > 0 ? `另有 ${number(untold)} 行未列出` : "";
    };
    more.addEventListener("click", show);
    show();
    part.append(wrap, more, note);
    return part;
  }

  const numbered = ["行号", "nowrap"];
  const problems = (rows, total) =>
    section("须更正的错误", [numbered, ["列", "nowrap"], ["原因"]], rows, (each) => [`第 ${each.row} 行`, each.column, each.msg], total);

  // ---- The roster ---------------------------------------------------------------------------------------

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
  const person = (row, content) => [`第 ${row.row} 行`, row.staff_no, row.name, content];
  const people = (title, last, rows, contentOf, total) =>
    section(title, [numbered, ["工号"], ["姓名"], [last]], rows, (each) => person(each, contentOf(each)), total);

  const staff = {
    preview: "/api/v1/admin/staff/import/preview",
    commit: "/api/v1/admin/staff/import",
    committing: "正在导入…",
    options: () => ({ create_departments: $("#f-create_departments").checked }),
    previewed: (options) => options,

    verdict(found) {
      if (found.wrong) return notice(`有 ${found.wrong} 行共 ${found.problem_count} 处错误，现在导入不会写入任何数据。请按下表更正文件后重新选择。`, "red");
      if (!found.created && !found.updated) return notice("文件内容与花名册完全一致，无须导入。", "green");
      const parts = [`将新增 ${found.created} 人、修改 ${found.updated} 人`];
      if (found.departments.length) parts.push(`建立 ${found.departments.length} 个部门`);
      if (found.leaving) parts.push(`为 ${found.leaving} 人办理离职（密码、绑定和角色随即取消）`);
      if (found.signed_out) parts.push(`${found.signed_out} 人的状态或所在部门变化，须重新登录`);
      return notice(`${parts.join("；")}。`, found.leaving ? "yellow" : "blue");
    },

    figures: (found) => [figure("新增", number(found.created)), figure("修改", number(found.updated)), figure("无变化", number(found.unchanged))],

    sections(found) {
      const { departments, changed, added } = found;
      const parts = [];
      if (departments.length) parts.push(section("将建立的部门", [["部门", "nowrap"]], departments, (each) => [each], departments.length));
      if (changed.length) parts.push(people("将修改的人员", "原来 → 现在", changed, changes, found.updated));
      if (added.length) parts.push(people("将新增的人员", "内容", added, facts, found.created));
      return parts;
    },

    hasWork: (found) => Boolean(found.created || found.updated),

    finish(done) {
      $("#outcome").textContent = `新增 ${done.created} 人，修改 ${done.updated} 人，${done.unchanged} 人无变化，建立 ${done.departments_created} 个部门。`;
    },
  };

  // ---- The payroll --------------------------------------------------------------------------------------

  const payroll = {
    preview: "/api/v1/canteen/admin/payroll/preview",
    commit: "/api/v1/canteen/admin/payroll/import",
    committing: "正在入账…",
    options: () => ({ batch_no: $("#f-batch_no").value.trim() }),
    previewed: () => ({}),
    missing: ({ batch_no }) => (batch_no ? null : ["请填写批次号", "#f-batch_no"]),

    verdict(found, { batch_no }) {
      if (found.booked_as && found.booked_as !== batch_no) return notice(`这份文件已作为批次 ${found.booked_as} 入账，不能重复入账。`, "red");
      if (found.booked_as) return notice(`批次 ${found.booked_as} 已经入账，再次导入不会重复入账。`, "yellow");
      if (found.wrong) return notice(`有 ${found.wrong} 行共 ${found.problem_count} 处错误，现在导入不会入账任何一笔。请按下表更正文件后重新选择。`, "red");
      return notice(`批次 ${batch_no}：将向 ${number(found.people)} 人的个人充值账户入账，共 ${yuan(found.total_fen)} 元。`, "blue");
    },

    figures: (found) => [figure("人数", number(found.people)), figure("合计（元）", yuan(found.total_fen))],

    sections(found) {
      if (!found.payments.length) return [];
      const columns = [numbered, ["工号", "nowrap"], ["姓名", "nowrap"], ["金额（元）", "num"], ["备注"]];
      const cells = (each) => [`第 ${each.row} 行`, each.staff_no, each.name, yuan(each.amount_fen), each.memo];
      return [section("将入账的款项", columns, found.payments, cells, found.people)];
    },

    hasWork: (found) => Boolean(found.people && !found.booked_as),

    finish(done) {
      $("#outcome-title").textContent = done.is_repeat ? "此前已入账" : "入账完成";
      $("#outcome").textContent = `批次 ${done.batch_no}：${number(done.people)} 人，共 ${yuan(done.total_fen)} 元${done.is_repeat ? "；本次没有重复入账" : ""}。`;
      $("#outcome-link").href = `/console/canteen/accounts/payroll/${done.id}`;
    },
  };

  // ---- The register of equipment, and the list of materials ---------------------------------------------

  const assets = {
    preview: "/api/v1/property/assets/import/check",
    commit: "/api/v1/property/assets/import",
    committing: "正在导入…",
    options: () => ({ create_kinds: Boolean($("#f-create_kinds")?.checked) }),
    previewed: (options) => options,
    committed: ({ options, sha256 }) => ({ ...options, sha256 }),
    faults: (found) => [found.faults, found.fault_count],

    verdict(found) {
      if (found.wrong) return notice(`有 ${found.wrong} 行共 ${found.fault_count} 处错误，现在导入不会写入任何数据。请按下表更正文件后重新选择。`, "red");
      if (!found.created && !found.updated) return notice("文件内容与台账完全一致，无须导入。", "green");
      const kinds = found.new_kinds.length ? `；新增设备类型：${found.new_kinds.join("、")}` : "";
      return notice(`将新增 ${found.created} 台、修改 ${found.updated} 台${kinds}。`, "blue");
    },

    figures: staff.figures,

    sections(found) {
      const columns = [numbered, ["编号", "nowrap"], ["名称"], ["内容"]];
      const cells = (each, content) => [`第 ${each.row} 行`, each.number, each.name, content];
      const part = (title, rows, contentOf, total) => (rows.length ? [section(title, columns, rows, (each) => cells(each, contentOf(each)), total)] : []);
      const told = (each) => changes({ changes: each.changes.map(({ label, before, after }) => ({ column: label, before, after })) });
      const said = (each) => each.changes.filter(({ label }) => !["资产编号", "名称"].includes(label)).map(({ label, after }) => `${label} ${after}`).join("，");
      return [
        ...part("将修改的设备", found.rows.filter((each) => !each.is_new), told, found.updated),
        ...part("将新增的设备", found.rows.filter((each) => each.is_new), said, found.created),
      ];
    },

    hasWork: (found) => Boolean(found.created || found.updated),

    finish(done) {
      $("#outcome").textContent = `新增 ${done.created} 台，修改 ${done.updated} 台，${done.unchanged} 台无变化，新增 ${done.kinds_created} 个设备类型。`;
    },
  };

  const WHAT = { new: "新增", changed: "修改", repriced: "调价" };
  const materials = {
    preview: "/api/v1/property/materials/preview",
    commit: "/api/v1/property/materials/import",
    committing: "正在导入…",
    options: () => ({}),
    previewed: () => ({}),
    committed: () => ({}),
    faults: () => [[], 0],
    verdict: (found) => (materials.hasWork(found) ? notice(`将新增 ${found.new} 种、修改 ${found.changed} 种、调价 ${found.repriced} 种。`, "blue") : notice("文件内容与物料目录完全一致，无须导入。", "green")),
    figures: (found) => [figure("新增", number(found.new)), figure("修改", number(found.changed)), figure("调价", number(found.repriced)), figure("无变化", number(found.unchanged))],

    sections(found) {
      if (!found.changes.length) return [];
      const columns = [["编码", "nowrap"], ["名称"], ["将作", "nowrap"], ["原单价（元）", "num"], ["单价（元）", "num"]];
      const cells = (each) => [each.code, each.name, WHAT[each.what], each.before_fen === null ? "—" : yuan(each.before_fen), yuan(each.price_fen)];
      return [section("将导入的内容", columns, found.changes, cells, found.new + found.changed + found.repriced)];
    },

    hasWork: (found) => Boolean(found.new || found.changed || found.repriced),

    finish(done) {
      $("#outcome").textContent = `新增 ${done.new} 种，修改 ${done.changed} 种，调价 ${done.repriced} 种，${done.unchanged} 种无变化。`;
    },
  };

  // ---- The three steps ----------------------------------------------------------------------------------

  const [choose, preview, finished] = ["#choose", "#preview", "#finished"].map((selector) => $(selector));
  const sheet = { staff, payroll, assets, materials }[choose.dataset.sheet];
  let chosen = null;

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

  function show(found) {
    $("#verdict").replaceChildren(sheet.verdict(found, chosen.options));
    const wrong = found.wrong || 0;
    const [faults, total] = sheet.faults ? sheet.faults(found) : [found.problems, found.problem_count];
    $("#figures").replaceChildren(...sheet.figures(found), figure("错误行", number(wrong), wrong ? "bad" : ""));
    $("#sections").replaceChildren(...(faults.length ? [problems(faults, total)] : []), ...sheet.sections(found));
    $("#confirm").hidden = Boolean(found.wrong) || !sheet.hasWork(found);
    complain(preview, "");
    step("preview");
    preview.focus();
    scrollTo(0, 0);
  }

  // Sends the chosen file, with a query.
  function send(path, query, key) {
    const form = new FormData();
    form.append("file", chosen.file, chosen.file.name);
    const asked = new URLSearchParams(query).toString();
    return houqin.send("POST", asked ? `${path}?${asked}` : path, form, key);
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
        if (within === choose) {
          $("#verdict").replaceChildren(notice(refusal.message, "red"));
          $("#figures").replaceChildren();
          complain(choose, "");
          step("preview");
        }
      }
    } finally {
      button.disabled = false;
      button.replaceChildren(...before);
    }
  }

  choose.addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = $("#f-file").files;
    const options = sheet.options();
    const missing = sheet.missing?.(options) || (file ? null : ["请先选择 Excel 文件", "#f-file"]);
    if (missing) {
      complain(choose, missing[0]);
      $(missing[1]).focus();
      return;
    }
    busy(event.submitter || $("[type=submit]", choose), "正在核对…", async () => {
      // The bytes are kept: a file that is saved anew meanwhile could not be read again.
      chosen = { file: new File([await file.arrayBuffer()], file.name), options, key: houqin.newKey() };
      const found = await send(sheet.preview, sheet.previewed(options), null);
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
    busy(event.currentTarget, sheet.committing, async () => {
      const query = sheet.committed?.(chosen) || { ...chosen.options, expected_sha256: chosen.sha256 };
      sheet.finish(await send(sheet.commit, query, chosen.key));
      step("done");
      finished.focus();
    }, preview);
  });
});
