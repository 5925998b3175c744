/** Shows the transcript: order, days, groups, and a scroll position that never jumps under the reader. */

import { build, icon, spoken } from "./dom.js";
import { isSameDay } from "./formats.js";
import { draw, footer } from "./message.js";
import { isOutbound } from "./transcript.js";

const NEAR_PX = 60;
const GROUP_MS = 3 * 60_000;

export class Thread {
  #context;
  #entries = new Map();
  #drawn = new WeakMap();
  #followsEnd = true;
  #list = build("div", { class: "list" });
  #opening = build("div", { class: "opening" });
  #suggestions = build("div", { class: "suggestions", part: "keyboard", role: "group", hidden: true });
  #resizing = new ResizeObserver(() => this.#followsEnd && this.toEnd());
  #typing;
  #pill;

  /** `context.reached()` is called whenever the end of the log comes into view. */
  constructor(context) {
    this.#context = context;
    const { say } = context;
    this.#typing = build(
      "div",
      { class: "typing", part: "typing", hidden: true },
      spoken(say("typing")),
      ...[1, 2, 3].map(() => build("i")),
    );
    this.#suggestions.setAttribute("aria-label", say("suggestions"));
    const content = build("div", { class: "content" }, this.#opening, this.#list, this.#typing, this.#suggestions);
    this.log = build(
      "div",
      { class: "log", part: "log", role: "log", "aria-live": "polite", "aria-label": say("log"), tabindex: 0 },
      content,
    );
    this.#pill = build(
      "button",
      { type: "button", class: "pill", part: "newer", hidden: true, on: { click: () => this.toEnd() } },
      icon("down"),
      say("newer"),
    );
    this.element = build("div", { class: "thread" }, this.log, this.#pill);
    this.#watch(content);
  }

  get isAtEnd() {
    return this.#followsEnd;
  }

  destroy() {
    this.#resizing.disconnect();
  }

  /** Draw what history brought, without anyone hearing all of it read aloud. */
  fill() {
    const fromEnd = this.log.scrollHeight - this.log.scrollTop;
    this.log.setAttribute("aria-live", "off");
    for (const message of this.#messages) this.#place(message);
    this.#arrange();
    this.log.scrollTop = this.log.scrollHeight - fromEnd;
    if (this.#followsEnd) this.toEnd();
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
    this.#loadOlderIfNear();
  }

  /** Draw one message, anew if it changed. A fresh own one brings the reader to it. */
  show({ message, fresh }) {
    const entry = this.#place(message);
    this.#arrange();
    entry.classList.toggle("fresh", fresh);
    if (this.#followsEnd || (fresh && message.local)) this.toEnd();
    else if (fresh && isOutbound(message)) this.#pill.hidden = false;
  }

  remove(id) {
    this.#entries.get(id)?.remove();
    this.#entries.delete(id);
    this.#arrange();
  }

  /** Redraw the status alone: a redrawn message would stop its audio and lose its focus. */
  mark(message) {
    const entry = this.#entries.get(message.id);
    entry?.querySelector(".footer").replaceWith(footer(message, this.#context));
  }

  typing(on) {
    this.#typing.hidden = !on;
    if (this.#followsEnd) this.toEnd();
  }

  toEnd() {
    this.#followsEnd = true;
    this.#pill.hidden = true;
    this.log.scrollTop = this.log.scrollHeight;
  }

  get #messages() {
    return this.#context.conversation.transcript.all;
  }

  #watch(content) {
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#resizing.observe(content);
    this.#resizing.observe(this.log);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.#followsEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (this.#followsEnd) {
      this.#pill.hidden = true;
      this.#context.reached();
    }
    this.#loadOlderIfNear();
  }

  #loadOlderIfNear() {
    const { conversation } = this.#context;
    if (this.log.clientHeight === 0 || this.log.scrollTop > NEAR_PX || !conversation.older) return;
    conversation
      .loadOlder()
      .catch(() => {})
      .finally(() => this.#open());
    this.#open();
  }

  #place(message) {
    const entry = this.#entries.get(message.id) ?? this.#insert(message);
    const state = JSON.stringify([message, this.#context.conversation.transcript.answerTo(message.id)]);
    if (this.#drawn.get(entry) !== state) this.#redraw(entry, message);
    this.#drawn.set(entry, state);
    return entry;
  }

  #insert(message) {
    const entry = build(
      "div",
      { class: "entry" },
      build("div", { class: "day", part: "day" }),
      build("div", { class: "message" }),
    );
    const following = this.#messages.slice(this.#messages.findIndex(({ id }) => id === message.id) + 1);
    const next = following.find(({ id }) => this.#entries.has(id));
    this.#list.insertBefore(entry, next ? this.#entries.get(next.id) : null);
    this.#entries.set(message.id, entry);
    return entry;
  }

  #redraw(entry, message) {
    const hadFocus = entry.contains(entry.getRootNode().activeElement);
    entry.lastElementChild.replaceWith(draw(message, this.#context));
    if (hadFocus) entry.querySelector(".react-opener")?.focus();
  }

  /** Say the day where it changes, and join what one side said in one go. */
  #arrange() {
    const messages = this.#messages.filter(({ id }) => this.#entries.has(id));
    messages.forEach((message, index) => this.#joint(message, messages[index - 1], messages[index + 1]));
    this.#open();
    this.#suggest();
  }

  #joint(message, previous, next) {
    const entry = this.#entries.get(message.id);
    const startsDay = !previous || !isSameDay(previous.at, message.at);
    entry.firstElementChild.textContent = startsDay ? this.#context.formats.day(message.at) : "";
    entry.classList.toggle("joined", !startsDay && isGrouped(previous, message));
    entry.classList.toggle("followed", Boolean(next) && isSameDay(next.at, message.at) && isGrouped(message, next));
  }

  /** The top of the log: older messages on their way, or how the conversation began. */
  #open() {
    const { conversation, say, greeting } = this.#context;
    const words = conversation.loading ? say("loading") : "";
    const hello = conversation.older === null && greeting;
    const isEmpty = conversation.older === null && !greeting && !this.#messages.length;
    this.#opening.replaceChildren(
      ...(words ? [build("div", { class: "day" }, words)] : []),
      ...(hello
        ? [
            build(
              "div",
              { class: "message", part: "greeting", "data-direction": "outbound" },
              build("div", { class: "bubble", dir: "auto" }, hello),
            ),
          ]
        : []),
      ...(isEmpty ? [build("div", { class: "empty" }, icon("chat"), say("empty"))] : []),
    );
  }

  #suggest() {
    const { conversation } = this.#context;
    const last = conversation.transcript.last;
    const answers = last && isOutbound(last) ? (last.keyboard ?? []) : [];
    this.#suggestions.hidden = answers.length === 0;
    this.#suggestions.replaceChildren(...answers.map((answer) => this.#suggestion(answer)));
  }

  #suggestion(answer) {
    const choose = () => {
      this.#context.conversation.say(answer);
      this.#context.focusInput();
    };
    return build(
      "button",
      { type: "button", class: "suggestion", part: "answer", dir: "auto", on: { click: choose } },
      answer,
    );
  }
}

function isGrouped(one, other) {
  return (
    one.direction === other.direction &&
    Date.parse(other.at) - Date.parse(one.at) < GROUP_MS &&
    !one.buttons?.length &&
    !one.rows?.length
  );
}
