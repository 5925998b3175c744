/** The chat the visitor sees: launcher, header, connection status, thread, composer, lightbox. */

import { Composer } from "./composer.js";
import { build, icon, iconButton } from "./dom.js";
import { formats } from "./formats.js";
import { Lightbox } from "./lightbox.js";
import { Thread } from "./thread.js";

/** Shorter interruptions are nothing to bother a reader with. */
const PATIENCE_MS = 1500;
const NOTICE_MS = 10_000;

/** Lives as long as words, language and heading stay; the conversation outlives it. */
export class Panel {
  #say;
  #formats;
  #conversation;
  #isInline;
  #onToggle;
  #listening = new AbortController();
  #banner = build("div", { class: "banner", part: "status", role: "status", hidden: true });
  #notice = build("div", { class: "notice", part: "notice", role: "alert", hidden: true });
  #announcer = build("div", { class: "spoken", role: "status" });
  #badge = build("span", { class: "badge", part: "badge", hidden: true });
  #launcher;
  #lightbox;
  #thread;
  #composer;
  #patience;
  #noticeTimer;

  /** `onToggle(open)` hears when the visitor wants the chat opened or closed. */
  constructor({ say, language, direction, heading, greeting, isInline, host, conversation, onToggle }) {
    this.#say = say;
    this.#formats = formats(language);
    this.#conversation = conversation;
    this.#isInline = isInline;
    this.#onToggle = onToggle;
    const context = { say, formats: this.#formats, conversation, heading, greeting, host };
    this.#furnish(context);
    const traits = { class: isInline ? "root inline" : "root", lang: language, dir: direction };
    this.element = build(
      "div",
      traits,
      this.#section(heading),
      isInline ? null : this.#launcher,
      this.#lightbox.element,
      this.#announcer,
    );
    this.#listen();
  }

  /** Show what the conversation already holds, once the panel is in the page and can be measured. */
  settle() {
    this.#thread.fill();
    this.#connection(this.#conversation);
    this.#count(this.#conversation.unread);
  }

  get isOpen() {
    return !this.section.hidden;
  }

  toggle(open) {
    const hadFocus = this.section.contains(this.element.getRootNode().activeElement);
    this.section.hidden = !open;
    this.element.classList.toggle("open", open);
    this.#launcher.setAttribute("aria-expanded", String(open));
    this.#launcher.replaceChildren(icon(open ? "down" : "chat"), this.#badge);
    this.#labelLauncher();
    if (open) this.#shown();
    else this.#composer.rest();
    if (!open && hadFocus) this.#launcher.focus();
  }

  focus() {
    this.#composer.focus();
  }

  /** What the visitor has written but not sent. */
  get draft() {
    return this.#composer.input.value;
  }

  set draft(text) {
    this.#composer.write(text);
  }

  paint({ theme, chosen, configured }) {
    this.element.dataset.theme = theme;
    for (const [name, colour] of Object.entries({ "--chosen-accent": chosen, "--configured-accent": configured })) {
      if (colour) this.element.style.setProperty(name, colour);
      else this.element.style.removeProperty(name);
    }
  }

  destroy() {
    this.#listening.abort();
    this.#composer.destroy();
    this.#thread.destroy();
    clearTimeout(this.#patience);
    clearTimeout(this.#noticeTimer);
    this.element.remove();
  }

  #furnish(context) {
    this.#lightbox = new Lightbox(this.#say);
    this.#launcher = build("button", {
      type: "button",
      class: "launcher",
      part: "launcher",
      "aria-expanded": "false",
      on: { click: () => this.#onToggle(!this.isOpen) },
    });
    this.#thread = new Thread({
      ...context,
      focusInput: () => this.focus(),
      enlarge: (source, name, opener) => this.#lightbox.show(source, name, opener),
      reached: () => this.#see(),
    });
    this.#composer = new Composer({ ...context, notify: (text, isProblem) => this.#notify(text, isProblem) });
  }

  #section(heading) {
    const close = this.#isInline
      ? null
      : iconButton("close", this.#say("close"), { part: "close", on: { click: () => this.#onToggle(false) } });
    const mark = build("span", { class: "mark", "aria-hidden": "true" }, [...heading][0] ?? "");
    const header = build(
      "header",
      { class: "header", part: "header" },
      mark,
      build("h2", { class: "heading", part: "heading" }, build("bdi", {}, heading)),
      close,
    );
    const drop = build("div", { class: "drop", "aria-hidden": "true" }, this.#say("drop"));
    const traits = {
      class: "panel",
      part: "panel",
      role: this.#isInline ? "region" : "dialog",
      "aria-label": heading,
      hidden: true,
    };
    this.section = build(
      "section",
      traits,
      header,
      this.#banner,
      this.#thread.element,
      this.#notice,
      this.#composer.element,
      drop,
    );
    this.#takeDrops();
    return this.section;
  }

  #listen() {
    const { signal } = this.#listening;
    const on = (name, listener) =>
      this.#conversation.addEventListener(name, ({ detail }) => listener(detail), { signal });
    on("message", (detail) => this.#receive(detail));
    on("history", () => this.#thread.fill());
    on("remove", (id) => this.#thread.remove(id));
    on("status", (message) => this.#mark(message));
    on("typing", (isTyping) => this.#thread.typing(isTyping));
    on("connection", (detail) => this.#connection(detail));
    on("unread", (count) => this.#count(count));
    on("rejected", (reason) => this.#notify(reason, true));
    document.addEventListener("visibilitychange", () => this.#see(), { signal });
    addEventListener("offline", () => this.#connection(this.#conversation), { signal });
    addEventListener("online", () => this.#connection(this.#conversation), { signal });
    this.section.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  #receive(detail) {
    this.#thread.show(detail);
    this.#see();
  }

  #mark(message) {
    this.#thread.mark(message);
    if (message.status === "failed") this.#announcer.textContent = this.#say("failed");
  }

  #shown() {
    this.#composer.resize();
    this.#thread.toEnd();
    this.#thread.fill();
    this.#see();
  }

  /** What is on screen has been read. */
  #see() {
    if (this.isOpen && document.visibilityState === "visible" && this.#thread.isAtEnd) this.#conversation.seen();
  }

  #count(unread) {
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = unread > 99 ? "99+" : this.#formats.number(unread);
    this.#labelLauncher();
  }

  #labelLauncher() {
    const unread = this.#badge.hidden ? "" : `. ${this.#say("unread", { count: this.#badge.textContent })}`;
    this.#launcher.setAttribute("aria-label", this.isOpen ? this.#say("close") : this.#say("open") + unread);
  }

  #connection({ state, error }) {
    this.element.dataset.connection = state;
    if (state === "open" || state === "idle") return this.#showBanner("");
    if (state === "refused") return this.#showBanner(this.#say("refused"), error?.message);
    const text = this.#say(navigator.onLine ? { connecting: "connecting", waiting: "reconnecting" }[state] : "offline");
    if (!navigator.onLine || !this.#banner.hidden) return this.#showBanner(text);
    this.#patience ??= setTimeout(() => this.#showBanner(text), PATIENCE_MS);
  }

  #showBanner(text, hint = "") {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#banner.textContent = text;
    this.#banner.title = hint;
    this.#banner.hidden = !text;
  }

  /** Say something above the composer; only a problem stays until it is dismissed or replaced. */
  #notify(text, isProblem = false) {
    clearTimeout(this.#noticeTimer);
    this.#notice.hidden = !text;
    this.#notice.classList.toggle("problem", isProblem);
    const dismiss = iconButton("close", this.#say("dismiss"), { on: { click: () => this.#notify("") } });
    this.#notice.replaceChildren(build("span", {}, text), dismiss);
    if (text && !isProblem) this.#noticeTimer = setTimeout(() => this.#notify(""), NOTICE_MS);
  }

  #pressed(event) {
    if (event.key !== "Escape" || event.isComposing || this.#isInline) return;
    event.stopPropagation();
    this.#onToggle(false);
  }

  #takeDrops() {
    const hover = (on) => this.section.classList.toggle("dropping", on);
    const holdsFiles = ({ dataTransfer }) => dataTransfer.types.includes("Files");
    this.section.addEventListener("dragover", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      hover(true);
    });
    this.section.addEventListener(
      "dragleave",
      ({ relatedTarget }) => !this.section.contains(relatedTarget) && hover(false),
    );
    this.section.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      hover(false);
      this.#composer.attach([...event.dataTransfer.files]);
    });
  }
}
