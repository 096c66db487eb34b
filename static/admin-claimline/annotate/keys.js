// Single keys for suggestions; none while one types.

const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, .select2-container, [contenteditable]";

/** `doing`: what each key does, by KeyboardEvent.key; `save` is for Ctrl or Cmd with Enter. */
export function listen(doing) {
  document.addEventListener("keydown", (event) => {
    const help = document.getElementById("annotate-keys");
    if (event.defaultPrevented || event.isComposing || help.open) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (doing.save()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (!document.querySelector(".select2-container--open")) doing.close();
      return;
    }
    if (event.target.closest(TYPING)) return;
    const action = doing[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
}
