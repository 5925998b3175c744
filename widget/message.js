/** Draws one message: its content, what can be chosen on it, its reactions, its time and status. */

import { build, icon, iconButton, spoken } from "./dom.js";
import * as media from "./media.js";
import { link, paragraphs } from "./richtext.js";
import { isOutbound } from "./transcript.js";

const EMOJI = ["👍", "👎", "❤️"];
const STATUS_ICONS = {
  queued: "clock",
  waiting: "clock",
  uploading: "clock",
  sent: "check",
  delivered: "checks",
  read: "checks",
  failed: "alert",
};
/** What the visitor should see even between two messages of a group, where times are left out. */
const URGENT = new Set(["failed", "uploading", "waiting"]);

/** The element of a message; `context` brings words, formats, and the conversation that acts on it. */
export function draw(message, context) {
  const isBare = !message.text && message.media?.every(({ type }) => ["image", "video", "sticker"].includes(type));
  return build(
    "div",
    {
      class: "message",
      part: "message",
      "data-direction": message.direction,
      "data-id": message.id,
      "data-type": message.type,
    },
    spoken(`${isOutbound(message) ? context.heading : context.say("you")}: `),
    build(
      "div",
      { class: isBare ? "bubble bare" : "bubble", part: "bubble" },
      content(message, context),
      isOutbound(message) && reactMenu(message, context),
    ),
    choices(message, context),
    reactions(message, context),
    footer(message, context),
  );
}

/** The line below a message, redrawn whenever its status changes. */
export function footer(message, context) {
  const isUrgent = URGENT.has(message.status);
  return build(
    "div",
    { class: isUrgent ? "footer urgent" : "footer", "data-status": message.status, "aria-live": "off" },
    build(
      "time",
      { datetime: message.at, dir: "auto", title: context.formats.full(message.at) },
      context.formats.time(message.at),
    ),
    message.edited && build("span", {}, context.say("edited")),
    !isOutbound(message) && status(message, context),
  );
}

function content(message, context) {
  return [
    quote(message, context),
    ...(message.media ?? []).map((item) => media.attachment(item, context)),
    message.place && media.place(message.place, !isOutbound(message), context),
    ...(message.contacts ?? []).map(media.contact),
    message.text && build("div", { class: "text", part: "text", dir: "auto" }, ...paragraphs(message)),
  ];
}

/** What a message answers; a pressed button needs none, its choice is marked above. */
function quote({ type, reply_to: id }, { conversation }) {
  const answered = type === "button_reply" ? null : id && conversation.transcript.find(id);
  if (!answered?.text) return null;
  const text = build("div", {}, ...paragraphs(answered)).textContent;
  return build("blockquote", { class: "quote", part: "quote", dir: "auto" }, text);
}

function choices(message, context) {
  const [buttons, rows] = [message.buttons ?? [], message.rows ?? []];
  if (!buttons.length && !rows.length) return null;
  const answer = context.conversation.transcript.answerTo(message.id);
  return build(
    "div",
    { class: "choices", role: "group", "aria-label": context.say("choices") },
    ...buttons.map((button) => choice(button, "button", message, answer, context)),
    rows.length > 0 &&
      build("div", { class: "rows" }, ...rows.map((row) => choice(row, "row", message, answer, context))),
  );
}

function choice(option, part, message, answer, { conversation, say, focusInput }) {
  const opened = option.url && link(option.url, { class: part, part }, option.title, icon("outside"));
  if (opened) return opened;
  const isChosen = answer === option.title;
  const choose = () => {
    conversation.choose(message, option);
    focusInput();
  };
  return build(
    "button",
    {
      type: "button",
      class: part,
      part,
      disabled: answer !== undefined,
      "data-chosen": isChosen,
      on: { click: choose },
    },
    build("span", { class: "option-title", dir: "auto" }, option.title),
    option.description && build("span", { class: "option-detail", dir: "auto" }, option.description),
    isChosen && [icon("check"), spoken(` (${say("chosen")})`)],
  );
}

/** One quiet button opens the choice of emoji, so that a long log stays quick to walk through by keyboard. */
function reactMenu(message, context) {
  const tray = build(
    "div",
    { class: "emoji-tray", role: "group", "aria-label": context.say("react"), hidden: true },
    ...EMOJI.map((emoji) => emojiButton(emoji, message, context)),
  );
  const opener = iconButton("smile", context.say("react"), {
    class: "react-opener",
    part: "react",
    "aria-expanded": "false",
  });
  opener.addEventListener("click", () => {
    tray.hidden = !tray.hidden;
    opener.setAttribute("aria-expanded", String(!tray.hidden));
  });
  return [opener, tray];
}

function reactions(message, context) {
  const shown = message.reactions ?? [];
  if (!shown.length) return null;
  return build("div", { class: "reactions" }, ...shown.map((reaction) => chip(reaction, message, context)));
}

function chip({ emoji, own }, message, context) {
  if (own && isOutbound(message)) return emojiButton(emoji, message, context);
  return build("span", { class: "emoji", part: "reaction" }, emoji);
}

function emojiButton(emoji, message, { conversation, say }) {
  const isOwn = (message.reactions ?? []).some((reaction) => reaction.own && reaction.emoji === emoji);
  const label = say("react_with", { emoji });
  return build(
    "button",
    {
      type: "button",
      class: "emoji",
      part: "reaction",
      "data-emoji": emoji,
      "aria-label": label,
      "aria-pressed": String(isOwn),
      on: { click: () => conversation.react(message, emoji) },
    },
    emoji,
  );
}

function status(message, context) {
  const { reason } = message;
  const name = message.status in STATUS_ICONS ? message.status : "sent";
  const label = context.say(name, { percent: context.formats.percent(message.progress ?? 0) });
  if (name === "failed") return failure(message, reason ? `${label}: ${reason}` : label, context);
  return build(
    "span",
    { class: "status", "data-status": name, title: label },
    icon(STATUS_ICONS[name]),
    URGENT.has(name) ? label : spoken(label),
    name === "uploading" && build("progress", { max: 1, value: message.progress ?? 0, "aria-label": label }),
    message.preview && URGENT.has(name) && act("discard", message, context),
  );
}

function failure(message, label, context) {
  return build(
    "span",
    { class: "status", "data-status": "failed" },
    icon(STATUS_ICONS.failed),
    build("span", {}, label),
    message.retryable && [act("retry", message, context), act("discard", message, context)],
  );
}

function act(action, message, { conversation, say, focusInput }) {
  const perform = () => {
    conversation[action](message.id);
    focusInput();
  };
  return build("button", { type: "button", class: "text-button", part: action, on: { click: perform } }, say(action));
}
