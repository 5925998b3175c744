/**
 * The custom element <frontdesk-chat>: Frontdesk's web chat for any page. See README.md.
 *
 * Loaded as frontdesk-chat.js?tenant=…&channel=… the script adds the element to the page by itself.
 */

import { Conversation } from "./conversation.js";
import { Panel } from "./panel.js";
import * as settings from "./settings.js";
import { sheets } from "./styles.js";
import * as words from "./words.js";

const OWN_URL = new URL(import.meta.url);

class FrontdeskChat extends HTMLElement {
  static observedAttributes = ["open", ...settings.CONNECTION, ...settings.CONTENT, ...settings.APPEARANCE];

  #root = this.attachShadow({ mode: "open" });
  #conversation = null;
  #panel = null;
  #furnished = "";
  #wantsFocus = false;
  #unsaid = [];
  /** Counts rebuilds, so that one which waited for its words notices that it is no longer wanted. */
  #version = 0;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = sheets;
  }

  connectedCallback() {
    this.#connect();
  }

  disconnectedCallback() {
    this.#disconnect();
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.isConnected) return;
    if (name === "open") this.#toggled();
    else if (settings.APPEARANCE.includes(name)) this.#paint();
    else if (settings.CONNECTION.includes(name)) this.#soon(() => this.#connect());
    else this.#soon(() => this.#furnish());
  }

  open() {
    this.#wantsFocus = true;
    if (this.#isOpen) this.#focus();
    else this.setAttribute("open", "");
  }

  close() {
    this.removeAttribute("open");
  }

  /** Say something in the visitor's name, for instance when they click a "Ask about this room" button. */
  send(text) {
    if (!this.#conversation) return void this.#unsaid.push(text);
    this.#conversation.start();
    this.#conversation.say(text);
  }

  get #isOpen() {
    return this.hasAttribute("open") || this.hasAttribute("inline");
  }

  /** Several attributes change at once when a page signs its visitor in: act after the last of them. */
  #soon(act) {
    const version = ++this.#version;
    queueMicrotask(() => version === this.#version && this.isConnected && act());
  }

  #connect() {
    this.#disconnect();
    const connection = settings.connection(this, OWN_URL.origin);
    if (!connection) return;
    this.#conversation = new Conversation(connection);
    this.#conversation.addEventListener("config", () => this.#configured());
    this.#conversation.addEventListener("message", ({ detail }) => this.#tell(detail));
    this.#furnish();
    if (this.#isOpen || this.#conversation.isKnown) this.#conversation.start();
    for (const text of this.#unsaid.splice(0)) this.send(text);
  }

  #disconnect() {
    this.#version += 1;
    this.#conversation?.stop();
    this.#panel?.destroy();
    this.#conversation = this.#panel = null;
  }

  /** The channel's config rarely says something new: do not rebuild a panel in which someone may be writing. */
  #configured() {
    this.#paint();
    if (JSON.stringify(settings.contents(this, this.#conversation.config)) !== this.#furnished) this.#furnish();
  }

  /** Build the panel anew: its words, language or heading are others now. */
  async #furnish() {
    if (!this.#conversation) return;
    const version = ++this.#version;
    const contents = settings.contents(this, this.#conversation.config);
    this.#furnished = JSON.stringify(contents);
    const say = await words.load(contents.language);
    if (version === this.#version) this.#replacePanel(contents, say);
  }

  #replacePanel(contents, say) {
    const hadFocus = this.#root.activeElement !== null;
    const draft = this.#panel?.draft ?? "";
    this.#panel?.destroy();
    this.#panel = new Panel({
      ...contents,
      say,
      heading: contents.heading || say("heading"),
      host: settings.connection(this, OWN_URL.origin).host,
      conversation: this.#conversation,
      onToggle: (open) => (open ? this.open() : this.close()),
    });
    this.#root.append(this.#panel.element);
    this.#panel.draft = draft;
    this.#paint();
    this.#panel.toggle(this.#isOpen);
    this.#panel.settle();
    if (hadFocus || this.#wantsFocus) this.#focus();
  }

  #paint() {
    const colours = settings.accents(this, this.#conversation?.config ?? {});
    this.#panel?.paint({ theme: settings.theme(this), ...colours });
  }

  #toggled() {
    this.#panel?.toggle(this.#isOpen);
    if (this.#isOpen) this.#conversation?.start();
    if (this.#isOpen && this.#wantsFocus) this.#focus();
    this.dispatchEvent(new CustomEvent(this.#isOpen ? "frontdesk:open" : "frontdesk:close", { bubbles: true }));
  }

  #focus() {
    this.#wantsFocus = this.#panel === null;
    this.#panel?.focus();
  }

  #tell({ message, fresh }) {
    if (fresh)
      this.dispatchEvent(new CustomEvent("frontdesk:message", { bubbles: true, detail: structuredClone(message) }));
  }
}

/** Add the element for a script tag that names its tenant; every attribute may be a parameter. */
function place(parameters) {
  const chat = document.createElement("frontdesk-chat");
  for (const name of FrontdeskChat.observedAttributes) {
    if (parameters.has(name)) chat.setAttribute(name, parameters.get(name));
  }
  document.body.append(chat);
}

if (!customElements.get("frontdesk-chat")) customElements.define("frontdesk-chat", FrontdeskChat);
if (OWN_URL.searchParams.has("tenant")) {
  if (document.body) place(OWN_URL.searchParams);
  else document.addEventListener("DOMContentLoaded", () => place(OWN_URL.searchParams), { once: true });
}
