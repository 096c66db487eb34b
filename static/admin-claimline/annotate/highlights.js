// Draws the spans of the cards over the text, and shows the span of the card that is current.

const NAMES = ["words", "people", "things", "blame", "ground", "ukraine", "russia", "other", "none"];

export const canHighlight = "highlights" in CSS && typeof Highlight === "function";

export function spanOf(card) {
  return { start: Number(card.dataset.start), end: Number(card.dataset.end) };
}

export function draw(text, cards) {
  const ranges = new Map([...NAMES, "suggestion"].map((name) => [name, []]));
  for (const card of cards) {
    const { start, end } = spanOf(card);
    const range = text.range(start, end);
    ranges.get(card.dataset.group).push(range);
    if (card.dataset.group !== "suggestion") ranges.get(card.dataset.side).push(range);
  }
  for (const [name, found] of ranges) CSS.highlights.set(name, new Highlight(...found));
}

export function show(text, card) {
  const { start, end } = spanOf(card);
  const range = text.range(start, end);
  const highlight = new Highlight(range);
  highlight.priority = 1;
  CSS.highlights.set("current", highlight);
  const box = range.getBoundingClientRect();
  const pane = text.root.getBoundingClientRect();
  if (box.top < pane.top || box.bottom > pane.bottom) {
    text.root.scrollTop += box.top - pane.top - pane.height / 3;
  }
}

/** The card with the shortest span around a code point, or undefined. */
export function cardAt(point, cards) {
  const length = (card) => spanOf(card).end - spanOf(card).start;
  return [...cards]
    .filter((card) => spanOf(card).start <= point && point < spanOf(card).end)
    .sort((one, other) => length(one) - length(other))[0];
}
