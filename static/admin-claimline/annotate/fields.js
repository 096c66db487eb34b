// Shows of a claim's form what its question and choices ask for; what is filled in always shows.

import { nameBox } from "../choices.js";

function chosen(form, name) {
  return new FormData(form).get(name) ?? "";
}

function filled(section) {
  return [...section.querySelectorAll("input:not([type=hidden]), select, textarea")].some((field) => {
    if (field.type === "checkbox") return field.checked;
    const mayBeEmpty = field.tagName !== "SELECT" || field.querySelector("option[value='']");
    return mayBeEmpty && field.value !== "";
  });
}

export function arrange(form) {
  const question = chosen(form, "answer-question");
  for (const section of form.querySelectorAll("[data-questions]:not([data-questions=''])")) {
    const asked = section.dataset.questions.split(" ").includes(question);
    section.hidden = !asked && !filled(section);
    if (asked) section.open = true;
  }
  for (const section of form.querySelectorAll("[data-within]:not([data-within=''])")) {
    const [name, value] = section.dataset.within.split("=");
    section.hidden = chosen(form, name) !== value;
  }
}

/** Turns choices into choices by search, as the admin's script does once when it loads. */
export function enhance(form) {
  const jQuery = window.django?.jQuery;
  if (!jQuery?.fn.djangoAdminSelect2) return;
  for (const select of form.querySelectorAll("select.admin-autocomplete")) {
    if (!select.classList.contains("select2-hidden-accessible")) jQuery(select).djangoAdminSelect2();
    nameBox(select);
    // The admin's change events come from jQuery, which other listeners do not hear.
    jQuery(select).on("select2:select select2:unselect select2:clear", () => {
      select.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
