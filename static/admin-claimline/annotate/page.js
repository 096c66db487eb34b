// The annotation screen: opens, saves and judges without loading the page anew.

import { ask, messagesOf, swap, Trouble } from "./exchange.js";
import { arrange, enhance } from "./fields.js";
import { canHighlight, cardAt, draw, show, spanOf } from "./highlights.js";
import { Keeper } from "./keeper.js";
import { listen } from "./keys.js";
import { PlainText, selectedSpan } from "./points.js";

const FORM = "annotate-form";
const REFRESH_EVERY = 60_000;
const LISTS = ["suggestions", "claims"];

const page = document.getElementById("annotate");
const root = document.getElementById("the-text");
const state = document.getElementById("annotate-state");
const take = document.getElementById("annotate-take");
const help = document.getElementById("annotate-keys");
const text = root && canHighlight ? new PlainText(root) : null;
const keeper = new Keeper(page, say);
let busy = false;

const claimForm = () => document.getElementById("claim-form");
const cards = () => page.querySelectorAll(".card");
const waiting = () => [...page.querySelectorAll(".card.suggestion")];
const current = () => page.querySelector(".card[aria-current]");

function say(what) {
  const trouble = what instanceof Trouble;
  state.classList.toggle("trouble", trouble);
  state.textContent = trouble ? what.message : what;
  if (trouble && what.loggedOut) {
    const link = document.createElement("a");
    link.href = `/admin/login/?next=${encodeURIComponent(location.pathname)}`;
    link.target = "_blank";
    link.textContent = "Log in again in another tab";
    state.append(" ", link, ", then try again here.");
  }
}

function choose(card, focus = true) {
  current()?.removeAttribute("aria-current");
  if (!card) {
    if (text) CSS.highlights.delete("current");
    return;
  }
  card.setAttribute("aria-current", "true");
  if (text) show(text, card);
  if (focus) card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function settle() {
  if (text) draw(text, cards());
  const form = claimForm();
  if (!form || form === keeper.form) return;
  enhance(form);
  arrange(form);
  keeper.watch(form);
}

/** Does one thing with the server at a time; says what went wrong. */
async function exchange(address, body, parts) {
  if (busy) return null;
  busy = true;
  page.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(address, body);
    const wasTyping = parts.includes(FORM);
    swap(answer, parts);
    if (wasTyping) keeper.stop();
    settle();
    say(messagesOf(answer));
    return answer;
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    say(trouble);
    return null;
  } finally {
    busy = false;
    page.removeAttribute("aria-busy");
  }
}

function focusForm() {
  const form = claimForm();
  if (!form) {
    document.querySelector("#annotate-form .button")?.focus();
    return;
  }
  const wrong = form.querySelector(".errorlist")?.parentElement;
  const field = wrong?.querySelector("input:not([type=hidden]), textarea, .select2-selection, select");
  (field ?? document.getElementById("claim-form-title")).focus();
}

async function open(address) {
  await keeper.keepThere();
  if (await exchange(address, null, [FORM, ...LISTS])) {
    const { start, end } = spanOfForm();
    if (text && end > start) show(text, { dataset: { start, end } });
    focusForm();
  }
}

function spanOfForm() {
  const value = (name) => Number(document.getElementById(`id_words-${name}`)?.value ?? 0);
  return { start: value("start"), end: value("end") };
}

function nextAfter(point) {
  return waiting().find((card) => spanOf(card).start >= point) ?? waiting()[0];
}

function step(by) {
  const list = waiting();
  if (!list.length) return;
  const at = list.indexOf(current());
  const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
  choose(list[next]);
}

/** Accepts, rejects or takes back; an open claim stays open, but for what accepting opens. */
async function judge(form, button) {
  const body = new FormData(form, button);
  const accepts = body.get("verdict") === "accept";
  if (accepts) await keeper.keepThere();
  const card = form.closest(".card");
  const point = card ? spanOf(card).start : 0;
  const parts = accepts || !claimForm() ? [FORM, ...LISTS] : LISTS;
  if (!(await exchange(form.action, body, parts))) return;
  if (accepts && claimForm()) focusForm();
  else choose(nextAfter(point));
}

