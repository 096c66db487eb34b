// Places in a text, counted in code points as the server counts them, whatever nodes it is made of.

export function pointsOf(text) {
  return [...text].length;
}

/** The span of the selection that lies in `root`, or null. */
export function selectedSpan(root) {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(root)) return null;
  const whole = document.createRange();
  whole.selectNodeContents(root);
  const before = whole.cloneRange();
  if (range.compareBoundaryPoints(Range.START_TO_START, whole) <= 0) before.collapse(true);
  else before.setEnd(range.startContainer, range.startOffset);
  const until = whole.cloneRange();
  if (range.compareBoundaryPoints(Range.END_TO_END, whole) < 0) {
    until.setEnd(range.endContainer, range.endOffset);
  }
  const start = pointsOf(before.toString());
  const end = pointsOf(until.toString());
  const words = [...whole.toString()].slice(start, end).join("");
  return words.trim() ? { start, end, words } : null;
}

/** A text node whose spans can be turned into ranges. */
export class PlainText {
  constructor(root) {
    // One node instead of the server's marks: the browser draws its own highlights over it.
    root.textContent = root.textContent;
    this.root = root;
    this.node = root.firstChild;
    this.units = [0];
    for (const point of this.node.data) this.units.push(this.units.at(-1) + point.length);
  }

  range(start, end) {
    const range = document.createRange();
    const last = this.units.length - 1;
    range.setStart(this.node, this.units[Math.min(start, last)]);
    range.setEnd(this.node, this.units[Math.min(end, last)]);
    return range;
  }

  /** The code point under the pointer, or null. */
  pointAt(x, y) {
    const caret = document.caretPositionFromPoint
      ? document.caretPositionFromPoint(x, y)
      : document.caretRangeFromPoint?.(x, y);
    const node = caret?.offsetNode ?? caret?.startContainer;
    if (node !== this.node) return null;
    return pointsOf(this.node.data.slice(0, caret.offset ?? caret.startOffset));
  }
}
