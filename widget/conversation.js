/** One visitor's conversation without any DOM: what was said, what waits to be sent, what the network does. */

import { Client, isPassing } from "./api.js";
import { Backoff } from "./backoff.js";
import { Outbox } from "./outbox.js";
import { Shelf } from "./shelf.js";
import { Stream } from "./stream.js";
import { isOutbound, Transcript } from "./transcript.js";
import { Uploads } from "./uploads.js";
import { uuid } from "./uuid.js";

const TYPING_EVERY_MS = 4000;
/** A bot that began typing and then said nothing was restarted: do not show it typing for ever. */
const TYPING_LASTS_MS = 10_000;

/**
 * Dispatches CustomEvents: `message` {message, fresh}, `status` (message), `remove` (id), `history`,
 * `typing` (on), `connection` {state, error}, `config`, `unread` (count), `rejected` (reason).
 */
export class Conversation extends EventTarget {
  transcript = new Transcript();
  /** What the channel last said of itself; kept so that the next visit starts with the right words. */
  config;
  state = "idle";
  /** Cursor of the page before the oldest message; null once the beginning is here, undefined before any page. */
  older = undefined;
  loading = false;
  #shelf;
  #client;
  #outbox;
  #uploads;
  #stream;
  #backoff = new Backoff();
  #stopped = false;
  #typedAt = 0;
  #typingTimer;
  #lastRead = null;

