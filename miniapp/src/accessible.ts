/**
 * In the browser uni-app's own elements say nothing to a screen reader: their fields have no names, their
 * pictures no text, their bars and dialogs no roles. This gives them what they lack, as they appear.
 */

const ROLES: [selector: string, attributes: Record<string, string>][] = [
  ["uni-image img, .uni-tabbar img, .uni-toast img", { alt: "" }],
  [".uni-page-head__title", { role: "heading", "aria-level": "1" }],
  [".uni-page-head-btn", { role: "button", "aria-label": "返回", tabindex: "0" }],
  [".uni-tabbar__item", { role: "link", tabindex: "0" }],
  [".uni-modal", { role: "dialog", "aria-modal": "true", "aria-label": "提示" }],
  [".uni-modal__btn, .uni-actionsheet__cell", { role: "button", tabindex: "0" }],
  ["uni-toast", { role: "status" }],
  ["uni-switch", { role: "switch", tabindex: "0" }],
];

/** Watches the document; once, when the app starts. */
export function watchAccessibility(): void {
  new MutationObserver((changes) => {
    const nodes = changes.flatMap((change) =>
      change.type === "childList" ? [...change.addedNodes] : [change.target],
    );
    for (const node of nodes) if (node instanceof Element) complete(node);
  }).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["aria-label", "class"],
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target as Element;
    const isTapped = ROLES.some(([selector, given]) => given.tabindex && target.matches(selector));
    if (event.key === "Enter" && isTapped) (target as HTMLElement).click();
  });
  complete(document.body);
}

function complete(root: Element): void {
  for (const [selector, attributes] of ROLES) {
    for (const element of found(root, selector)) {
      for (const [name, text] of Object.entries(attributes)) set(element, name, text);
    }
  }
  for (const host of found(root, "uni-input, uni-textarea")) {
    const field = host.querySelector("input, textarea");
    if (field) set(field, "aria-label", host.getAttribute("aria-label") ?? placeholder(host));
  }
  const switched = root.closest("uni-switch");
  for (const host of switched ? [switched] : found(root, "uni-switch")) {
    set(host, "aria-checked", String(host.querySelector(".uni-switch-input-checked") !== null));
  }
}

function placeholder(host: Element): string {
  return host.querySelector(".uni-input-placeholder, .uni-textarea-placeholder")?.textContent?.trim() ?? "";
}

function found(root: Element, selector: string): Element[] {
  const within = [...root.querySelectorAll(selector)];
  return root.matches(selector) ? [root, ...within] : within;
}

/** Writes only what differs: each change is looked at again. */
function set(element: Element, name: string, text: string): void {
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}
