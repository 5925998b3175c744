/** Records a voice message: a bar with a clock, a button to discard it and one to send it. */

import { build, iconButton } from "./dom.js";
import { duration } from "./formats.js";

const LONGEST_S = 300;
/** In order of preference; Safari records only the last one. */
const TYPES = { "audio/webm;codecs=opus": "webm", "audio/ogg;codecs=opus": "ogg", "audio/mp4": "m4a" };

/** False on plain http, where browsers hide the microphone. */
export function canRecord() {
  return Boolean(globalThis.MediaRecorder && navigator.mediaDevices?.getUserMedia);
}

export class Recorder {
  #say;
  #onFile;
  #onState;
  #clock = build("span", { class: "recorder-clock" });
  #recording = null;
  /** While the browser asks for permission, a second click must not open the microphone twice. */
  #isAsking = false;

  /** `onFile(file)` gets a finished recording; `onState(on)` hears when the bar appears and goes. */
  constructor({ say, onFile, onState }) {
    this.#say = say;
    this.#onFile = onFile;
    this.#onState = onState;
    this.element = build(
      "div",
      { class: "recorder", part: "recorder", role: "group", "aria-label": say("recording"), hidden: true },
      iconButton("trash", say("discard_recording"), {
        part: "discard-recording",
        on: { click: () => this.stop(false) },
      }),
      build("span", { class: "recorder-dot" }),
      build("span", {}, say("recording")),
      this.#clock,
      iconButton("send", say("send_recording"), {
        part: "send-recording",
        class: "send",
        on: { click: () => this.stop(true) },
      }),
    );
  }

  /** Ask for the microphone and begin; throws an Error that says what is wrong in the visitor's words. */
  async start() {
    if (this.#isAsking) return;
    const sound = await this.#microphone();
    if (this.element.parentElement?.checkVisibility()) this.#run(sound);
    else release(sound);
  }

  /** End the recording, and hand it on if it is wanted. */
  stop(isWanted) {
    if (!this.#recording) return;
    this.#recording.isWanted = isWanted;
    this.#recording.machine.stop();
  }

  async #microphone() {
    this.#isAsking = true;
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      throw new Error(this.#say(reason(error)));
    } finally {
      this.#isAsking = false;
    }
  }

  #run(sound) {
    const type = Object.keys(TYPES).find((candidate) => MediaRecorder.isTypeSupported(candidate));
    const machine = new MediaRecorder(sound, type ? { mimeType: type } : {});
    this.#recording = { machine, sound, startedAt: Date.now(), ticking: setInterval(() => this.#tick(), 250) };
    this.#collect(machine);
    machine.start(1000);
    this.#tick();
    this.#appear(true);
  }

  #collect(machine) {
    const chunks = [];
    machine.addEventListener("dataavailable", ({ data }) => chunks.push(data));
    machine.addEventListener("stop", () => this.#finish(chunks, machine.mimeType), { once: true });
  }

  #finish(chunks, type) {
    const { sound, ticking, isWanted } = this.#recording;
    this.#recording = null;
    clearInterval(ticking);
    release(sound);
    this.#appear(false);
    const mime = type.split(";")[0];
    if (isWanted) this.#onFile(new File(chunks, `voice.${extension(mime)}`, { type: mime }));
  }

  #tick() {
    const seconds = (Date.now() - this.#recording.startedAt) / 1000;
    this.#clock.textContent = duration(seconds);
    if (seconds >= LONGEST_S) this.stop(true);
  }

  #appear(on) {
    this.element.hidden = !on;
    this.#onState(on);
    if (on) this.element.querySelector("[part=send-recording]").focus();
  }
}

function release(sound) {
  for (const track of sound.getTracks()) track.stop();
}

function extension(mime) {
  const type = Object.keys(TYPES).find((candidate) => candidate.startsWith(mime));
  return TYPES[type] ?? "webm";
}

function reason({ name }) {
  if (name === "NotAllowedError" || name === "SecurityError") return "microphone_blocked";
  return name === "NotFoundError" ? "microphone_missing" : "microphone_failed";
}
