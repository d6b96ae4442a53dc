// The kitchen's pages: ingredients chosen by name, a recipes' sheet imported, and what adopting a week did.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // ---- A recipe's form ----------------------------------------------------------------------------------

  const recipe = $("form[data-recipe]");

  function sum() {
    const grams = $$("[data-raw]", recipe).reduce((total, each) => total + (Number(each.value) || 0), 0);
    $("[data-raw-sum]", recipe).textContent = grams || "—";
  }

  // The server numbers the rows as they were sent: a refusal finds its row if they are named so.
  function renumber() {
    for (const rows of $$(".rows", recipe)) {
      $$("[data-row]", rows).forEach((row, place) => {
        row.dataset.field = row.dataset.field.replace(/\d+/, place);
        for (const each of $$("[name]", row)) each.name = each.name.replace(/\d+/, place);
      });
    }
  }

  // What is typed is the name or the code of an ingredient; its number goes along.
  function choose(input) {
    const text = input.value.trim();
    const found = $$("#ingredients option").find((each) => each.value === text || each.dataset.code === text);
    $("input[type=hidden]", input.closest("[data-row]")).value = found ? found.dataset.id : "";
    input.setCustomValidity(text && !found ? "请从食材库中选择" : "");
  }

  if (recipe) {
    recipe.addEventListener("input", (event) => {
      if (event.target.matches("[data-ingredient]")) choose(event.target);
      if (event.target.matches("[data-raw]")) sum();
    });
    document.addEventListener("click", () => setTimeout(() => { renumber(); sum(); }));
    sum();
  }

  // ---- A sheet of recipes -------------------------------------------------------------------------------

  const sheet = $("#recipes-import");

  function complain(text) {
    const note = $(".form-error", sheet);
    note.textContent = text;
    note.hidden = !text;
  }

  function list(faults) {
    $("#import-faults tbody").replaceChildren(
      ...faults.map(({ row, column, msg }) => {
        const line = document.createElement("tr");
        for (const text of [`第 ${row} 行`, column || "", msg]) line.insertCell().textContent = text;
        return line;
      }),
    );
    $("#import-faults").hidden = !faults.length;
    if (faults.length) $("#import-faults").focus();
  }

  async function importSheet() {
    const [file] = $("#f-file").files;
    list([]);
    complain(file ? "" : "请先选择 Excel 文件");
    if (!file) return;
    const body = new FormData();
    body.append("file", file, file.name);
    const button = $("[type=submit]", sheet);
    button.disabled = true;
    try {
      const done = await houqin.send("POST", sheet.dataset.path, body, houqin.newKey());
      $("[data-outcome]").textContent = `新建草稿 ${done.created} 份，修改 ${done.updated} 份，${done.unchanged} 道菜没有变化。`;
      sheet.hidden = true;
      $("#import-done").hidden = false;
      $("#import-done").focus();
    } catch (refusal) {
      if (!(refusal instanceof houqin.Refusal)) throw refusal;
      complain([refusal.message, ...Object.values(refusal.data.fields || {}).flat()].join("："));
      list(refusal.data.rows || []);
    } finally {
      button.disabled = false;
    }
  }

  if (sheet) {
    sheet.addEventListener("submit", (event) => {
      event.preventDefault();
      importSheet();
    });
    $("#f-file").addEventListener("change", (event) => {
      $("#chosen").textContent = event.target.files[0]?.name || "尚未选择";
      complain("");
    });
  }

  // ---- What adopting a suggested week did ---------------------------------------------------------------

  document.addEventListener("houqin:done", (event) => {
    const form = event.target;
    if (!form.matches("[data-adopt]")) return;
    event.preventDefault();
    const { created, replaced, skipped } = event.detail;
    const made = created.length + replaced.length;
    const result = $("#adopted");
    $("[data-made]", result).textContent = made ? `已生成 ${made} 餐草稿，核对后再发布。` : "没有生成任何草稿。";
    for (const [name, rows] of Object.entries({ made: [...created, ...replaced], skipped })) {
      const part = $(`[data-list-of="${name}"]`, result);
      part.hidden = !rows.length;
      $("ul", part).replaceChildren(
        ...rows.map((each) => {
          const item = document.createElement("li");
          item.textContent = each.msg;
          return item;
        }),
      );
    }
    result.addEventListener("close", () => location.reload(), { once: true });
    result.showModal();
  });
});
