/** The look of where one writes: input, tray, recorder, drop target. */

export const css = `
.composer {
  padding: 6px 12px 12px;
}
.box {
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--surface);
}
.box:focus-within {
  border-color: var(--accent-text);
  box-shadow: 0 0 0 1px var(--accent-text);
}
.input {
  display: block;
  inline-size: 100%;
  max-block-size: 140px;
  padding: 11px 14px 3px;
  border: 0;
  background: none;
  resize: none;
  line-height: 1.45;
  overflow-y: auto;
  scrollbar-width: thin;
}
.input:focus-visible {
  outline: none;
}
.input::placeholder {
  color: var(--quiet);
  opacity: 1;
}
.input:placeholder-shown {
  text-overflow: ellipsis;
}
.root[dir="rtl"] .input:placeholder-shown {
  direction: rtl;
}
.tools {
  display: flex;
  align-items: center;
  gap: 2px;
  padding: 2px 6px 6px;
}
.tools .space {
  flex: 1;
}
.picker {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}
.send {
  background: var(--accent);
  color: var(--on-accent);
}
.send:hover:not(:disabled) {
  background: color-mix(in oklab, var(--accent) 88%, var(--on-accent));
  color: var(--on-accent);
}
.send:disabled {
  background: var(--bubble);
  color: var(--quiet);
}

.tray {
  display: flex;
  gap: 8px;
  padding: 10px 10px 2px;
  overflow-x: auto;
  scrollbar-width: thin;
}
.tray-item {
  position: relative;
  display: flex;
  align-items: center;
  gap: 10px;
  flex: none;
  max-inline-size: 240px;
  padding: 6px;
  padding-inline-end: 34px;
  border: 1px solid var(--line);
  border-radius: 12px;
}
.tray-picture {
  display: grid;
  place-items: center;
  flex: none;
  inline-size: 44px;
  block-size: 44px;
  border-radius: 8px;
  background: var(--accent-tint);
  color: var(--accent-text);
  overflow: hidden;
}
.tray-picture img {
  inline-size: 100%;
  block-size: 100%;
  object-fit: cover;
}
.tray-remove {
  position: absolute;
  inset-block-start: 3px;
  inset-inline-end: 3px;
  inline-size: 28px;
  block-size: 28px;
}
.tray-remove .icon {
  inline-size: 15px;
  block-size: 15px;
}

.recorder {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 6px 8px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
}
.recorder-dot {
  inline-size: 10px;
  block-size: 10px;
  border-radius: 50%;
  background: #d93025;
  border: 1px solid transparent;
}
.recorder-clock {
  flex: 1;
  color: var(--quiet);
  font-variant-numeric: tabular-nums;
}

.drop {
  position: absolute;
  inset: 8px;
  display: none;
  place-items: center;
  border: 2px dashed var(--accent-text);
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--surface) 92%, transparent);
  color: var(--accent-text);
  font-weight: 600;
  pointer-events: none;
}
.dropping .drop {
  display: grid;
}
`;
