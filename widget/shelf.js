/** Keeps JSON in localStorage under one prefix, or in memory where the browser forbids storage. */

export class Shelf {
  #prefix;
  #memory = new Map();

  constructor(tenant, channel) {
    this.#prefix = `frontdesk:${tenant}:${channel}:`;
  }

  read(key, otherwise = null) {
    return this.#memory.get(key) ?? this.#stored(key) ?? otherwise;
  }

  write(key, value) {
    try {
      localStorage.setItem(this.#prefix + key, JSON.stringify(value));
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, value);
    }
  }

  /** Drop everything that belongs to one visitor. */
  clear() {
    for (const key of ["session", "outbox", "read"]) this.write(key, null);
  }

  #stored(key) {
    try {
      return JSON.parse(localStorage.getItem(this.#prefix + key));
    } catch {
      return null;
    }
  }
}
