// The form of a notice: whom it addresses, and its attachments, each uploaded as it is chosen.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Who addresses everybody addresses nobody else beside.
  function address(box) {
    const others = $(box.dataset.everybody);
    others.hidden = box.checked;
    if (box.checked) for (const each of $$("input[type=checkbox]", others)) each.checked = false;
  }

  // What is ticked stays in sight.
  function sift(input) {
    const wanted = input.value.trim();
    for (const each of $$("label", $(input.dataset.filters))) each.hidden = !$("input", each).checked && !each.textContent.includes(wanted);
  }

  const sized = (bytes) => (bytes >= 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`);

  function addRow(file) {
    const template = $("#attachment-row");
    const number = Number(template.dataset.next || 0);
    template.dataset.next = number + 1;
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__i__", number);
    const row = holder.content.firstElementChild;
    $("input[type=hidden]", row).value = file.id;
    $(".attachment-name", row).textContent = file.name;
    $(".attachment-size", row).textContent = sized(file.size);
    $(template.dataset.into).append(row);
  }

  async function attach(input) {
    const note = $(".field-error", input.closest("fieldset"));
    const files = [...input.files];
    const refused = [];
    input.value = "";
    for (const [index, file] of files.entries()) {
      note.textContent = `正在上传 ${index + 1}/${files.length}：${file.name}`;
      const body = new FormData();
      body.append("file", file);
      try {
        addRow(await houqin.send("POST", `/api/v1/attachments?name=${encodeURIComponent(file.name)}`, body, houqin.newKey()));
      } catch (refusal) {
        if (!(refusal instanceof houqin.Refusal)) throw refusal;
        refused.push(`${file.name}：${refusal.message}`);
      }
    }
    note.textContent = refused.join("；");
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-everybody]")) address(target);
    if (target.matches("[data-attach]")) attach(target);
  });

  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-filters]")) sift(target);
  });

  // The field that narrows the list down is no part of the form: Enter does not send it.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-filters]")) event.preventDefault();
  });
})();
