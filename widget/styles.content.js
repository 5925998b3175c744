/** The look of what messages carry: media, cards, choices, reactions. */

export const css = `
.picture {
  display: block;
  max-inline-size: 100%;
  padding: 0;
  border: 0;
  border-radius: calc(var(--radius) - 4px);
  overflow: hidden;
  background: var(--bubble);
  cursor: zoom-in;
}
.bubble:not(.bare) .picture,
.bubble:not(.bare) .film {
  margin: -4px -8px 0;
  max-inline-size: calc(100% + 16px);
}
.picture img {
  display: block;
  max-inline-size: 100%;
  max-block-size: 280px;
  min-inline-size: 72px;
  min-block-size: 48px;
  object-fit: cover;
}
.film {
  display: block;
  max-inline-size: 100%;
  max-block-size: 280px;
  border-radius: calc(var(--radius) - 4px);
  background: #000;
}
.player {
  display: flex;
  align-items: center;
  gap: 8px;
  inline-size: 240px;
  max-inline-size: 100%;
}
.player-toggle,
.player-toggle:hover:not(:disabled) {
  background: color-mix(in srgb, currentColor 14%, transparent);
  color: inherit;
}
.player-position {
  flex: 1;
  min-inline-size: 0;
  block-size: 24px;
  margin: 0;
  accent-color: currentColor;
  cursor: pointer;
}
.player-time {
  min-inline-size: 34px;
  font-size: 12.5px;
  font-variant-numeric: tabular-nums;
  text-align: end;
}

.card {
  display: flex;
  align-items: center;
  gap: 11px;
  min-inline-size: 180px;
  padding: 2px;
  color: inherit;
  text-decoration: none;
  border-radius: 10px;
}
.card-icon {
  display: grid;
  place-items: center;
  flex: none;
  inline-size: 40px;
  block-size: 40px;
  border-radius: 11px;
  background: color-mix(in srgb, currentColor 13%, transparent);
}
.card-text {
  display: grid;
  min-inline-size: 0;
  line-height: 1.35;
}
.card-title {
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
}
a.card:hover .card-title {
  text-decoration: underline;
  text-underline-offset: 2px;
}
.card-detail {
  font-size: 13px;
  font-variant-numeric: tabular-nums;
}
.tray .card-title {
  font-size: 13.5px;
  white-space: nowrap;
}
.tray .card-detail {
  color: var(--quiet);
  font-size: 12.5px;
}
.card-link {
  font-size: 13.5px;
  text-underline-offset: 2px;
  color: var(--accent-text);
}

.choices {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
  inline-size: 100%;
  padding-block-start: 8px;
}
.button,
.suggestion {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  min-block-size: 36px;
  padding: 6px 14px;
  border: 1px solid var(--accent-text);
  border-radius: 18px;
  background: var(--surface);
  color: var(--accent-text);
  font-weight: 550;
  line-height: 1.3;
  text-decoration: none;
}
.button:hover:not(:disabled),
.suggestion:hover {
  background: var(--accent-tint);
}
.button .icon,
.row .icon {
  inline-size: 16px;
  block-size: 16px;
}
.button:disabled {
  border-color: var(--line);
  color: var(--quiet);
}
.button[data-chosen],
.button[data-chosen]:disabled {
  background: var(--accent-tint);
  border-color: var(--accent-text);
  color: var(--accent-text);
}
.rows {
  inline-size: 320px;
  max-inline-size: 100%;
  border: 1px solid var(--line);
  border-radius: 14px;
  overflow: hidden;
  background: var(--surface);
}
.row {
  display: grid;
  grid-template-columns: 1fr auto;
  align-items: center;
  column-gap: 10px;
  inline-size: 100%;
  min-block-size: 44px;
  padding: 9px 14px;
  border-radius: 0;
  color: var(--accent-text);
  text-decoration: none;
}
.row + .row {
  border-block-start: 1px solid var(--line);
}
.row:hover:not(:disabled) {
  background: var(--accent-tint);
}
.row:focus-visible {
  outline-offset: -3px;
}
.row .option-title {
  font-weight: 550;
}
.row .option-detail {
  grid-row: 2;
  color: var(--quiet);
  font-size: 13.5px;
}
.row .icon {
  grid-area: 1 / 2 / span 2;
}
.row:disabled {
  color: var(--quiet);
}
.row[data-chosen],
.row[data-chosen]:disabled {
  background: var(--accent-tint);
  color: var(--accent-text);
}
.suggestions {
  display: flex;
  flex-wrap: wrap;
  justify-content: flex-end;
  gap: 6px;
  padding-block-start: 12px;
}

.react-opener {
  position: absolute;
  inset-block-end: 0;
  inset-inline-start: calc(100% + 4px);
  inline-size: 28px;
  block-size: 28px;
  opacity: 0;
}
.react-opener .icon {
  inline-size: 18px;
  block-size: 18px;
}
.bubble:hover .react-opener,
.react-opener:focus-visible,
.react-opener[aria-expanded="true"] {
  opacity: 1;
}
@media (hover: none) {
  .entry:not(.followed) .react-opener {
    opacity: 1;
  }
}
.emoji-tray {
  position: absolute;
  z-index: 1;
  inset-block-end: 32px;
  inset-inline-start: max(0px, 100% - 84px);
  display: flex;
  gap: 2px;
  padding: 4px;
  border: 1px solid var(--line);
  border-radius: 22px;
  background: var(--surface);
  color: var(--text);
  box-shadow: 0 4px 18px light-dark(rgb(20 26 34 / 0.16), rgb(0 0 0 / 0.5));
}
.emoji {
  display: inline-grid;
  place-items: center;
  min-inline-size: 34px;
  block-size: 34px;
  padding: 0 6px;
  border: 1px solid transparent;
  border-radius: 17px;
  font-size: 18px;
  line-height: 1;
}
button.emoji:hover {
  background: var(--bubble);
}
.emoji[aria-pressed="true"] {
  background: var(--accent-tint);
  border-color: var(--accent-text);
}
.reactions {
  position: relative;
  display: flex;
  gap: 4px;
  margin-block-start: -6px;
  padding-inline: 8px;
}
.reactions .emoji {
  min-inline-size: 30px;
  block-size: 26px;
  padding: 0 7px;
  font-size: 14px;
  background: var(--surface);
  border-color: var(--line);
}
.reactions .emoji[aria-pressed="true"] {
  background: var(--accent-tint);
  border-color: var(--accent-text);
}
`;