  constructor({ host, tenant, channel, user }) {
    super();
    this.#shelf = new Shelf(tenant, channel);
    this.config = this.#shelf.read("config", {});
    this.#client = new Client({ host, tenant, channel, user, shelf: this.#shelf });
    this.#outbox = new Outbox({
      shelf: this.#shelf,
      post: (message) => this.#client.post(message),
      report: (item, status, reason) => this.#track(item, status, reason),
    });
    this.#uploads = new Uploads({
      client: this.#client,
      report: (id, status, details) => this.#advance(id, status, details),
      finished: (message, echo) => this.#outbox.add(message, echo),
    });
    this.#stream = new Stream({
      open: (lastEventId, signal) => this.#client.events(lastEventId, signal),
      onEvent: (name, data) => this.#receive(name, data),
      onState: (state, error) => this.#connection(state, error),
    });
  }

  /** Whether there may be something unread: only then is it worth connecting before the chat is opened. */
  get isKnown() {
    return this.#client.hasSession || this.#client.isSignedIn;
  }

  get isStarted() {
    return this.state !== "idle";
  }

  get unread() {
    return this.transcript.outboundAfter(this.#shelf.read("read"));
  }

  /** Open the session, load the newest page, then listen until `stop`. */
  async start() {
    if (this.isStarted) return;
    this.#connection("connecting");
    this.#restoreUnsent();
    if (!(await this.#untilDone(() => this.#open()))) return;
    this.#outbox.drain();
    await this.#stream.start(String(this.transcript.lastPosition));
  }

  stop() {
    this.#stopped = true;
    this.#stream.stop();
    this.#outbox.stop();
    this.#uploads.stop();
    this.#backoff.wake();
    clearTimeout(this.#typingTimer);
  }

  async loadOlder() {
    if (!this.older || this.loading) return;
    this.loading = true;
    try {
      this.#file(await this.#client.page(this.older));
    } finally {
      this.loading = false;
    }
  }

  say(text) {
    const message = { id: uuid(), type: "text", text };
    this.#send(message, message);
  }

  place({ latitude, longitude }) {
    const message = { id: uuid(), type: "location", latitude, longitude };
    this.#send(message, { id: message.id, type: "location", place: { latitude, longitude } });
  }

  /** Upload a file and send it; `type` is image, audio, video or document. */
  attach({ file, type, voice, text }) {
    const media = [
      { type, url: URL.createObjectURL(file), mime: file.type, filename: file.name, size: file.size, voice },
    ];
    const echo = echoed({ id: uuid(), type, text, media, preview: true }, "uploading");
    this.#show(echo);
    this.#uploads.add(file, echo);
  }

  /** Press a button, or pick a row, of a message. */
  choose(message, { title, payload }) {
    const answer = { id: uuid(), type: "button_reply", payload, text: title, reply_to: message.id };
    this.#send(answer, answer);
  }

  react(message, emoji) {
    const action = hasOwn(message, emoji) ? "remove" : "add";
    this.#toggleReaction(message, emoji);
    this.#outbox.add({ id: uuid(), type: "reaction", target: message.id, emoji, action });
  }

  retry(id) {
    if (!this.#uploads.retry(id)) this.#outbox.retry(id);
  }

  discard(id) {
    this.#uploads.cancel(id);
    this.#outbox.remove(id);
    this.#forget(id);
  }

  /** Tell the other side, at most every four seconds; that it got lost is no matter. */
  typing() {
    if (this.state !== "open" || Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.#client.typing().catch(() => {});
  }

  /** The visitor has seen everything there is. */
  seen() {
    const id = this.transcript.lastOutbound?.id;
    if (!id || id === this.#lastRead) return;
    this.#lastRead = id;
    this.#shelf.write("read", id);
    this.#emit("unread", 0);
    this.#client.read(id).catch(() => (this.#lastRead = null));
  }

  async #open() {
    this.config = await this.#client.begin();
    this.#shelf.write("config", this.config);
    this.#emit("config", this.config);
    this.#file(await this.#client.page());
    if (this.#shelf.read("read") === null) this.#shelf.write("read", this.transcript.lastOutbound?.id ?? "");
    this.#emit("unread", this.unread);
  }

  /** Repeat until it works or is refused for good; says which. */
  async #untilDone(attempt) {
    while (!this.#stopped) {
      try {
        await attempt();
        return true;
      } catch (error) {
        if (!isPassing(error)) return this.#connection("refused", error);
        this.#connection("waiting");
        await this.#backoff.pause(error.retryAfter);
      }
    }
    return false;
  }

  #file({ items, next }) {
    this.transcript.putEarlier(items);
    this.older = next;
    this.#emit("history");
  }

  #restoreUnsent() {
    for (const { echo, failed } of this.#outbox.items.filter((item) => item.echo)) {
      const state = failed ? { status: "failed", reason: failed, retryable: true } : { status: "queued" };
      this.#show({ ...echo, ...state }, false);
    }
  }

  #send(message, echo) {
    const shown = echoed(echo, "queued");
    this.#show(shown);
    this.#outbox.add(message, shown);
  }

  #show(message, fresh = true) {
    this.transcript.put(message);
    this.#emit("message", { message, fresh });
    this.#refresh(message.reply_to);
  }

  #receive(name, data) {
    if (name === "typing") this.#hearTyping(data.on);
    else if (name === "receipt") this.#advance(data.id, data.status);
    else if (name === "message" && data.deleted) this.#forget(data.id);
    else if (name === "message" && data.id) this.#accept(data);
  }

  #accept(message) {
    const fresh = !this.transcript.find(message.id);
    this.#outbox.remove(message.id);
    if (isOutbound(message)) this.#hearTyping(false);
    this.#emit("message", { message: this.transcript.put(message), fresh });
    this.#refresh(message.reply_to);
    this.#emit("unread", this.unread);
  }

  /** Show a message again because one that answers it changed how it looks. */
  #refresh(id) {
    const message = id && this.transcript.find(id);
    if (message) this.#emit("message", { message, fresh: false });
  }

  #forget(id) {
    this.transcript.remove(id);
    this.#emit("remove", id);
    this.#emit("unread", this.unread);
  }

  #track({ message }, status, reason) {
    if (message.type !== "reaction")
      return this.#advance(message.id, status, { reason, retryable: status === "failed" });
    if (status === "failed") this.#takeBack(message, reason);
  }

  #takeBack({ target, emoji }, reason) {
    const message = this.transcript.find(target);
    if (message) this.#toggleReaction(message, emoji);
    this.#emit("rejected", reason);
  }

  #toggleReaction(message, emoji) {
    const others = (message.reactions ?? []).filter((reaction) => !(reaction.own && reaction.emoji === emoji));
    const reactions = hasOwn(message, emoji) ? others : [...others, { emoji, own: true }];
    this.#emit("message", { message: this.transcript.put({ ...message, reactions }), fresh: false });
  }

  #advance(id, status, details) {
    const message = this.transcript.advance(id, status, details);
    if (message) this.#emit("status", message);
  }

  #hearTyping(on) {
    clearTimeout(this.#typingTimer);
    if (on) this.#typingTimer = setTimeout(() => this.#emit("typing", false), TYPING_LASTS_MS);
    this.#emit("typing", Boolean(on));
  }

  #connection(state, error) {
    this.state = state;
    this.#emit("connection", { state, error });
    if (state === "open") this.#outbox.wake();
    else this.#hearTyping(false);
  }

  #emit(name, detail) {
    if (!this.#stopped) this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** What is shown for an own message before the server has stamped it. */
function echoed(message, status) {
  return { at: new Date().toISOString(), direction: "inbound", local: true, ...message, status };
}

function hasOwn({ reactions = [] }, emoji) {
  return reactions.some((reaction) => reaction.own && reaction.emoji === emoji);
}
