// Keeps in this browser what is typed into a form of the desk, until it is saved: through a closed
// tab, a dropped connection or a login that has expired. Offers it back on the form's own page.

const PREFIX = "claimline-form";
const WAIT = 400;
const SENT = "claimline-sent"; // in this tab: the form that was sent last
const page = document.getElementById("keep");
const key = `${PREFIX} ${page.dataset.user} ${location.pathname}`;

/** Every control that is sent, as [name, value, words of a chosen option]; never a password. */
function typedIn(form) {
  return [...form.elements]
    .filter((one) => one.name && one.name !== "csrfmiddlewaretoken" && !one.disabled)
    .filter((one) => !["password", "file", "submit", "button"].includes(one.type))
    .filter((one) => !["checkbox", "radio"].includes(one.type) || one.checked)
    .flatMap((one) =>
      one.selectedOptions
        ? [...one.selectedOptions].map((option) => [one.name, option.value, option.text])
        : [[one.name, one.value]],
    );
}

/** The same whatever the row was opened at. */
function text(typed) {
  return JSON.stringify(typed.filter(([name]) => name !== "opened"));
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(form, untouched) {
  const typed = typedIn(form);
  if (text(typed) === untouched) return;
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), typed }));
  } catch {
    // Full, or switched off: the form works as ever.
  }
}

/** As many rows in each inline as there were. */
function addRows(form, typed) {
  for (const [name, value] of typed.filter(([name]) => name.endsWith("-TOTAL_FORMS"))) {
    const add = form.querySelector(`#${name.replace("-TOTAL_FORMS", "-group")} .add-row a`);
    for (let left = value - form.elements[name].value; add && left > 0; left -= 1) add.click();
  }
}

function choose(select, chosen) {
  for (const [, value, words] of chosen) {
    const known = [...select.options].some((option) => option.value === value);
    // An autocomplete knows but the option that it shows.
    if (!known) select.add(new Option(words, value));
  }
  const values = chosen.map(([, value]) => value);
  for (const option of select.options) option.selected = values.includes(option.value);
}

/** The mark too: where somebody has saved since, the server is to say so. */
function putBack(form, typed) {
  addRows(form, typed);
  for (const one of form.elements) {
    if (!one.name || one.name === "csrfmiddlewaretoken" || one.name.includes("__prefix__")) continue;
    const own = typed.filter(([name]) => name === one.name);
    if (one.selectedOptions) choose(one, own);
    else if (["checkbox", "radio"].includes(one.type)) {
      one.checked = own.some(([, value]) => value === one.value);
    } else if (own.length) one.value = own[0][1];
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function offer(form, { at, typed }) {
  const note = document.createElement("div");
  note.className = "kept";
  note.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = `What you typed here on ${new Date(at).toLocaleString("en-GB")} was not saved.`;
  const answers = [
    ["Put it back", () => putBack(form, typed)],
    ["Throw it away", () => localStorage.removeItem(key)],
  ].map(([label, act]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      act();
      note.remove();
      form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
    return button;
  });
  note.append(words, ...answers);
  form.before(note);
}

function watch(form) {
  const untouched = text(typedIn(form));
  const before = kept();
  if (before && text(before.typed) !== untouched && !document.querySelector(".refused, .errornote")) {
    offer(form, before);
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(form, untouched), WAIT);
  });
  // Choices of an autocomplete come as a change alone, and as an event of jQuery's.
  window.addEventListener("pagehide", () => keep(form, untouched));
  form.addEventListener("submit", () => {
    keep(form, untouched);
    sessionStorage.setItem(SENT, key);
  });
}

const sent = sessionStorage.getItem(SENT);
if (sent && document.querySelector(".messagelist .success")) localStorage.removeItem(sent);
sessionStorage.removeItem(SENT);

document.getElementById("logout-form")?.addEventListener("submit", () => {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  }
});

const form = document.querySelector("body.change-form #content-main > form[method=post]");
// Once stock scripts have made the form what it is.
if (form) window.addEventListener("load", () => watch(form));
