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

// The link that was followed is gone with the swap: go on from the new list, not from the top.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) {
    document.querySelector(".summary")?.focus({ preventScroll: true });
  }
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
