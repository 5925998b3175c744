/** Speaks the web channel's HTTP: sessions, messages, files, and the raw event stream. */

const TIMEOUT_MS = 20_000;

/** An answer that was not 2xx, as the server explained it (application/problem+json). */
export class Problem extends Error {
  constructor(status, { title, detail, code } = {}, retryAfter = 0) {
    super(detail || title || `HTTP ${status}`);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  static parse(status, text, retryAfter) {
    try {
      return new Problem(status, JSON.parse(text) ?? {}, Number(retryAfter) || 0);
    } catch {
      return new Problem(status, {}, Number(retryAfter) || 0);
    }
  }

  static async of(response) {
    return Problem.parse(response.status, await response.text(), response.headers.get("Retry-After"));
  }
}

/** Whether the same request may succeed later: no network, a slow or busy server, one that restarts. */
export function isPassing(error) {
  if (!(error instanceof Problem)) return true;
  return error.status >= 500 || [401, 408, 425, 429].includes(error.status);
}

/** One visitor's connection to one channel. */
export class Client {
  #base;
  #shelf;
  #user;
  #beginning = null;

  /** `user` is `{id, name, hmac}` of a signed-in person, or null. */
  constructor({ host, tenant, channel, user, shelf }) {
    this.#base = `${host}/web/tenants/${encodeURIComponent(tenant)}/channels/${encodeURIComponent(channel)}`;
    this.#shelf = shelf;
    this.#user = user;
    this.#forgetStranger();
  }

  get hasSession() {
    return Boolean(this.#token);
  }

  get isSignedIn() {
    return Boolean(this.#user);
  }

  /** Open or renew the session and return the channel's config; asked twice at once, it happens once. */
  begin() {
    this.#beginning ??= this.#begin().finally(() => (this.#beginning = null));
    return this.#beginning;
  }

  async page(cursor) {
    const query = new URLSearchParams({ limit: 50, ...(cursor && { cursor }) });
    const response = await this.#call("GET", `/messages?${query}`);
    return response.json();
  }

  post(message) {
    return this.#call("POST", "/messages", message);
  }

  typing() {
    return this.#call("POST", "/typing", { on: true });
  }

  read(id) {
    return this.#call("POST", "/read", { id });
  }

  /** Open the event stream; the caller reads the body and aborts it. */
  events(lastEventId, signal) {
    const query = new URLSearchParams({ last_event_id: lastEventId });
    return this.#authorized((token) =>
      fetch(`${this.#base}/events?${query}`, {
        headers: { ...bearer(token), Accept: "text/event-stream", "Last-Event-ID": lastEventId },
        cache: "no-store",
        signal,
      }),
    );
  }

  /** Upload a file; `onProgress` gets a share between 0 and 1. */
  async upload(file, onProgress, signal) {
    const response = await this.#authorized((token) => this.#transfer(file, token, onProgress, signal));
    return response.json();
  }

  async #begin() {
    const previous = this.#token;
    try {
      return await this.#open(previous);
    } catch (error) {
      if (!previous || error.status !== 401) throw error;
      return this.#open(null);
    }
  }

  get #token() {
    return this.#shelf.read("session")?.token ?? null;
  }

  /** A session of someone else (signed in or out meanwhile) must not reach this visitor. */
  #forgetStranger() {
    const stored = this.#shelf.read("session");
    if (stored?.user && stored.user !== this.#user?.id) this.#shelf.clear();
  }

  async #open(previous) {
    const body = { ...(previous && { session: previous }), ...(this.#user && { user: this.#user }) };
    const response = await this.#request("POST", "/sessions", body);
    if (!response.ok) throw await Problem.of(response);
    const opened = await response.json();
    this.#shelf.write("session", { token: opened.session, user: this.#user?.id ?? null });
    return opened.config ?? {};
  }

  #call(method, path, body) {
    return this.#authorized((token) => this.#request(method, path, body, bearer(token)));
  }

  #request(method, path, body, headers = {}) {
    return fetch(this.#base + path, {
      method,
      headers: body ? { ...headers, "Content-Type": "application/json" } : headers,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }

  /** Make a request with the session's token, once more when it was refused: renewed here or by another tab. */
  async #authorized(request) {
    if (!this.hasSession) await this.begin();
    const token = this.#token;
    let response = await request(token);
    if (response.status === 401) {
      if (this.#token === token) await this.begin();
      response = await request(this.#token);
    }
    if (!response.ok) throw await Problem.of(response);
    return response;
  }

  /** fetch reports no upload progress, hence XMLHttpRequest; the outcome is a Response all the same. */
  #transfer(file, token, onProgress, signal) {
    const form = new FormData();
    form.append("file", file, file.name);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.#base}/files`);
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
      request.onload = () => resolve(asResponse(request));
      request.onerror = () => reject(new TypeError("The upload lost its connection."));
      request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
      signal.addEventListener("abort", () => request.abort());
      request.send(form);
    });
  }
}

function bearer(token) {
  return { Authorization: `Bearer ${token}` };
}

function asResponse(request) {
  const retryAfter = request.getResponseHeader("Retry-After");
  return new Response(request.responseText, {
    status: request.status,
    headers: retryAfter ? { "Retry-After": retryAfter } : {},
  });
}
