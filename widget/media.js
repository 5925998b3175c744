/** Draws what a message carries besides text: pictures, sound, video, files, places, contacts. */

import { build, icon, spoken } from "./dom.js";
import { player } from "./player.js";
import { link } from "./richtext.js";

/** Whether the browser itself can show a file as a picture, whatever else calls itself an image. */
export function isPicture(mime) {
  return /^image\/(avif|bmp|gif|jpeg|png|svg\+xml|webp)$/.test(mime ?? "");
}

/** One attachment of a message. A relative address is the server's own. */
export function attachment(media, context) {
  const source = address(media.url, context.host);
  if (!source) return null;
  const drawing = { image: picture, sticker: picture, audio: sound, voice: sound, video: film }[media.type] ?? file;
  return drawing(media, source, context);
}

export function place({ latitude, longitude, name, address: street }, isOwn, { say }) {
  const position = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const url = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  const title = name || say(isOwn ? "own_location" : "location");
  const detail = [street && build("bdi", {}, `${street} · `), build("bdi", { dir: "ltr" }, position)].filter(Boolean);
  return card("pin", "location", title, detail, link(url, { class: "card-link" }, say("map")));
}

export function contact({ name, phones = [] }) {
  const numbers = phones.map((phone) =>
    build("a", { href: `tel:${phone.replace(/[^\d+*#]/g, "")}`, class: "card-link", dir: "ltr" }, phone),
  );
  return card("person", "contact", name, null, ...numbers);
}

function address(url, host) {
  const target = URL.canParse(url, host) ? new URL(url, host) : null;
  return target && ["http:", "https:", "blob:"].includes(target.protocol) ? target.href : null;
}

function picture(media, source, { say, enlarge }) {
  const name = media.filename || say("image");
  const image = build("img", { src: source, alt: name, loading: "lazy", decoding: "async" });
  const traits = { type: "button", class: "picture", part: "image", "aria-label": say("enlarge", { name }) };
  const opener = build("button", { ...traits, on: { click: () => enlarge(source, name, opener) } }, image);
  image.addEventListener("error", () => opener.replaceWith(file(media, source, { say })), { once: true });
  return opener;
}

function sound(media, source, { say }) {
  return player(source, media.voice ? say("voice") : media.filename || say("audio"), say);
}

function film(media, source, { say }) {
  return build("video", {
    src: source,
    class: "film",
    part: "video",
    controls: true,
    playsinline: true,
    preload: "metadata",
    "aria-label": media.filename || say("video"),
  });
}

function file(media, source, { say, formats }) {
  const name = media.filename || say("document");
  const size = media.size && formats ? formats.size(media.size) : null;
  return build(
    "a",
    {
      href: source,
      class: "card",
      part: "file-link",
      download: media.filename ?? "",
      target: "_blank",
      rel: "noopener",
      "aria-label": say("download", { name }),
    },
    build("span", { class: "card-icon" }, icon("file")),
    build(
      "span",
      { class: "card-text" },
      build("span", { class: "card-title" }, build("bdi", {}, name)),
      size && build("span", { class: "card-detail" }, build("bdi", {}, size)),
    ),
  );
}

function card(drawing, part, title, detail, ...more) {
  return build(
    "div",
    { class: "card", part },
    build("span", { class: "card-icon" }, icon(drawing)),
    build(
      "span",
      { class: "card-text" },
      build("span", { class: "card-title" }, build("bdi", {}, title)),
      detail && [spoken(" "), build("span", { class: "card-detail" }, ...detail)],
      ...more,
    ),
  );
}
