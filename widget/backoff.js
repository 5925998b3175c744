/** Says how long to wait between attempts, and wakes early when the network or the visitor comes back. */

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

export class Backoff {
  #attempts = 0;
  #finish = () => {};

  reset() {
    this.#attempts = 0;
  }

  /**
   * Wait before the next attempt: 0.5 s doubling to 15 s, up to half of it shaved off at random.
   * `retryAfter` (seconds, what the server asked for) is a floor that nothing but `wake` cuts short.
   */
  async pause(retryAfter = 0) {
    const longest = Math.min(FIRST_MS * 2 ** this.#attempts++, LONGEST_MS);
    const wait = Math.max(retryAfter * 1000, longest * (0.5 + Math.random() / 2));
    const listening = new AbortController();
    await new Promise((resolve) => {
      this.#finish = resolve;
      setTimeout(resolve, wait);
      if (!retryAfter) this.#resolveOnReturn(resolve, listening.signal);
    });
    listening.abort();
  }

  wake() {
    this.#finish();
  }

  #resolveOnReturn(resolve, signal) {
    addEventListener("online", resolve, { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && resolve(), {
      signal,
    });
  }
}
