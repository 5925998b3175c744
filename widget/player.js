/** Plays received audio with the widget's own controls, because a browser's player cannot be themed. */

import { build, icon, iconButton } from "./dom.js";
import { duration } from "./formats.js";

/** Longer than any recording: seeking there makes Chromium measure a file that does not state its length. */
const BEYOND_END_S = 1e9;

let playing = null;

/** A player for `source`; `name` is how the visitor hears of it. Starting one pauses the other. */
export function player(source, name, say) {
  const audio = build("audio", { src: source, preload: "metadata" });
  const toggle = iconButton("play", `${say("play")}: ${name}`, { part: "play", class: "player-toggle" });
  const position = build("input", {
    type: "range",
    min: 0,
    max: 1,
    step: "any",
    value: 0,
    class: "player-position",
    "aria-label": say("seek", { name }),
  });
  const time = build("span", { class: "player-time" }, duration(0));
  toggle.addEventListener("click", () => (audio.paused ? start(audio) : audio.pause()));
  position.addEventListener("input", () => seek(audio, Number(position.value)));
  followState(audio, toggle, name, say);
  followTime(audio, position, time);
  return build(
    "div",
    { class: "player", part: "audio", role: "group", "aria-label": name },
    audio,
    toggle,
    position,
    time,
  );
}

function start(audio) {
  if (playing !== audio) playing?.pause();
  playing = audio;
  audio.play().catch(() => {});
}

function seek(audio, share) {
  if (Number.isFinite(audio.duration)) audio.currentTime = share * audio.duration;
}

function followState(audio, toggle, name, say) {
  const show = (state) => {
    toggle.replaceChildren(icon(state));
    toggle.setAttribute("aria-label", `${say(state)}: ${name}`);
    toggle.title = say(state);
  };
  audio.addEventListener("play", () => show("pause"));
  for (const event of ["pause", "ended"]) audio.addEventListener(event, () => show("play"));
}

function followTime(audio, position, time) {
  const show = () => {
    const isMeasured = Number.isFinite(audio.duration);
    position.value = isMeasured ? audio.currentTime / audio.duration : 0;
    position.setAttribute("aria-valuetext", duration(audio.currentTime));
    time.textContent = duration(audio.currentTime > 0 || !isMeasured ? audio.currentTime : audio.duration);
  };
  audio.addEventListener("loadedmetadata", () => measure(audio), { once: true });
  audio.addEventListener("durationchange", show);
  audio.addEventListener("timeupdate", show);
}

/** MediaRecorder writes files that do not say how long they are. */
function measure(audio) {
  if (audio.duration !== Infinity) return;
  audio.addEventListener("durationchange", () => (audio.currentTime = 0), { once: true });
  audio.currentTime = BEYOND_END_S;
}
