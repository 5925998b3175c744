/** Reads what the page asked for: the element's attributes, then the page, then the channel's config. */

import { direction } from "./words.js";

export const CONNECTION = ["tenant", "channel", "host", "user-id", "user-name", "user-hmac"];
export const APPEARANCE = ["theme", "accent"];
export const CONTENT = ["heading", "greeting", "lang", "dir", "inline"];

/** Who to connect to and as whom; null while tenant or channel are missing. */
export function connection(element, origin) {
  const [tenant, channel] = [element.getAttribute("tenant"), element.getAttribute("channel")];
  if (!tenant || !channel) return null;
  const host = (element.getAttribute("host") || origin).replace(/\/+$/, "");
  return { host, tenant, channel, user: user(element) };
}

function user(element) {
  const id = element.getAttribute("user-id");
  if (!id) return null;
  return {
    id,
    name: element.getAttribute("user-name") ?? undefined,
    hmac: element.getAttribute("user-hmac") ?? undefined,
  };
}

/** What a panel is built from; `heading` and `greeting` may be undefined. */
export function contents(element, config) {
  const tag = language(element, config);
  return {
    language: tag,
    direction: textDirection(element, tag),
    heading: element.getAttribute("heading") || config.heading,
    greeting: element.getAttribute("greeting") || config.greeting,
    isInline: element.hasAttribute("inline"),
  };
}

/** The language tag for words, times and numbers. */
function language(element, config) {
  return element.closest("[lang]")?.getAttribute("lang") || config.language || navigator.language || "en";
}

/** "ltr" or "rtl": asked for, else the page's, else the language's. */
function textDirection(element, tag) {
  const asked = element.closest("[dir]")?.getAttribute("dir");
  return ["ltr", "rtl"].includes(asked) && (element.hasAttribute("dir") || !element.hasAttribute("lang"))
    ? asked
    : direction(tag);
}

export function theme(element) {
  const asked = element.getAttribute("theme");
  return ["light", "dark"].includes(asked) ? asked : "auto";
}

/** Colours for the custom properties: null where none was given or it is no colour. */
export function accents(element, config) {
  return { chosen: colour(element.getAttribute("accent")), configured: colour(config.accent) };
}

function colour(value) {
  return value && CSS.supports("color", value) ? value : null;
}
