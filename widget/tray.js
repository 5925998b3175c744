/** What is about to be sent besides text: files with previews, a location; each can be taken out again. */

import { build, icon, iconButton } from "./dom.js";
import { isPicture } from "./media.js";

export class Tray {
  #context;
  #items = new Map();
  #onChange;
  #refuse;

  /** `refuse(reason)` hears why a file cannot be taken. */
  constructor(context, { onChange, refuse }) {
    this.#context = context;
    this.#onChange = onChange;
    this.#refuse = refuse;
    this.element = build("div", { class: "tray", part: "tray", hidden: true });
  }

  get isEmpty() {
    return this.#items.size === 0;
  }

  addFiles(files) {
    for (const file of files) {
      const problem = this.#problem(file);
      if (problem) this.#refuse(problem);
      else this.#add({ file, type: kind(file) }, this.#thumbnail(file), file.name);
    }
  }

  addPlace(place) {
    const name = this.#context.say("own_location");
    this.#add({ place }, icon("pin"), name, `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`);
  }

  /** Empty the tray and return what was in it. */
  take() {
    const items = [...this.#items.keys()];
    for (const item of items) this.#drop(item);
    return items;
  }

  #problem({ name, size }) {
    const { say, formats, conversation } = this.#context;
    const most = conversation.config.max_file_bytes ?? Infinity;
    if (size === 0) return say("file_empty", { name });
    return size > most ? say("too_large", { name, size: formats.size(most) }) : null;
  }

  #add(item, picture, name, detail = this.#context.formats.size(item.file?.size ?? 0)) {
    const remove = iconButton("close", this.#context.say("remove", { name }), {
      class: "tray-remove",
      part: "remove",
      on: { click: () => this.#drop(item) },
    });
    const text = build(
      "span",
      { class: "card-text" },
      build("span", { class: "card-title" }, build("bdi", {}, name)),
      build("span", { class: "card-detail" }, build("bdi", {}, detail)),
    );
    const element = build(
      "div",
      { class: "tray-item", part: "draft" },
      build("span", { class: "tray-picture" }, picture),
      text,
      remove,
    );
    this.#items.set(item, element);
    this.element.append(element);
    this.#changed();
  }

  #drop(item) {
    const element = this.#items.get(item);
    const preview = element.querySelector("img");
    if (preview) URL.revokeObjectURL(preview.src);
    element.remove();
    this.#items.delete(item);
    this.#changed();
  }

  #thumbnail(file) {
    return isPicture(file.type) ? build("img", { src: URL.createObjectURL(file), alt: "" }) : icon("file");
  }

  #changed() {
    this.element.hidden = this.isEmpty;
    this.#onChange();
  }
}

function kind({ type }) {
  if (isPicture(type)) return "image";
  const family = type.split("/")[0];
  return family === "audio" || family === "video" ? family : "document";
}
