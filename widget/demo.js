/** Puts the chat on the demo page and lets it be tried light, dark and right to left. */

const parameters = new URLSearchParams(location.search);
const chat = document.createElement("frontdesk-chat");

function embed() {
  for (const name of ["tenant", "channel", "lang", "user-id", "user-name", "user-hmac"]) {
    if (parameters.has(name)) chat.setAttribute(name, parameters.get(name));
  }
  if (matchMedia("(min-width: 900px)").matches) chat.setAttribute("open", "");
  document.body.append(chat);
}

function showTheme(theme) {
  document.documentElement.dataset.theme = theme;
  chat.setAttribute("theme", theme);
  document.querySelector("#theme").setAttribute("aria-pressed", String(theme === "dark"));
}

function showDirection(direction) {
  document.documentElement.dir = direction;
  chat.setAttribute("dir", direction);
  document.querySelector("#direction").setAttribute("aria-pressed", String(direction === "rtl"));
}

function ask() {
  chat.open();
  chat.send("When are you open?");
}

function isPressed(id) {
  return document.querySelector(id).getAttribute("aria-pressed") === "true";
}

document.querySelector("#theme").addEventListener("click", () => showTheme(isPressed("#theme") ? "light" : "dark"));
document
  .querySelector("#direction")
  .addEventListener("click", () => showDirection(isPressed("#direction") ? "ltr" : "rtl"));
document.querySelector("#ask").addEventListener("click", ask);
document.querySelector("#missing").hidden = parameters.has("tenant") && parameters.has("channel");
showTheme(parameters.get("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
if (parameters.get("dir") === "rtl") showDirection("rtl");
embed();
