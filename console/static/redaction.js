// Blacking out of photos by hand: boxes drawn with the mouse or the finger, or moved by keys and numbers.
// What is sent are whole pixels of the photo's full size, whatever size it is shown in.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const SVG = "http://www.w3.org/2000/svg";
  const LEAST = 4; // What is smaller was a click, not a box.
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const between = (low, value, high) => Math.min(Math.max(low, value), high);

  class Photo {
    constructor(holder, most) {
      this.holder = holder;
      this.most = most;
      this.size = { width: Number(holder.dataset.width), height: Number(holder.dataset.height) };
      this.svg = $("svg.redact-photo", holder);
      this.drawing = $("g", this.svg);
      this.list = $(".redact-list", holder);
      this.boxes = [];
      this.past = [];
      this.drawn = null; // What the pointer draws now: from where, and the box.
      this.svg.addEventListener("pointerdown", (event) => this.begin(event));
      this.svg.addEventListener("pointermove", (event) => this.follow(event));
      this.svg.addEventListener("pointerup", (event) => this.finish(event));
      this.svg.addEventListener("pointercancel", () => this.forget());
      this.svg.addEventListener("keydown", (event) => this.press(event));
      this.list.addEventListener("change", (event) => this.typed(event.target));
      holder.addEventListener("click", (event) => this.clicked(event.target));
      holder.addEventListener("change", (event) => event.target.matches("[data-show]") && this.show());
      this.show();
    }

    get choice() {
      return $("[data-show]:checked", this.holder).value;
    }

    // ---- What is shown, and what is sent --------------------------------------------------------------

    show() {
      const { choice } = this;
      this.holder.classList.toggle("is-left-out", !choice);
      $(".redact-side", this.holder).hidden = choice !== "boxes";
      this.drawing.toggleAttribute("hidden", choice !== "boxes");
      for (const each of $$("input[type=hidden]", this.holder)) each.disabled = !choice;
      this.say();
      this.complain("");
    }

    say() {
      $("[data-boxes]", this.holder).value = this.choice === "boxes" ? JSON.stringify(this.boxes) : "null";
    }

    complain(text) {
      $(".field-error", this.holder).textContent = text;
    }

    draw(focused = -1) {
      this.drawing.replaceChildren(...this.boxes.map((box, at) => this.rectangle(box, at)));
      // Who types in a row keeps it: only its numbers change.
      if (this.list.children.length !== this.boxes.length) this.list.replaceChildren(...this.boxes.map((_, at) => this.row(at)));
      this.boxes.forEach((box, at) => this.number(this.list.children[at], box));
      $("[data-undo]", this.holder).disabled = !this.past.length;
      this.say();
      this.complain("");
      if (focused >= 0) this.drawing.children[focused]?.focus();
    }

    rectangle(box, at) {
      const rect = document.createElementNS(SVG, "rect");
      for (const [key, value] of Object.entries(box)) rect.setAttribute(key, value);
      if (at === undefined) return rect;
      rect.setAttribute("tabindex", "0");
      rect.setAttribute("role", "img");
      rect.setAttribute("aria-label", `${this.holder.dataset.name}第 ${at + 1} 块：方向键移动，按住 Shift 改大小，Delete 删除`);
      rect.dataset.at = at;
      return rect;
    }

    row(at) {
      const row = $("#box-row").content.firstElementChild.cloneNode(true);
      row.dataset.at = at;
      $(".redact-number", row).textContent = `第 ${at + 1} 块`;
      $("[data-remove-box]", row).setAttribute("aria-label", `删除第 ${at + 1} 块`);
      for (const field of $$("[data-side]", row)) {
        const { side } = field.dataset;
        field.max = side === "x" || side === "width" ? this.size.width : this.size.height;
        field.setAttribute("aria-label", `第 ${at + 1} 块，${field.parentElement.textContent.trim()}（像素）`);
      }
      return row;
    }

    number(row, box) {
      for (const field of $$("[data-side]", row)) field.value = box[field.dataset.side];
    }

    // ---- Changes, each of which can be undone -----------------------------------------------------------

    change(boxes, focused) {
      this.past.push(this.boxes);
      this.boxes = boxes;
      this.draw(focused);
    }

    undo() {
      if (!this.past.length) return;
      this.boxes = this.past.pop();
      this.draw();
    }

    add(box) {
      if (this.boxes.length >= this.most) this.complain(`一张照片最多 ${this.most} 块`);
      else this.change([...this.boxes, box], this.boxes.length);
    }

    remove(at) {
      this.change(this.boxes.filter((_, place) => place !== at), Math.min(at, this.boxes.length - 2));
    }

    replace(at, box, focused) {
      this.change(this.boxes.map((each, place) => (place === at ? this.inside(box) : each)), focused);
    }

    // A box of at least one pixel that lies within the photo.
    inside({ x, y, width, height }) {
      const left = between(0, Math.round(x), this.size.width - 1);
      const top = between(0, Math.round(y), this.size.height - 1);
      return {
        x: left,
        y: top,
        width: between(1, Math.round(width), this.size.width - left),
        height: between(1, Math.round(height), this.size.height - top),
      };
    }

    // ---- The pointer ------------------------------------------------------------------------------------

    place(event) {
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
      return { x: between(0, x, this.size.width), y: between(0, y, this.size.height) };
    }

    begin(event) {
      if (event.button !== 0 || this.choice !== "boxes") return;
      event.preventDefault();
      this.svg.setPointerCapture(event.pointerId);
      this.drawn = { from: this.place(event), mark: this.drawing.appendChild(this.rectangle({})) };
    }

    follow(event) {
      if (!this.drawn) return;
      for (const [key, value] of Object.entries(this.between(this.place(event)))) this.drawn.mark.setAttribute(key, value);
    }

    // What the pointer went over, to the outside of the pixels it touched.
    between(to) {
      const { from } = this.drawn;
      const [x, y] = [Math.floor(Math.min(from.x, to.x)), Math.floor(Math.min(from.y, to.y))];
      return { x, y, width: Math.ceil(Math.max(from.x, to.x)) - x, height: Math.ceil(Math.max(from.y, to.y)) - y };
    }

    finish(event) {
      if (!this.drawn) return;
      const box = this.between(this.place(event));
      this.forget();
      if (box.width >= LEAST && box.height >= LEAST) this.add(this.inside(box));
      else if (event.target.dataset.at) this.drawing.children[event.target.dataset.at].focus();
    }

    forget() {
      this.drawn?.mark.remove();
      this.drawn = null;
    }

    // ---- Keys and numbers -------------------------------------------------------------------------------

    press(event) {
      const at = Number(event.target.dataset.at);
      if ((event.ctrlKey || event.metaKey) && event.key === "z") {
        event.preventDefault();
        this.undo();
        return;
      }
      if (Number.isNaN(at)) return;
      if (event.key === "Delete" || event.key === "Backspace") {
        event.preventDefault();
        this.remove(at);
      }
      const way = ARROWS[event.key];
      if (!way) return;
      event.preventDefault();
      const step = Math.max(1, Math.round(this.size.width / 100));
      const box = this.boxes[at];
      const [right, down] = way.map((each) => each * step);
      if (event.shiftKey) this.replace(at, { ...box, width: box.width + right, height: box.height + down }, at);
      else {
        const x = between(0, box.x + right, this.size.width - box.width);
        const y = between(0, box.y + down, this.size.height - box.height);
        this.replace(at, { ...box, x, y }, at);
      }
    }

    typed(field) {
      const at = Number(field.closest("li").dataset.at);
      if (field.value !== "") this.replace(at, { ...this.boxes[at], [field.dataset.side]: Number(field.value) });
      else this.draw();
    }

    clicked(target) {
      const { width, height } = this.size;
      if (target.closest("[data-undo]")) this.undo();
      if (target.closest("[data-remove-box]")) this.remove(Number(target.closest("li").dataset.at));
      if (target.closest("[data-add-box]")) {
        this.add(this.inside({ x: width * 0.4, y: height * 0.4, width: width * 0.2, height: height * 0.2 }));
      }
    }

    // ---- Afterwards -------------------------------------------------------------------------------------

    // Whether it is said what shall become of the photo.
    isDecided() {
      const isMissing = this.choice === "boxes" && !this.boxes.length;
      this.complain(isMissing ? "请先画出要遮挡的部分；没有需要遮挡的，请选“原样公示”" : "");
      if (isMissing) this.holder.scrollIntoView({ block: "center" });
      return !isMissing;
    }

    picture() {
      const picture = this.svg.cloneNode(true);
      $("g", picture).replaceChildren(...(this.choice === "boxes" ? this.boxes.map((box) => this.rectangle(box)) : []));
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", `${this.holder.dataset.name}，公示时的样子`);
      return picture;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const form = $("form[data-redaction]");
    if (!form) return;
    const photos = $$("[data-redact]", form).map((holder) => new Photo(holder, Number(form.dataset.mostBoxes)));

    // Before manage.js sends it.
    form.addEventListener("submit", (event) => {
      const undecided = photos.filter((photo) => !photo.isDecided());
      if (undecided.length) {
        event.preventDefault();
        event.stopPropagation();
      }
    });

    $("[data-preview]", form).addEventListener("click", () => {
      const shown = photos.filter((photo) => photo.choice);
      $("[data-preview-text]").textContent = form.elements.text.value.trim() || "（还没有写公示文字）";
      $("[data-preview-photos]").replaceChildren(...shown.map((photo) => photo.picture()));
      $("#preview").showModal();
    });
  });
})();
