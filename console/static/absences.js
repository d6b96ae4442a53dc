// What an approval did, in its message; a sheet's name when it is chosen, and its faults by row.
"use strict";
(() => {
  const yuan = (fen) => (fen / 100).toFixed(2);

  document.addEventListener("houqin:done", (event) => {
    const { target: form, detail: done } = event;
    if (form.matches("[data-approval]") && done?.cancelled?.length) {
      const fen = done.cancelled.reduce((sum, order) => sum + order.total_fen, 0);
      form.dataset.done = `${form.dataset.done}，取消 ${done.cancelled.length} 份订餐，退回 ${yuan(fen)} 元`;
    }
    if (form.matches("[data-absence-sheet]")) {
      const parts = [`已登记 ${done.created} 条`];
      if (done.unchanged) parts.push(`${done.unchanged} 条此前已登记`);
      if (done.orders_cancelled) parts.push(`取消 ${done.orders_cancelled} 份订餐，退回 ${yuan(done.refunded_fen)} 元`);
      form.dataset.done = parts.join("，");
    }
  });

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-shows]")) {
      document.querySelector(target.dataset.shows).textContent = target.files[0]?.name || "尚未选择";
    }
  });

  document.addEventListener("houqin:refused", (event) => {
    const { target: form, detail: refusal } = event;
    if (!form.matches("[data-absence-sheet]")) return;
    const holder = form.querySelector("[data-sheet-faults]");
    const rows = refusal.data?.rows || [];
    const list = document.createElement("ul");
    for (const { row, column, msg } of rows) {
      const item = document.createElement("li");
      item.textContent = `第 ${row} 行 ${column}：${msg}`;
      list.append(item);
    }
    holder.replaceChildren(list);
    holder.hidden = !rows.length;
  });
})();
