/** Builds DOM nodes: elements, icons, text for screen readers. */

const SVG = "http://www.w3.org/2000/svg";

/** Shapes drawn on a 24×24 grid with a 1.8 stroke in the current colour. */
const ICONS = {
  chat: "M21 11.5a8.4 8.4 0 0 1-8.5 8.3 8.7 8.7 0 0 1-3.7-.8L3.5 20.5l1.6-4.6A8 8 0 0 1 4 11.5a8.4 8.4 0 0 1 8.5-8.3 8.4 8.4 0 0 1 8.5 8.3Z",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.5l6 6 6-6",
  send: "M12 19.5V5M5.5 11.5 12 5l6.5 6.5",
  clip: "M20.5 11.3 12 19.8a5.5 5.5 0 0 1-7.8-7.8l8.6-8.5a3.7 3.7 0 0 1 5.2 5.2l-8.5 8.5a1.8 1.8 0 0 1-2.6-2.6l7.8-7.8",
  pin: "M12 21.5s-7-5.9-7-11.3a7 7 0 0 1 14 0c0 5.4-7 11.3-7 11.3ZM12 12.7a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2Z",
  microphone:
    "M12 15a3.5 3.5 0 0 0 3.5-3.5V6a3.5 3.5 0 0 0-7 0v5.5A3.5 3.5 0 0 0 12 15ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.5",
  trash: "M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l.8 13h9.4l.8-13",
  play: "M8 5.2v13.6L18.8 12Z",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  file: "M13.5 3H6.5v18h11V7ZM13.5 3v4h4",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.2a4.3 4.3 0 0 0 7 0M9 9.6v.3M15 9.6v.3",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M1.5 12.8l4.2 4.2L14 8M10.4 15.6l1.6 1.4L21.5 8",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2",
  alert: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5v5M12 16v.3",
  outside: "M14 4.5h5.5V10M19 5l-8.5 8.5M17.5 14v5.5h-13v-13H10",
};

/**
 * Build an element. `on` holds listeners, everything else becomes an attribute; an attribute that is
 * null, undefined or false is left out, and so is such a child.
 */
export function build(tag, { on = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) describe(element, name, value);
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  element.append(...children.flat().filter(isShown));
  return element;
}

function describe(element, name, value) {
  if (isShown(value)) element.setAttribute(name, value === true ? "" : value);
}

function isShown(value) {
  return value !== null && value !== undefined && value !== false;
}

export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", `icon icon-${name}`);
  drawing.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}

/** A button that shows only an icon, so its label is spoken and hinted. */
export function iconButton(name, label, { class: extra = "", ...traits } = {}) {
  return build(
    "button",
    { type: "button", class: `icon-button ${extra}`.trim(), "aria-label": label, title: label, ...traits },
    icon(name),
  );
}

/** Text for screen readers only. */
export function spoken(text) {
  return build("span", { class: "spoken" }, text);
}
