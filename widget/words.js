/** Chooses the widget's own words by language; each language is a file of its own, English is the fallback. */

import english from "./words.en.js";

const TRANSLATED = new Set(["ar", "de", "es", "fr", "hi", "pt", "sw"]);
const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);

/** Load the words of a language tag and return `say(key, values)`, which fills `{name}` with `values.name`. */
export async function load(tag) {
  const words = { ...english, ...(await translation(base(tag))) };
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function direction(tag) {
  return RIGHT_TO_LEFT.has(base(tag)) ? "rtl" : "ltr";
}

/** Words that do not load, say because the page went offline, are no reason to show no chat. */
async function translation(language) {
  if (!TRANSLATED.has(language)) return {};
  const module = await import(`./words.${language}.js`).catch(() => ({}));
  return module.default;
}

function base(tag) {
  return tag.toLowerCase().split(/[-_]/)[0];
}
