/** The messages in order, each once, whichever way they arrived. */

/** A receipt that comes late, or twice, must not take a better one back. */
const RANK = { uploading: 0, queued: 0, waiting: 0, failed: 2, sent: 2, delivered: 3, read: 4 };

export class Transcript {
  #messages = [];

  get all() {
    return [...this.#messages];
  }

  get last() {
    return this.#messages.at(-1);
  }

  get lastOutbound() {
    return this.#messages.findLast(isOutbound);
  }

  /** The event to resume the stream after; 0 asks for everything. */
  get lastPosition() {
    return Math.max(0, ...this.#messages.map(({ position }) => position ?? 0));
  }

  find(id) {
    return this.#messages.find((message) => message.id === id);
  }

  /** Add the message at its place in time, or replace the one with its id. Returns what is to be shown. */
  put(message) {
    const index = this.#messages.findIndex(({ id }) => id === message.id);
    if (index < 0) return this.#insert(message);
    return (this.#messages[index] = merged(this.#messages[index], message));
  }

  /** Add a page of history: what is new in it came before everything that is here. */
  putEarlier(messages) {
    const added = messages.filter(({ id }) => !this.find(id));
    for (const message of messages) if (this.find(message.id)) this.put(message);
    this.#messages.unshift(...added);
  }

  remove(id) {
    this.#messages = this.#messages.filter((message) => message.id !== id);
  }

  /** Set an own message's status unless it already got further; a second attempt may leave "failed". */
  advance(id, status, details = {}) {
    const message = this.find(id);
    if (!message || (RANK[status] < RANK[message.status] && message.status !== "failed")) return null;
    return Object.assign(message, { reason: null, retryable: false, ...details, status });
  }

  /** The option the visitor chose on a message, told by the answer that followed. */
  answerTo(id) {
    return this.#messages.find((message) => message.type === "button_reply" && message.reply_to === id)?.text;
  }

  /** How many outbound messages followed the one with this id; all of them when it is not here. */
  outboundAfter(id) {
    const index = this.#messages.findIndex((message) => message.id === id);
    return this.#messages.slice(index + 1).filter(isOutbound).length;
  }

  /** The visitor's clock may be wrong, so an own message the server has not stamped yet stays where it is. */
  #insert(message) {
    let index = this.#messages.length;
    while (!message.local && index > 0 && isLater(this.#messages[index - 1], message)) index -= 1;
    this.#messages.splice(index, 0, message);
    return message;
  }
}

export function isOutbound({ direction }) {
  return direction === "outbound";
}

function isLater(shown, message) {
  return !shown.local && Date.parse(shown.at) > Date.parse(message.at);
}

/** Keep the preview the visitor already sees: swapping it for the uploaded copy would flicker. */
function merged(shown, message) {
  const status = RANK[shown.status] > RANK[message.status ?? "sent"] ? shown.status : message.status;
  return { ...message, status, ...(shown.preview && { preview: true, media: shown.media }) };
}
