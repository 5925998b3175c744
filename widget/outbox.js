/** Sends what the visitor wrote in order, keeps it over reloads and restarts, and says how it went. */

import { isPassing } from "./api.js";
import { Backoff } from "./backoff.js";

/** A message that breaks the server must not hold up the ones behind it for ever. */
const MOST_SERVER_ERRORS = 8;

/**
 * A queue of `{message, echo, failed?}`: the body to post and the message to show for it (null for a reaction).
 * Other tabs share the stored copy; posting twice is harmless because the server knows the ids.
 */
export class Outbox {
  #shelf;
  #post;
  #report;
  #queue;
  #draining = false;
  #stopped = false;
  #backoff = new Backoff();

  /** `report(item, status, reason)` hears "queued", "waiting", "sent" and "failed". */
  constructor({ shelf, post, report }) {
    this.#shelf = shelf;
    this.#post = post;
    this.#report = report;
    this.#queue = shelf.read("outbox", []);
  }

  get items() {
    return [...this.#queue];
  }

  add(message, echo = null) {
    const item = { message, echo };
    this.#queue.push(item);
    this.#store((stored) => [...stored, item]);
    this.drain();
  }

  /** Send a failed message again, behind the ones that wait. */
  retry(id) {
    const item = this.#find(id);
    if (!item) return;
    this.remove(id);
    this.#report(item, "queued");
    this.add(item.message, item.echo);
  }

  remove(id) {
    this.#queue = this.#queue.filter(({ message }) => message.id !== id);
    this.#store((stored) => stored.filter(({ message }) => message.id !== id));
  }

  /** Try now: the network is back. */
  wake() {
    this.#backoff.wake();
    this.drain();
  }

  stop() {
    this.#stopped = true;
    this.#backoff.wake();
  }

  async drain() {
    if (this.#draining) return;
    this.#draining = true;
    for (let item = this.#next(); item && !this.#stopped; item = this.#next()) await this.#deliver(item);
    this.#draining = false;
  }

  async #deliver(item) {
    try {
      await this.#post(item.message);
      this.remove(item.message.id);
      this.#backoff.reset();
      this.#report(item, "sent");
    } catch (error) {
      await this.#recover(item, error);
    }
  }

  async #recover(item, error) {
    if (error.status >= 500) item.serverErrors = (item.serverErrors ?? 0) + 1;
    if (!isPassing(error) || item.serverErrors >= MOST_SERVER_ERRORS) return this.#bury(item, error);
    this.#report(item, "waiting");
    await this.#backoff.pause(error.retryAfter);
  }

  #bury(item, error) {
    this.remove(item.message.id);
    if (item.echo) this.#keepFailed({ message: item.message, echo: item.echo, failed: error.message });
    this.#report(item, "failed", error.message);
  }

  #keepFailed(item) {
    this.#queue.push(item);
    this.#store((stored) => [...stored, item]);
  }

  #next() {
    return this.#queue.find(({ failed }) => !failed);
  }

  #find(id) {
    return this.#queue.find(({ message }) => message.id === id);
  }

  #store(change) {
    this.#shelf.write("outbox", change(this.#shelf.read("outbox", [])));
  }
}
