/** Turns message text into DOM nodes: links in plain text, an allow-list of elements in HTML. */

import { build } from "./dom.js";

const ALLOWED = new Set(["a", "b", "blockquote", "code", "i", "pre", "s", "u"]);
/** Elements whose text is not meant to be read. Any other unknown element gives way to its content. */
const SILENT = new Set(["iframe", "noscript", "object", "script", "style", "svg", "template", "textarea", "title"]);
const VERBATIM = "a, code, pre";
const ADDRESS = /\bhttps?:\/\/[^\s<>"]+|\bwww\.[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const CLOSING = /(?:[.,:;!?'’…]|&quot)+$/u;

/** The nodes of a message's text. */
export function paragraphs({ text = "", format }) {
  return format === "html" ? allowed(new DOMParser().parseFromString(text, "text/html").body) : linked(text);
}

/** A link to `address`, or null unless it leads to the web or to an e-mail address. */
export function link(address, traits, ...children) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !["http:", "https:", "mailto:"].includes(url.protocol)) return null;
  return build("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", ...traits }, ...children);
}

function allowed(parent) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return parent.closest(VERBATIM) ? [node.data] : linked(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || SILENT.has(node.localName)) return [];
    return ALLOWED.has(node.localName) ? [copied(node)] : allowed(node);
  });
}

function copied(node) {
  const children = allowed(node);
  if (node.localName === "a") return link(node.getAttribute("href"), {}, ...children) ?? build("span", {}, ...children);
  return build(node.localName, {}, ...children);
}

function linked(text) {
  const nodes = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trimmed(found);
    nodes.push(text.slice(end, index), link(target(address), {}, address) ?? address);
    end = index + address.length;
  }
  return [...nodes, text.slice(end)].filter(Boolean);
}

/** A sentence's full stop, or the bracket around an address, is not part of it. */
function trimmed(address) {
  const shorter = address.replace(CLOSING, "");
  const isUnbalanced = shorter.endsWith(")") && !shorter.includes("(");
  return isUnbalanced ? trimmed(shorter.slice(0, -1)) : shorter;
}

function target(address) {
  if (/^https?:/i.test(address)) return address;
  return address.includes("@") && !/^www\./i.test(address) ? `mailto:${address}` : `https://${address}`;
}