async function save(submitter) {
  const form = claimForm();
  const { start } = spanOfForm();
  keeper.keepHere();
  const answer = await exchange(form.action, new FormData(form, submitter), []);
  if (!answer) return;
  const failed = answer.getElementById("claim-form");
  if (!failed) keeper.forget();
  swap(answer, [FORM, ...LISTS]);
  settle();
  if (failed) {
    keeper.dirty = true;
    focusForm();
  } else choose(nextAfter(start));
}

async function close() {
  if (!claimForm()) return;
  await keeper.keepThere();
  await exchange(claimForm().querySelector(".closelink").href, null, [FORM]);
}

function addressOf(span) {
  const query = new URLSearchParams({ snapshot: page.dataset.snapshot, start: span.start, end: span.end });
  return `${location.pathname}?${query}`;
}

function useWords(span) {
  for (const [name, value] of [["quote", span.words], ["start", span.start], ["end", span.end]]) {
    document.getElementById(`id_words-${name}`).value = value;
  }
  keeper.changed();
}

function offer() {
  const span = selectedSpan(root);
  take.hidden = !span;
  if (!span) return;
  const button = take.querySelector("button");
  button.textContent = claimForm() ? "Use these words in the open claim" : "Open a claim with these words";
  button.onclick = () => {
    take.hidden = true;
    if (claimForm()) useWords(span);
    else open(addressOf(span));
  };
}

function clickText(event) {
  const span = selectedSpan(root);
  if (span && !claimForm()) {
    open(addressOf(span));
  } else if (!span && text) {
    const card = cardAt(text.pointAt(event.clientX, event.clientY), cards());
    if (card) choose(card);
  }
}

function press(selector) {
  const card = current() ?? waiting()[0];
  choose(card);
  card?.querySelector(selector)?.click();
}

function submitted(event) {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if (form === claimForm()) save(event.submitter);
  else if (form.classList.contains("judge")) judge(form, event.submitter);
  else exchange(form.action, new FormData(form, event.submitter), [FORM, ...LISTS]);
}

function clicked(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a.annotate-open, a.annotate-show");
  if (!link) return;
  if (link.classList.contains("annotate-open")) {
    event.preventDefault();
    if (link.classList.contains("closelink") && claimForm()) close();
    else open(link.href);
  } else if (text) {
    event.preventDefault();
    choose(link.closest(".card"), false);
  }
}

function start() {
  page.addEventListener("submit", submitted);
  page.addEventListener("click", clicked);
  page.addEventListener("input", (event) => {
    if (!event.target.closest("#claim-form")) return;
    arrange(claimForm());
    keeper.changed();
  });
  root.addEventListener("mouseup", (event) => setTimeout(() => clickText(event)));
  document.addEventListener("selectionchange", offer);
  addEventListener("pagehide", () => keeper.keepHere());
  document.getElementById("logout-form")?.addEventListener("submit", () => keeper.stop());
  listen({
    n: () => step(1),
    p: () => step(-1),
    a: () => press("[value=accept]"),
    e: () => press(".edit"),
    x: () => press("[value=reject]"),
    w: () => document.getElementById("id_first")?.focus(),
    "?": () => help.showModal(),
    close,
    save: () => {
      if (!claimForm()) return false;
      save();
      return true;
    },
  });
  settle();
  if (location.hash === "" && claimForm()) focusForm();
  bringHome();
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, REFRESH_EVERY);
}

/** What other editors did meanwhile; the open form stays. */
async function refresh() {
  if (document.hidden || busy) return;
  const at = current()?.id;
  try {
    const answer = await ask(`${location.pathname}?snapshot=${page.dataset.snapshot}`);
    if (busy || page.contains(document.activeElement?.closest?.(".cards"))) return;
    swap(answer, LISTS);
    settle();
    if (at) document.getElementById(at)?.setAttribute("aria-current", "true");
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
  }
}

async function bringHome() {
  try {
    if ((await keeper.bringHome()) && !claimForm()) await exchange(location.href, null, [FORM]);
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
  }
}

if (root) start();
