// Comfort only: every page works without this file. One file, as each costs a reader a request: the
// filters, the histogram, the keys.

// A swap brings the filter rail anew: keep open what the reader had opened.
let open = new Map();

document.addEventListener("htmx:beforeSwap", () => {
  open = new Map([...document.querySelectorAll("#filters details[id]")].map((d) => [d.id, d.open]));
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [id, wasOpen] of open) {
    const details = document.getElementById(id);
    if (details) details.open = wasOpen;
  }
});

// Nobody has done anything yet where numbers come by themselves (_counting.html).
let idle = false;

// The link that was followed is gone with the swap: go on from the new list, not from the top.
document.addEventListener("htmx:afterSettle", () => {
  if (!idle && document.activeElement === document.body) {
    document.querySelector(".summary")?.focus({ preventScroll: true });
  }
});

// They move nothing under whoever fills in a field or reads the entries: the link to them stays.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, triggeringEvent } = event.detail.requestConfig;
  idle = !triggeringEvent && document.activeElement === document.body;
  if (triggeringEvent) return;
  const fields = [...document.querySelectorAll("#timeline input")];
  const filling = fields.some((f) => f.value !== f.defaultValue || f.checked !== f.defaultChecked);
  const reading = elt.getBoundingClientRect().bottom < 0 || document.querySelector(".entry :focus");
  if (filling || reading) event.detail.shouldSwap = false;
});

// The address of the page already is no step to go back from.
document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const { history } = event.detail;
  if (history.path === location.pathname + location.search) history.type = "replace";
});

document.addEventListener("change", (event) => {
  if (!event.target.closest("#filters")) return;
  // A field that belongs to a form of its own, to find a name by, filters nothing.
  if (event.target.form.id !== "filters") {
    event.stopPropagation();
    return;
  }
  // The answer to an earlier choice would take this one back.
  htmx.trigger(event.target.form, "htmx:abort");
  // A year on its way to 2022 is first 2, 20 and 202, each of them a valid date.
  if (event.target.type === "date" && event.target.value && event.target.value < "1000") {
    event.stopPropagation();
  }
}, true);

// The search box stands outside what is swapped: empty it when its chip is taken back.
document.addEventListener("htmx:pushedIntoHistory", (event) => {
  const box = document.getElementById("q");
  if (box) box.value = new URL(event.detail.path, location.href).searchParams.get("q") ?? "";
});

// Filters that were swapped in have changed the address since the page was made.
document.addEventListener("submit", (event) => {
  if (event.target.matches(".languages")) {
    event.target.elements.next.value = location.pathname + location.search + location.hash;
  }
});

// Choosing days on the histogram: by dragging over the bars, or with its two sliders. Without script
// each bar is a link to its days.

const SVG = "http://www.w3.org/2000/svg";
const DAY = 86_400_000;

function dress(figure) {
  const svg = figure.querySelector("svg");
  const [first, last] = figure.querySelectorAll("input");
  const [output, button] = figure.querySelector("#brushed").children;
  const firsts = figure.dataset.firsts.split(" ");
  const width = svg.viewBox.baseVal.width / firsts.length;
  const { lang } = document.documentElement;
  // Days before months, as everywhere on the site.
  const words = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "medium", timeZone: "UTC" });
  const chosen = svg.appendChild(document.createElementNS(SVG, "rect"));
  chosen.classList.add("chosen");
  chosen.setAttribute("height", svg.viewBox.baseVal.height);

  const dayBefore = (day) => new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);
  const slots = () => [+first.value, +last.value].sort((a, b) => a - b);
  const days = () => {
    const [from, to] = slots();
    return [firsts[from], to + 1 < firsts.length ? dayBefore(firsts[to + 1]) : figure.dataset.last];
  };

  function show() {
    const [from, to] = slots();
    const whole = to - from + 1 === firsts.length;
    chosen.setAttribute("x", from * width);
    chosen.setAttribute("width", whole ? 0 : (to - from + 1) * width);
    button.parentElement.hidden = whole;
    output.value = whole ? "" : words.formatRange(...days().map((day) => new Date(day)));
    for (const slider of [first, last]) {
      slider.setAttribute("aria-valuetext", words.format(new Date(days()[slider === first ? 0 : 1])));
    }
  }

  function apply() {
    const form = document.getElementById("filters");
    [form.elements.from.value, form.elements.to.value] = days();
    form.elements.to.dispatchEvent(new Event("change", { bubbles: true }));
  }

  for (const slider of [first, last]) {
    slider.addEventListener("input", show);
    slider.addEventListener("keydown", (event) => event.key === "Enter" && apply());
  }
  button.addEventListener("click", apply);

  const slotAt = (event) => {
    const box = svg.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * firsts.length);
    return Math.min(Math.max(at, 0), firsts.length - 1);
  };
  let start = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button === 0) start = { x: event.clientX, slot: slotAt(event), dragged: false };
  });
  svg.addEventListener("pointermove", (event) => {
    // A finger that trembles on a bar means the bar.
    if (!start || (!start.dragged && Math.abs(event.clientX - start.x) < 5)) return;
    if (!start.dragged) svg.setPointerCapture(event.pointerId);
    start.dragged = true;
    [first.value, last.value] = [start.slot, slotAt(event)].sort((a, b) => a - b);
    show();
  });
  svg.addEventListener("pointerup", () => {
    if (start?.dragged) apply();
    // The click on the bar, which follows, must still know of the drag.
    setTimeout(() => { start = null; });
  });
  svg.addEventListener("pointercancel", () => { start = null; });
  svg.addEventListener("click", (event) => start?.dragged && event.preventDefault(), true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  show();
}

function dressAll() {
  const figure = document.querySelector("#density:not([data-dressed])");
  if (figure?.querySelector(".brush")) {
    figure.dataset.dressed = "";
    dress(figure);
  }
}

document.addEventListener("htmx:afterSwap", dressAll);
dressAll();

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
