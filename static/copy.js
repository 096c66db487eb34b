// Comfort only: a button for what can also be selected and copied by hand. Each copies what stands
// right before it: the value of a field, the address of a link, else the text.

const status = document.getElementById("copied");
let fading;

function show() {
  // No clipboard where the page came over plain http.
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button.copy[hidden]")) button.hidden = false;
}

function say(words) {
  status.textContent = words;
  clearTimeout(fading);
  fading = setTimeout(() => { status.textContent = ""; }, 4_000);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const before = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(before.value ?? before.href ?? before.textContent.trim());
    say(status.dataset.copied);
  } catch {
    say(status.dataset.refused);
  }
});

document.addEventListener("htmx:afterSwap", show);
show();
