// Moves and zooms the map, and opens a panel at a mark. Without this file every mark is a link.
const LETTERS = 12; // pixels
const CLOSEST = 40; // units across
const WORLD = 36000; // units across (incidents/public/tiles.py)
const TILE = 256; // pixels
const STEP = 0.15; // of the width, by an arrow key

function live(svg) {
  if (svg.classList.contains("live")) return;
  const figure = svg.closest("figure");
  const panel = figure.querySelector("dialog");
  const names = svg.querySelector(".names");
  const controls = figure.querySelector(".zoom");
  const hatch = svg.querySelector("pattern");
  const first = svg.viewBox.baseVal;
  const home = { x: first.x, y: first.y, width: first.width, height: first.height };
  const fingers = new Map();
  let dragged = false;
  let opened; // the mark whose panel is open

  // The longer side of the window shows more than the viewBox: the shorter one decides.
  const unit = () => Math.max(svg.viewBox.baseVal.width / svg.clientWidth, svg.viewBox.baseVal.height / svg.clientHeight);

  function show({ x, y, width, height }) {
    svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    write();
  }

  function write() {
    tile();
    const size = LETTERS * unit();
    names.setAttribute("font-size", size);
    hatch.setAttribute("patternTransform", `scale(${size}) rotate(45)`);
    for (const hit of svg.querySelectorAll(".hit")) hit.setAttribute("r", size / 2);
    const taken = [...svg.querySelectorAll(".hit + .mark")].map(covered);
    taken.push(controls.getBoundingClientRect());
    const frame = svg.getBoundingClientRect();
    const free = (box) => box.left > frame.left && box.right < frame.right && box.top > frame.top && box.bottom < frame.bottom
      && !taken.some((o) => box.left < o.right && o.left < box.right && box.top < o.bottom && o.top < box.bottom);
    for (const { children } of names.children) {
      const shown = [...children].find((name) => free(name.getBoundingClientRect()));
      for (const name of children) name.classList.toggle("seen", name === shown);
      if (shown) taken.push(shown.getBoundingClientRect());
    }
  }

  function tile() {
    const group = svg.querySelector(".tiles");
    if (!group) return;
    const frame = svg.getBoundingClientRect();
    const corner = (x, y) => new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());
    const [start, end] = [corner(frame.left, frame.top), corner(frame.right, frame.bottom)];
    const zoom = Math.min(19, Math.max(0, Math.floor(Math.log2(WORLD / unit() / TILE))));
    const size = WORLD / 2 ** zoom;
    const [left, top, right, bottom] = [start.x, start.y, end.x, end.y].map((side) => Math.floor((side + WORLD / 2) / size));
    const wanted = new Map();
    for (let x = Math.max(left, 0); x <= Math.min(right, 2 ** zoom - 1); x += 1) {
      for (let y = Math.max(top, 0); y <= Math.min(bottom, 2 ** zoom - 1); y += 1) {
        const href = group.dataset.template.replace("{z}", zoom).replace("{x}", x).replace("{y}", y);
        wanted.set(href, { href, x: x * size - WORLD / 2, y: y * size - WORLD / 2, width: size, height: size });
      }
    }
    for (const image of [...group.children]) {
      if (!wanted.delete(image.getAttribute("href"))) image.remove();
    }
    for (const attributes of wanted.values()) {
      const image = document.createElementNS(svg.namespaceURI, "image");
      for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, value);
      group.append(image);
    }
  }

  // A line without length has no box of its own.
  function covered(mark) {
    const { left, right, top, bottom } = mark.parentElement.querySelector(".hit").getBoundingClientRect();
    const [x, y, reach] = [(left + right) / 2, (top + bottom) / 2, mark.getAttribute("stroke-width") / 2];
    return { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
  }

  function move(dx, dy) {
    const { x, y, width, height } = svg.viewBox.baseVal;
    show({ x: x - dx * unit(), y: y - dy * unit(), width, height });
  }

  // `left`, `top`: the point of the window that stays where it is; without them, the middle.
  function zoom(factor, left, top) {
    const { x, y, width, height } = svg.viewBox.baseVal;
    const scale = Math.min(Math.max(factor, CLOSEST / width), (home.width * 8) / width);
    const at = left === undefined ? { x: x + width / 2, y: y + height / 2 }
      : new DOMPoint(left, top).matrixTransform(svg.getScreenCTM().inverse());
    show({ x: at.x + (x - at.x) * scale, y: at.y + (y - at.y) * scale, width: width * scale, height: height * scale });
  }

  async function open(mark) {
    let response;
    try {
      response = await fetch(mark.dataset.panel, { headers: { "HX-Request": "true" } });
    } catch {
      response = { ok: false };
    }
    if (!response.ok) {
      location.assign(mark.href.baseVal);
      return;
    }
    panel.innerHTML = await response.text();
    panel.setAttribute("aria-labelledby", "panel-title");
    const [box, frame] = [mark.getBoundingClientRect(), svg.getBoundingClientRect()];
    panel.classList.toggle("right", box.left + box.right < frame.left + frame.right);
    panel.close();
    panel.show();
    opened = mark;
  }

  function close() {
    panel.close();
    opened.focus();
  }

  svg.addEventListener("click", (event) => {
    const mark = event.target.closest("a");
    if (!mark) return;
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (dragged || (mark.dataset.panel && !elsewhere)) event.preventDefault();
    if (!dragged && mark.dataset.panel && !elsewhere) open(mark);
  });
  panel.addEventListener("click", (event) => {
    if (event.target.closest(".close")) close();
  });
  figure.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open) close();
  });

  // A mouse drags; one finger scrolls the page, two move and zoom.
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.pointerType === "mouse" && event.button === 0) fingers.set(event.pointerId, event);
  });
  addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    // A click trembles.
    if (!dragged && Math.hypot(dx, dy) < 4) return;
    dragged = true;
    svg.classList.add("moving");
    fingers.set(event.pointerId, event);
    move(dx, dy);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      svg.classList.remove("moving");
    });
  }

  let pinch = null;
  const grip = ({ touches: [a, b] }) => ({
    x: (a.clientX + b.clientX) / 2,
    y: (a.clientY + b.clientY) / 2,
    wide: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
  });
  svg.addEventListener("touchstart", (event) => {
    pinch = event.touches.length === 2 ? grip(event) : null;
    if (pinch) event.preventDefault();
  }, { passive: false });
  svg.addEventListener("touchmove", (event) => {
    if (!pinch || event.touches.length !== 2) return;
    event.preventDefault();
    const now = grip(event);
    move(now.x - pinch.x, now.y - pinch.y);
    zoom(pinch.wide / now.wide, now.x, now.y);
    pinch = now;
  }, { passive: false });
  svg.addEventListener("touchend", () => { pinch = null; });

  svg.addEventListener("wheel", (event) => {
    // The wheel alone scrolls the page. A pinch on a touchpad comes as a wheel with Ctrl.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 50) / 150), event.clientX, event.clientY);
  }, { passive: false });

  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = STEP * svg.clientWidth;
    const ways = {
      "+": () => zoom(0.6), "=": () => zoom(0.6), "-": () => zoom(1 / 0.6), 0: () => show(home),
      ArrowLeft: () => move(far, 0), ArrowRight: () => move(-far, 0),
      ArrowUp: () => move(0, far), ArrowDown: () => move(0, -far),
    };
    if (!ways[event.key]) return;
    event.preventDefault();
    ways[event.key]();
  });
  controls.addEventListener("click", ({ target }) => {
    if (!target.dataset.zoom) return;
    const factor = Number(target.dataset.zoom);
    if (factor) zoom(factor);
    else show(home);
  });
  // Whatever has the focus is to be seen.
  svg.addEventListener("focusin", ({ target }) => {
    const hit = target.querySelector(".hit");
    if (!hit) return;
    const [box, frame] = [hit.getBoundingClientRect(), svg.getBoundingClientRect()];
    if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) {
      move((frame.left + frame.right - box.left - box.right) / 2, (frame.top + frame.bottom - box.top - box.bottom) / 2);
    }
  });

  svg.classList.add("live");
  svg.tabIndex = 0;
  controls.hidden = false;
  new ResizeObserver(() => svg.clientWidth && write()).observe(svg);
}

function start() {
  document.querySelectorAll(".stage > svg").forEach(live);
}

document.addEventListener("htmx:afterSettle", start);
start();
