// Keys for readers who want them. They can be switched off (WCAG 2.1.4), and this browser remembers.

const STOPS = ".entry h3 a, .ledger > li";
const dialog = document.getElementById("keys");
const allowed = dialog.querySelector("input");

allowed.checked = localStorage.getItem("keys") !== "off";
allowed.addEventListener("change", () => localStorage.setItem("keys", allowed.checked ? "on" : "off"));

const opener = document.getElementById("keys-open");
opener.hidden = false;
opener.addEventListener("click", () => dialog.showModal());

function step(by) {
  const stops = [...document.querySelectorAll(STOPS)];
  const here = document.activeElement.closest(".entry, .ledger > li");
  const at = stops.findIndex((stop) => here && (here === stop || here.contains(stop)));
  const next = at < 0 ? (by > 0 ? 0 : -1) : at + by;
  if (!stops[next]) return;
  stops[next].tabIndex = stops[next].matches("a") ? 0 : -1;
  stops[next].focus();
  stops[next].scrollIntoView({ block: "nearest" });
}

const KEYS = {
  "/": () => {
    const box = document.getElementById("q");
    box.focus();
    box.select();
  },
  "?": () => dialog.showModal(),
  j: () => step(1),
  k: () => step(-1),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  if (!allowed.checked || typing || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});
