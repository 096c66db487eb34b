// Says every half minute that this page is open, and shows who else has it open.

const EVERY = 30_000;
const note = document.getElementById("present");
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;

async function tell() {
  if (document.hidden) return;
  const body = new URLSearchParams({ page: location.pathname, csrfmiddlewaretoken: token });
  try {
    const answer = await fetch(note.dataset.url, { method: "POST", body, redirect: "error" });
    if (!answer.ok) return;
    const { others } = await answer.json();
    note.textContent = others.length ? `Being edited by ${others.join(", ")} too.` : "";
  } catch {
    // A courtesy: without a connection it waits for the next time.
  }
}

if (note && token) {
  tell();
  setInterval(tell, EVERY);
}
