/** Files on their way to the server; each becomes a message once it is there. */

import { isPassing } from "./api.js";
import { Backoff } from "./backoff.js";

/**
 * Uploads run one after the other, so that files arrive in the order they were picked in. They live as long as
 * the page: a browser gives no file back after a reload.
 */
export class Uploads {
  #client;
  #report;
  #finished;
  #waiting = new Map();
  #last = Promise.resolve();

  /** `report(id, status, details)` hears "uploading", "waiting" and "failed"; `finished(message, echo)` what to post. */
  constructor({ client, report, finished }) {
    this.#client = client;
    this.#report = report;
    this.#finished = finished;
  }

  add(file, echo) {
    const upload = { file, echo, cancelled: new AbortController(), backoff: new Backoff() };
    this.#waiting.set(echo.id, upload);
    this.#enqueue(upload);
  }

  /** Whether there was such an upload to repeat. */
  retry(id) {
    const upload = this.#waiting.get(id);
    if (upload) this.#enqueue(upload);
    return Boolean(upload);
  }

  cancel(id) {
    const upload = this.#waiting.get(id);
    this.#waiting.delete(id);
    upload?.cancelled.abort();
    upload?.backoff.wake();
    this.#release(upload);
  }

  stop() {
    for (const id of [...this.#waiting.keys()]) this.cancel(id);
  }

  #enqueue(upload) {
    this.#report(upload.echo.id, "uploading", { progress: 0 });
    this.#last = this.#last.then(() => this.#run(upload));
  }

  async #run(upload) {
    const { id } = upload.echo;
    while (this.#waiting.has(id)) {
      try {
        return this.#finish(upload, await this.#transfer(upload));
      } catch (error) {
        if (!this.#waiting.has(id)) return;
        if (!isPassing(error)) return this.#report(id, "failed", { reason: error.message, retryable: true });
        this.#report(id, "waiting");
        await upload.backoff.pause(error.retryAfter);
      }
    }
  }

  #transfer({ file, echo, cancelled }) {
    const onProgress = (progress) => this.#report(echo.id, "uploading", { progress });
    return this.#client.upload(file, onProgress, cancelled.signal);
  }

  #finish({ echo }, { media_ref, url }) {
    const { id, type, text, media } = echo;
    this.#waiting.delete(id);
    this.#report(id, "queued");
    const stored = { ...echo, media: [{ ...media[0], url }] };
    this.#finished({ id, type, media_ref, text, voice: media[0].voice }, stored);
  }

  #release(upload) {
    if (upload) URL.revokeObjectURL(upload.echo.media[0].url);
  }
}
