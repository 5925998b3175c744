/** Where the visitor writes: text, attachments, location, voice. */

import { build, iconButton } from "./dom.js";
import { canRecord, Recorder } from "./recorder.js";
import { Tray } from "./tray.js";

const TALLEST_PX = 140;
const LOCATION_TIMEOUT_MS = 15_000;

export class Composer {
  #context;
  #conversation;
  #notify;
  #tray;
  #recorder;
  #send;
  #picker;

  /** `context.notify(text, isProblem)` tells the visitor something; an empty text takes it away. */
  constructor(context) {
    this.#context = context;
    this.#conversation = context.conversation;
    this.#notify = context.notify;
    this.#tray = new Tray(context, {
      onChange: () => this.#refresh(),
      refuse: (problem) => this.#notify(problem, true),
    });
    this.#recorder = new Recorder({
      say: context.say,
      onFile: (file) => this.#conversation.attach({ file, type: "audio", voice: true }),
      onState: (on) => this.#showRecorder(on),
    });
    this.element = this.#form(context.say);
    this.#refresh();
  }

  focus() {
    this.input.focus();
  }

  write(text) {
    this.input.value = text;
    this.#refresh();
  }

  /** Add files that were dropped or pasted. */
  attach(files) {
    this.#notify("");
    this.#tray.addFiles(files);
    this.focus();
  }

  /** A microphone must not stay open behind a closed chat. */
  rest() {
    this.#recorder.stop(false);
  }

  destroy() {
    this.rest();
    this.#tray.take();
  }

  /** Make the input as tall as its text; while it is hidden it has no height to go by. */
  resize() {
    this.input.style.height = "auto";
    const height = Math.min(this.input.scrollHeight, TALLEST_PX);
    if (height) this.input.style.height = `${height}px`;
  }

  #form(say) {
    this.input = this.#textarea(say);
    this.#picker = build("input", {
      type: "file",
      multiple: true,
      class: "picker",
      part: "file",
      tabindex: -1,
      "aria-label": say("attach"),
    });
    this.#picker.addEventListener("change", () => this.#pick());
    this.#send = iconButton("send", say("send"), { type: "submit", class: "send", part: "send" });
    this.box = build("div", { class: "box" }, this.#tray.element, this.input, this.#tools(say));
    const submit = (event) => {
      event.preventDefault();
      this.submit();
    };
    return build(
      "form",
      { class: "composer", part: "composer", novalidate: true, on: { submit } },
      this.box,
      this.#recorder.element,
    );
  }

  #textarea(say) {
    const traits = {
      class: "input",
      part: "input",
      rows: 1,
      placeholder: say("input"),
      "aria-label": say("input_label"),
      enterkeyhint: "send",
      dir: "auto",
    };
    const input = build("textarea", traits);
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("keydown", (event) => this.#pressed(event));
    input.addEventListener("paste", (event) => this.#pasted(event));
    return input;
  }

  #tools(say) {
    return build(
      "div",
      { class: "tools" },
      this.#picker,
      iconButton("clip", say("attach"), { part: "attach", on: { click: () => this.#picker.click() } }),
      "geolocation" in navigator &&
        iconButton("pin", say("locate"), { part: "locate", on: { click: () => this.#locate() } }),
      canRecord() && iconButton("microphone", say("record"), { part: "record", on: { click: () => this.#record() } }),
      build("span", { class: "space" }),
      this.#send,
    );
  }

  /** Send what was written and attached; text goes with the first file, as its caption. */
  submit() {
    let text = this.input.value.trim();
    for (const { file, type, place } of this.#tray.take()) {
      if (place) this.#conversation.place(place);
      else this.#conversation.attach({ file, type, text: text || undefined });
      if (file) text = "";
    }
    if (text) this.#conversation.say(text);
    this.write("");
    this.#notify("");
    this.focus();
  }

  #pick() {
    this.attach([...this.#picker.files]);
    this.#picker.value = "";
  }

  #typed() {
    this.#refresh();
    if (this.input.value.trim()) this.#conversation.typing();
  }

  /** Enter while an input method composes picks a word; Safari tells by key code 229 only. */
  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!this.#send.disabled) this.submit();
  }

  #pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    this.attach(files);
  }

  #locate() {
    this.#notify(this.#context.say("locating"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.#located(coords),
      (error) => this.#lost(error),
      { timeout: LOCATION_TIMEOUT_MS },
    );
  }

  #located({ latitude, longitude }) {
    this.#notify("");
    this.#tray.addPlace({ latitude, longitude });
    this.#send.focus();
  }

  #lost(error) {
    const isBlocked = error.code === error.PERMISSION_DENIED;
    this.#notify(this.#context.say(isBlocked ? "location_blocked" : "location_failed"), true);
  }

  async #record() {
    this.#notify("");
    await this.#recorder.start().catch((error) => this.#notify(error.message, true));
  }

  #showRecorder(on) {
    this.box.hidden = on;
    if (!on) this.focus();
  }

  #refresh() {
    this.#send.disabled = !this.input.value.trim() && this.#tray.isEmpty;
    this.resize();
  }
}
