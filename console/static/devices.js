// 称重设备: a secret that is told once, and a platform that stands in no canteen.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);

  // A platform belongs to no canteen: its field is out of the form then, and sends nothing.
  function place(select) {
    const holder = $("[data-device-canteen]", select.form);
    const isPlatform = select.value === "platform";
    holder.hidden = isPlatform;
    $("select", holder).disabled = isPlatform;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches('#create [name="kind"]')) place(event.target);
  });

  document.addEventListener("houqin:done", (event) => {
    if (!event.target.matches("[data-tells-secret]")) return;
    event.preventDefault();
    const { device, secret } = event.detail;
    const dialog = $("#secret");
    $("#secret-code").textContent = device.code;
    $("#secret-text").textContent = secret;
    $("#secret-copy").dataset.copy = secret;
    $("#create").close();
    dialog.addEventListener("close", () => location.reload(), { once: true });
    dialog.showModal();
  });
})();
