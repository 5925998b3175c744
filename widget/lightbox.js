/** Shows a picture large; the one place where focus is kept inside, which a modal dialog does by itself. */

import { build, icon, iconButton } from "./dom.js";
import { link } from "./richtext.js";

export class Lightbox {
  #image = build("img", { alt: "" });
  #caption = build("span", { class: "lightbox-caption", dir: "auto" });
  #original = build("span");
  #say;

  constructor(say) {
    this.#say = say;
    const close = iconButton("close", say("close_image"), {
      part: "lightbox-close",
      on: { click: () => this.element.close() },
    });
    const bar = build("div", { class: "lightbox-bar" }, this.#caption, this.#original, close);
    this.element = build("dialog", { class: "lightbox", part: "lightbox" }, bar, this.#image);
    this.element.addEventListener("click", ({ target }) => target === this.element && this.element.close());
  }

  /** Focus goes back to `opener` when it closes. */
  show(source, name, opener) {
    this.#image.src = source;
    this.#image.alt = name;
    this.#caption.textContent = name;
    this.#original.replaceChildren(
      link(
        source,
        { class: "icon-button", "aria-label": this.#say("open_original"), title: this.#say("open_original") },
        icon("outside"),
      ) ?? "",
    );
    this.element.setAttribute("aria-label", name);
    this.element.addEventListener("close", () => opener.focus(), { once: true });
    this.element.showModal();
  }
}
