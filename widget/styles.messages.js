/** The look of the log: bubbles, text, times, typing. */

export const css = `
.thread {
  position: relative;
  flex: 1;
  min-block-size: 0;
  display: flex;
  flex-direction: column;
}
.log {
  position: relative;
  flex: 1;
  min-block-size: 0;
  overflow-y: auto;
  overflow-anchor: none;
  overscroll-behavior: contain;
  scrollbar-width: thin;
  scrollbar-color: var(--edge) transparent;
}
.log:focus-visible {
  outline-offset: -3px;
}
.content {
  display: flex;
  flex-direction: column;
  min-block-size: 100%;
  padding: 8px 16px 10px;
}
.list {
  display: flex;
  flex-direction: column;
}
.empty {
  display: grid;
  justify-items: center;
  gap: 14px;
  padding: 72px 32px;
  color: var(--quiet);
  text-align: center;
  text-wrap: balance;
}
.empty .icon {
  inline-size: 44px;
  block-size: 44px;
  stroke-width: 1.3;
}
.day {
  padding-block: 14px 4px;
  color: var(--quiet);
  font-size: 12.5px;
  text-align: center;
}
.day:empty {
  display: none;
}

.entry {
  padding-block-start: 10px;
}
.entry.joined {
  padding-block-start: 3px;
}
.message {
  position: relative;
  display: flex;
  flex-direction: column;
  align-items: flex-start;
  max-inline-size: min(84%, 560px);
}
.message[data-direction="inbound"] {
  align-items: flex-end;
  margin-inline-start: auto;
}
.opening .message {
  padding-block-start: 12px;
}
.bubble {
  position: relative;
  display: flex;
  flex-direction: column;
  gap: 8px;
  max-inline-size: 100%;
  padding: 9px 13px;
  border: 1px solid transparent;
  border-radius: var(--radius);
  border-end-start-radius: 5px;
  background: var(--bubble);
  color: var(--bubble-text);
  overflow-wrap: anywhere;
}
.message[data-direction="inbound"] .bubble {
  border-end-start-radius: var(--radius);
  border-end-end-radius: 5px;
  background: var(--accent);
  color: var(--on-accent);
}
.joined .bubble {
  border-start-start-radius: 5px;
}
.joined .message[data-direction="inbound"] .bubble {
  border-start-start-radius: var(--radius);
  border-start-end-radius: 5px;
}
.bubble.bare.bare {
  padding: 0;
  background: none;
}

.text {
  white-space: pre-wrap;
}
.text a {
  color: var(--accent-text);
  text-underline-offset: 2px;
}
.message[data-direction="inbound"] .bubble a {
  color: inherit;
}
.message[data-direction="inbound"] .bubble :focus-visible {
  outline-color: var(--on-accent);
}
.text code,
.text pre {
  font:
    0.9em/1.45 ui-monospace,
    "SFMono-Regular",
    Menlo,
    Consolas,
    "Liberation Mono",
    monospace;
  background: color-mix(in srgb, currentColor 9%, transparent);
  border-radius: 5px;
}
.text code {
  padding: 1px 4px;
}
.text pre {
  margin: 6px 0;
  padding: 8px 10px;
  overflow-x: auto;
  white-space: pre;
  border-radius: 8px;
}
.text pre code {
  padding: 0;
  background: none;
  font-size: inherit;
}
.text blockquote {
  margin: 4px 0;
  padding-inline-start: 10px;
  border-inline-start: 3px solid color-mix(in srgb, currentColor 35%, transparent);
}
.quote {
  margin: 0;
  padding-inline-start: 10px;
  border-inline-start: 3px solid color-mix(in srgb, currentColor 40%, transparent);
  font-size: 13.5px;
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  overflow: hidden;
}

.footer {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 2px 6px;
  padding: 3px 4px 0;
  color: var(--quiet);
  font-size: 12px;
}
.message[data-direction="inbound"] .footer {
  justify-content: flex-end;
}
.followed .footer:not(.urgent) {
  display: none;
}
.status {
  display: inline-flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: flex-end;
  gap: 2px 6px;
}
.status .icon {
  inline-size: 15px;
  block-size: 15px;
}
.status[data-status="read"] {
  color: var(--accent-text);
}
.status[data-status="failed"] {
  color: var(--problem);
}
progress {
  appearance: none;
  inline-size: 72px;
  block-size: 5px;
  border: 0;
  border-radius: 3px;
  overflow: hidden;
  background: var(--line);
}
progress::-webkit-progress-bar {
  background: var(--line);
}
progress::-webkit-progress-value {
  background: var(--accent-text);
}
progress::-moz-progress-bar {
  background: var(--accent-text);
}

.typing {
  align-self: flex-start;
  display: flex;
  gap: 5px;
  margin-block-start: 10px;
  padding: 14px 15px;
  border: 1px solid transparent;
  border-radius: var(--radius);
  border-end-start-radius: 5px;
  background: var(--bubble);
}
.typing i {
  inline-size: 7px;
  block-size: 7px;
  border-radius: 50%;
  background: var(--quiet);
}
.pill {
  position: absolute;
  inset-block-end: 10px;
  inset-inline: 0;
  inline-size: fit-content;
  margin-inline: auto;
  display: flex;
  align-items: center;
  gap: 6px;
  padding: 7px 16px 7px 12px;
  border-radius: 18px;
  background: var(--accent);
  color: var(--on-accent);
  font-size: 13.5px;
  font-weight: 600;
  box-shadow: 0 4px 18px rgb(20 26 34 / 0.25);
}
.pill .icon {
  inline-size: 16px;
  block-size: 16px;
}

@media (prefers-reduced-motion: no-preference) {
  .entry.fresh .message {
    animation: rise 160ms ease-out;
  }
  .react-opener {
    transition: opacity 120ms;
  }
  .typing i {
    animation: bob 1.2s ease-in-out infinite;
  }
  .typing i:nth-of-type(2) {
    animation-delay: 0.15s;
  }
  .typing i:nth-of-type(3) {
    animation-delay: 0.3s;
  }
}
@keyframes bob {
  0%,
  60%,
  100% {
    transform: none;
    opacity: 0.55;
  }
  30% {
    transform: translateY(-4px);
    opacity: 1;
  }
}
@media (forced-colors: active) {
  .typing i,
  progress::-webkit-progress-value {
    background: CanvasText;
  }
  .button[data-chosen],
  .row[data-chosen],
  .emoji[aria-pressed="true"] {
    border-color: Highlight;
    outline: 1px solid Highlight;
  }
}
`;
