// Keeps what is typed: in this browser at once, on the server after a few seconds.

import { ask, Trouble } from "./exchange.js";

const LOCAL_AFTER = 300;
const SERVER_AFTER = 3000;

function typedIn(form) {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  return new URLSearchParams(data).toString();
}

export class Keeper {
  /** `page`: the element that tells user, snapshot and address. `say` tells the editor. */
  constructor(page, say) {
    // Begins as what keep.js keeps, which forgets all of that at a logout.
    this.prefix = `claimline-form annotate ${page.dataset.user} ${page.dataset.snapshot} `;
    this.address = page.dataset.draftUrl;
    this.say = say;
    this.timers = [];
  }

  watch(form) {
    this.stop();
    this.form = form;
    this.dirty = false;
  }

  stop() {
    this.timers.forEach(clearTimeout);
    this.timers = [];
    this.form = null;
    this.dirty = false;
  }

  changed() {
    this.dirty = true;
    this.timers.forEach(clearTimeout);
    this.timers = [
      setTimeout(() => this.keepHere(), LOCAL_AFTER),
      setTimeout(() => this.keepThere(), SERVER_AFTER),
    ];
  }

  get opened() {
    return new URL(this.form.action).search.slice(1);
  }

  keepHere() {
    if (!this.form || !this.dirty) return;
    try {
      localStorage.setItem(this.prefix + this.opened, typedIn(this.form));
    } catch {
      this.say("This browser keeps nothing: save before you leave the page.");
    }
  }

  /** What is kept there need not be kept here; nothing is said while it works. */
  async keepThere() {
    if (!this.form || !this.dirty) return;
    const typed = typedIn(this.form);
    const name = this.prefix + this.opened;
    try {
      await this.send(this.opened, typed);
      if (localStorage.getItem(name) === typed) localStorage.removeItem(name);
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      this.say(trouble);
    }
  }

  send(opened, typed) {
    const body = new URLSearchParams(typed);
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    body.set("csrfmiddlewaretoken", token ? token.value : "");
    return ask(`${this.address}?${opened}`, body);
  }

  /** The claim is saved, or thrown away. */
  forget() {
    if (this.form) localStorage.removeItem(this.prefix + this.opened);
    this.stop();
  }

  /** Takes what an earlier visit left in this browser to the server; true if there was any. */
  async bringHome() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(this.prefix));
    for (const name of names) {
      await this.send(name.slice(this.prefix.length), localStorage.getItem(name));
      localStorage.removeItem(name);
    }
    return names.length > 0;
  }
}
