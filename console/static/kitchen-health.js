// What a morning check found: asked for with a warning, shown in a dialog, and kept nowhere on the page.
"use strict";
(() => {
  const { ask, send, toast, newKey, Refusal } = window.houqin;
  const say = (id, text) => (document.getElementById(`health-${id}`).textContent = text || "—");

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-health]");
    if (!button) return;
    const text = `将显示${button.dataset.name}的体温和症状，属敏感个人信息，查看会记入审计日志。`;
    if (!(await ask(text, "查看晨检明细？", "查看"))) return;
    try {
      const found = await send("POST", button.dataset.health, {}, newKey());
      say("temperature", `${(found.temperature_dc / 10).toFixed(1)} ℃`);
      say("symptoms", found.symptoms.map((each) => each.name).join("、") || "无");
      say("note", found.note);
      say("clearance", found.clearance);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      toast(refusal.message, "bad");
      return;
    }
    document.getElementById("health-title").textContent = `${button.dataset.name}的晨检明细`;
    const dialog = document.getElementById("health");
    dialog.addEventListener("close", () => ["temperature", "symptoms", "note", "clearance"].forEach((each) => say(each, "")), { once: true });
    dialog.showModal();
  });
})();
