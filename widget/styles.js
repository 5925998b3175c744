/** The look of the chat: colours and basics here, the rest in a file per part. */

import { css as composer } from "./styles.composer.js";
import { css as content } from "./styles.content.js";
import { css as messages } from "./styles.messages.js";
import { css as panel } from "./styles.panel.js";

/*
 * The text colour on the accent is computed from its luminance (the y of CIE XYZ): 0.179 is where black and
 * white contrast equally well, so any accent a tenant picks keeps at least 4.5:1.
 */
const basics = `
:host {
  display: contents;
}
:host([inline]) {
  display: block;
  block-size: 100%;
  min-block-size: 320px;
}
:host([hidden]) {
  display: none;
}

.root {
  all: initial;
  --accent: var(--chosen-accent, var(--frontdesk-accent, var(--configured-accent, #17625f)));
  --light: clamp(0, (0.179 - y) * 100000, 1);
  --on-accent: color(from var(--accent) xyz-d65 calc(0.9505 * var(--light)) var(--light) calc(1.089 * var(--light)));
  --accent-text: light-dark(
    oklch(from var(--accent) min(l, 0.45) c h),
    oklch(from var(--accent) max(l, 0.8) min(c, 0.13) h)
  );
  --accent-tint: light-dark(
    color-mix(in oklab, var(--accent) 9%, white),
    color-mix(in oklab, var(--accent) 22%, #17191c)
  );
  --surface: var(--frontdesk-surface, light-dark(#ffffff, #17191c));
  --text: var(--frontdesk-text, light-dark(#1b1e22, #eceef0));
  --quiet: light-dark(#5c646d, #a3abb4);
  --line: light-dark(#e3e6e9, #30353b);
  --edge: light-dark(#868e97, #7b848e);
  --bubble: var(--frontdesk-bubble, light-dark(#f0f2f4, #25292e));
  --bubble-text: var(--frontdesk-bubble-text, var(--text));
  --problem: light-dark(#b3261e, #ffb4ab);
  --problem-tint: light-dark(#fdecea, #3d1f1d);
  --radius: var(--frontdesk-radius, 18px);
  --inset: var(--frontdesk-inset, 20px);
  --shadow:
    0 1px 3px light-dark(rgb(20 26 34 / 0.1), rgb(0 0 0 / 0.5)),
    0 16px 48px light-dark(rgb(20 26 34 / 0.18), rgb(0 0 0 / 0.55));
  color-scheme: light dark;
  display: block;
  font: 400 15px/1.45
    var(
      --frontdesk-font,
      system-ui,
      -apple-system,
      "Segoe UI",
      Roboto,
      "Noto Sans",
      "Liberation Sans",
      Arial,
      sans-serif
    );
  color: var(--text);
  position: fixed;
  z-index: var(--frontdesk-z, 2147483000);
  inset-block-end: var(--inset);
  inset-inline-end: var(--inset);
  -webkit-text-size-adjust: 100%;
}
.root[data-theme="light"] {
  color-scheme: light;
}
.root[data-theme="dark"] {
  color-scheme: dark;
}
.root.inline {
  position: relative;
  inset: auto;
  z-index: auto;
  block-size: 100%;
}
.root *,
.root *::before,
.root *::after {
  box-sizing: border-box;
}
.root [hidden] {
  display: none !important;
}

button,
input,
textarea {
  font: inherit;
  color: inherit;
  letter-spacing: inherit;
}
button {
  appearance: none;
  margin: 0;
  background: none;
  border: 1px solid transparent;
  cursor: pointer;
  text-align: start;
}
button:disabled {
  cursor: default;
}
:focus {
  outline: none;
}
:focus-visible {
  outline: 2px solid var(--accent-text);
  outline-offset: 2px;
}
.spoken {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.icon {
  inline-size: 20px;
  block-size: 20px;
  flex: none;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.8;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.icon-play {
  fill: currentColor;
}

.icon-button {
  display: inline-grid;
  place-items: center;
  flex: none;
  inline-size: 36px;
  block-size: 36px;
  padding: 0;
  border-radius: 50%;
  color: var(--quiet);
}
.icon-button:hover:not(:disabled) {
  background: color-mix(in srgb, currentColor 11%, transparent);
  color: var(--text);
}
.text-button {
  padding: 4px 6px;
  margin-block: -4px;
  border-radius: 6px;
  color: var(--accent-text);
  font-weight: 600;
  text-decoration: underline;
  text-underline-offset: 2px;
}
`;

/** What every shadow root adopts; shared, so a page with several chats parses them once. */
export const sheets = [basics, composer, panel, messages, content].map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
});
