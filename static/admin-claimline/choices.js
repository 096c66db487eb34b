// Names the boxes that the admin's script makes of choices by search: it names them by what is
// chosen, and not at all where nothing is.

/** Gives the box of this select, if it has one yet, the name of the select before what is chosen. */
export function nameBox(select) {
  const box = select.nextElementSibling?.querySelector(".select2-selection");
  const shown = box?.querySelector(".select2-selection__rendered");
  const label = select.getAttribute("aria-label") ?? select.labels[0]?.textContent.trim();
  if (!shown || !label) return;
  box.id = `${select.id}_box`;
  box.setAttribute("aria-label", label);
  box.setAttribute("aria-labelledby", `${box.id} ${shown.id}`);
  shown.removeAttribute("role");
  shown.removeAttribute("aria-readonly");
}

function nameAll() {
  document.querySelectorAll("select.admin-autocomplete").forEach(nameBox);
}

// After the admin's own, which makes the boxes.
window.django?.jQuery(nameAll);
document.addEventListener("formset:added", nameAll);
