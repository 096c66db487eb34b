// Choosing days on the histogram: by dragging over the bars, or with its two sliders. Without this
// file each bar is a link to its days.

const SVG = "http://www.w3.org/2000/svg";
const DAY = 86_400_000;

function dress(figure) {
  const svg = figure.querySelector("svg");
  const [first, last] = figure.querySelectorAll("input");
  const [output, button] = figure.querySelector("#brushed").children;
  const firsts = figure.dataset.firsts.trim().split(" ");
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
