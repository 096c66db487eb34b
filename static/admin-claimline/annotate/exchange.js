// Asks the server for a page. What cannot be had is a Trouble with words for the editor.

export class Trouble extends Error {
  constructor(message, loggedOut = false) {
    super(message);
    this.loggedOut = loggedOut;
  }
}

const OFFLINE = "No connection to the server. What you typed stays here and is kept in this browser; try again.";
const LOGGED_OUT = "You are logged out. What you typed stays here and is kept in this browser.";
const REFUSED = "The server refused this: you may no longer have the right to it. What you typed stays here.";
const FAILED = "The server could not do this. What you typed stays here; try again.";

async function send(address, body) {
  let response;
  try {
    response = await fetch(address, body ? { method: "POST", body } : {});
  } catch {
    throw new Trouble(OFFLINE);
  }
  if (response.redirected && new URL(response.url).pathname.endsWith("/login/")) {
    throw new Trouble(LOGGED_OUT, true);
  }
  return response;
}

async function pageOf(response) {
  let text;
  try {
    text = await response.text();
  } catch {
    throw new Trouble(OFFLINE);
  }
  return new DOMParser().parseFromString(text, "text/html");
}

function tokenIn(page) {
  return page.querySelector("#annotate [name=csrfmiddlewaretoken], #logout-form [name=csrfmiddlewaretoken]")?.value;
}

/** After a login in another tab the token on this page is an old one. */
async function freshToken() {
  const token = tokenIn(await pageOf(await send(location.pathname + location.search)));
  if (!token) throw new Trouble(REFUSED);
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  return token;
}

/** The page at `address`, or what it answers to the form data `body`; throws Trouble. */
export async function ask(address, body) {
  let response = await send(address, body);
  if (response.status === 403 && body) {
    body.set("csrfmiddlewaretoken", await freshToken());
    response = await send(address, body);
  }
  if (response.status === 403) throw new Trouble(REFUSED);
  if (response.status === 204) return null;
  // A conflict is a page too: with what both editors typed.
  if (!response.ok && response.status !== 409) throw new Trouble(FAILED);
  return pageOf(response);
}

/** Takes these parts of `page` in place of ours. */
export function swap(page, ids) {
  for (const id of ids) {
    const theirs = page.getElementById(id);
    if (!theirs) continue;
    document.getElementById(id).replaceWith(document.adoptNode(theirs));
  }
}

/** What the page says of what was done. */
export function messagesOf(page) {
  return [...page.querySelectorAll(".messagelist li, #annotate-form .errornote")]
    .map((item) => item.textContent.trim())
    .join(" ");
}
