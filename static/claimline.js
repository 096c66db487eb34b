// Comfort only: every page works without this file.

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

// The search box stands outside what is swapped: empty it when its chip is taken back.
document.addEventListener("htmx:pushedIntoHistory", (event) => {
  const box = document.getElementById("q");
  if (box) box.value = new URL(event.detail.path, location.href).searchParams.get("q") ?? "";
});
