/** Keeps a server-sent event stream alive over fetch, which unlike EventSource carries a bearer token. */

import { isPassing } from "./api.js";
import { Backoff } from "./backoff.js";

const SILENCE_MS = 40_000;
/** A stream that lived this long was healthy: the next reconnect starts with the shortest wait. */
const HEALTHY_MS = 10_000;

/** Turns the text of an event stream into `{event, id, data}`, whatever way the chunks were cut. */
export class EventParser {
  #rest = "";
  #event = {};

  feed(chunk) {
    const lines = (this.#rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    return lines.map((line) => this.#line(line)).filter(Boolean);
  }

  #line(line) {
    if (line === "") return this.#finish();
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === "data") this.#event.data = "data" in this.#event ? `${this.#event.data}\n${value}` : value;
    else if (field === "event" || field === "id") this.#event[field] = value;
    return null;
  }

  #finish() {
    const event = this.#event;
    this.#event = {};
    return "data" in event ? { event: "message", ...event } : null;
  }
}

export class Stream {
  #open;
  #onEvent;
  #onState;
  #backoff = new Backoff();
  #attempt = new AbortController();
  #stopped = new AbortController();
  #heardAt = 0;

  /**
   * `open(lastEventId, signal)` answers with a Response; `onEvent(name, data)` gets each event;
   * `onState` hears "open", "waiting" and, when trying again is pointless, "refused" with the error.
   */
  constructor({ open, onEvent, onState }) {
    this.#open = open;
    this.#onEvent = onEvent;
    this.#onState = onState;
  }

  /** Listen until `stop`, resuming after `lastEventId` and then after whatever arrived last. */
  async start(lastEventId) {
    this.lastEventId = lastEventId;
    this.#noticeNetwork();
    while (!this.#stopped.signal.aborted) {
      const startedAt = Date.now();
      const error = await this.#listen().catch((failure) => failure);
      if (this.#stopped.signal.aborted) return;
      if (error && !isPassing(error)) return this.#onState("refused", error);
      if (Date.now() - startedAt > HEALTHY_MS) this.#backoff.reset();
      this.#onState("waiting");
      await this.#backoff.pause(error?.retryAfter);
    }
  }

  stop() {
    this.#stopped.abort();
    this.#attempt.abort();
    this.#backoff.wake();
  }

  async #listen() {
    this.#attempt = new AbortController();
    const watchdog = setInterval(() => this.#cutIfSilent(), 1000);
    this.#heardAt = Date.now();
    try {
      const response = await this.#open(this.lastEventId, this.#attempt.signal);
      this.#onState("open");
      await this.#consume(response.body.pipeThrough(new TextDecoderStream()).getReader());
    } finally {
      clearInterval(watchdog);
    }
  }

  async #consume(reader) {
    const parser = new EventParser();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      this.#heardAt = Date.now();
      for (const event of parser.feed(chunk.value)) this.#take(event);
    }
  }

  #take({ event, id, data }) {
    if (id) this.lastEventId = id;
    this.#onEvent(event, parsed(data));
  }

  #cutIfSilent() {
    if (Date.now() - this.#heardAt > SILENCE_MS) this.#attempt.abort();
  }

  /** A laptop that slept has a dead stream and a timer that did not run: look when it comes back. */
  #noticeNetwork() {
    const { signal } = this.#stopped;
    addEventListener("offline", () => this.#attempt.abort(), { signal });
    addEventListener("online", () => this.#cutIfSilent(), { signal });
    document.addEventListener("visibilitychange", () => this.#cutIfSilent(), { signal });
  }
}

/** Data the server garbled is an empty event: skipping it beats asking for it again for ever. */
function parsed(data) {
  try {
    return JSON.parse(data) ?? {};
  } catch {
    return {};
  }
}
