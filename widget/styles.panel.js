/** The look of what surrounds the messages: launcher, header, lightbox. */

export const css = `
.launcher {
  position: relative;
  display: grid;
  place-items: center;
  inline-size: 58px;
  block-size: 58px;
  padding: 0;
  margin-inline-start: auto;
  border-radius: 50%;
  background: var(--accent);
  color: var(--on-accent);
  box-shadow: var(--shadow);
}
.launcher:hover {
  background: color-mix(in oklab, var(--accent) 90%, var(--on-accent));
}
.launcher:focus-visible {
  outline-offset: 3px;
}
.launcher .icon {
  inline-size: 26px;
  block-size: 26px;
}
.badge {
  position: absolute;
  inset-block-start: -4px;
  inset-inline-end: -4px;
  min-inline-size: 22px;
  block-size: 22px;
  padding-inline: 6px;
  border-radius: 11px;
  border: 2px solid var(--surface);
  background: #c5221f;
  color: #fff;
  font-size: 12px;
  font-weight: 700;
  line-height: 18px;
  text-align: center;
}

.panel {
  position: relative;
  display: flex;
  flex-direction: column;
  overflow: clip;
  background: var(--surface);
  inline-size: var(--frontdesk-width, 400px);
  max-inline-size: calc(100vw - 2 * var(--inset));
  block-size: var(--frontdesk-height, 660px);
  max-block-size: calc(100dvh - 2 * var(--inset) - 72px);
  margin-block-end: 14px;
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) + 4px);
  box-shadow: var(--shadow);
}
.inline .panel {
  inline-size: 100%;
  max-inline-size: none;
  block-size: 100%;
  max-block-size: none;
  margin: 0;
  box-shadow: none;
}

.header {
  display: flex;
  align-items: center;
  gap: 12px;
  padding: 14px 16px;
  border-block-end: 1px solid var(--line);
}
.mark {
  display: grid;
  place-items: center;
  flex: none;
  inline-size: 36px;
  block-size: 36px;
  border-radius: 11px;
  background: var(--accent);
  color: var(--on-accent);
  font-weight: 650;
  font-size: 17px;
  text-transform: uppercase;
}
.heading {
  flex: 1;
  min-inline-size: 0;
  margin: 0;
  font-size: 16px;
  font-weight: 650;
  line-height: 1.3;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.banner {
  padding: 7px 16px;
  background: light-dark(#fff4d6, #3a3017);
  color: light-dark(#5b4300, #ffe3a3);
  font-size: 13px;
  text-align: center;
  border-block-end: 1px solid transparent;
}
.notice {
  display: flex;
  align-items: center;
  gap: 8px;
  margin: 0 12px 8px;
  padding: 4px 4px 4px 14px;
  padding-inline: 14px 4px;
  border-radius: 12px;
  background: var(--bubble);
  font-size: 13.5px;
  border: 1px solid transparent;
}
.notice span {
  flex: 1;
}
.notice.problem {
  background: var(--problem-tint);
  color: var(--problem);
}
.notice .icon-button {
  color: inherit;
}

.lightbox {
  inline-size: 100vw;
  block-size: 100dvh;
  max-inline-size: none;
  max-block-size: none;
  margin: 0;
  padding: 0;
  border: 0;
  background: #0e1013;
  color: #fff;
  color-scheme: dark;
}
.lightbox[open] {
  display: flex;
  flex-direction: column;
}
.lightbox-bar {
  display: flex;
  align-items: center;
  gap: 4px;
  padding: 10px 14px;
}
.lightbox-caption {
  flex: 1;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.lightbox .icon-button {
  color: #fff;
}
.lightbox :focus-visible {
  outline-color: #fff;
}
.lightbox img {
  flex: 1;
  min-block-size: 0;
  inline-size: 100%;
  padding: 0 14px 14px;
  object-fit: contain;
  pointer-events: none;
}

@media (max-width: 480px) {
  .root:not(.inline).open {
    inset: 0;
  }
  .open:not(.inline) .launcher {
    display: none;
  }
  .root:not(.inline) .panel {
    inline-size: 100%;
    max-inline-size: none;
    block-size: 100dvh;
    max-block-size: none;
    margin: 0;
    border: 0;
    border-radius: 0;
    padding-block-end: env(safe-area-inset-bottom);
  }
  .input {
    font-size: 16px;
  }
}
@media (prefers-reduced-motion: no-preference) {
  .launcher,
  .icon-button,
  .suggestion,
  .button,
  .row {
    transition:
      background-color 120ms,
      color 120ms,
      border-color 120ms;
  }
  .root:not(.inline) .panel {
    animation: rise 180ms cubic-bezier(0.2, 0.8, 0.3, 1);
  }
  .recorder-dot {
    animation: pulse 1.4s ease-in-out infinite;
  }
  .launcher:active {
    transform: scale(0.96);
  }
}
@keyframes rise {
  from {
    opacity: 0;
    transform: translateY(12px);
  }
}
@keyframes pulse {
  50% {
    opacity: 0.25;
  }
}
@media (forced-colors: active) {
  .box,
  .recorder {
    border-color: CanvasText;
  }
  .recorder-dot {
    background: CanvasText;
    forced-color-adjust: none;
  }
}
@media print {
  .root:not(.inline) {
    display: none;
  }
}
`;
