// Comfort only: the slider of an incident's page follows its plain links.

function steps() {
  return [...document.querySelectorAll("#known li a")];
}

function say(slider) {
  const step = steps()[slider.value].textContent;
  slider.setAttribute("aria-valuetext", step);
  slider.parentElement.querySelector("output").textContent = step;
}

function show() {
  const slider = document.getElementById("known-at");
  const reading = document.getElementById("reading");
  if (!slider) return;
  slider.closest(".slide").hidden = false;
  document.querySelector("#known .steps").hidden = true;
  steps().forEach((link, number) => {
    if (String(number) === reading.dataset.at) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

document.addEventListener("input", (event) => {
  if (event.target.id === "known-at") say(event.target);
});

document.addEventListener("change", (event) => {
  if (event.target.id === "known-at") steps()[event.target.value].click();
});

document.addEventListener("htmx:afterSettle", () => {
  show();
  const slider = document.getElementById("known-at");
  // Whoever holds the slider may have gone on already.
  if (!slider || document.activeElement === slider) return;
  slider.value = document.getElementById("reading").dataset.at;
  say(slider);
});

document.addEventListener("htmx:historyRestore", show);
show();
