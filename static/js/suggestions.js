// Makes every search field a combobox that suggests: an editable one with a list, chosen from by hand (WAI-ARIA APG).
// Without this script, and whenever the server does not answer, the field is a plain one in a plain form.
const LEAST_LETTERS = 2;
// Long enough for the next key of somebody who types, so that a word is one request and not one a letter.
const PAUSE = 120;

/** Returns an element with attributes, holding text or other elements. Text never becomes markup. */
function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}

class Combobox {
  constructor(input) {
    this.input = input;
    this.list = element("div", {
      class: "suggestions",
      role: "listbox",
      id: `${input.id}-suggestions`,
      "aria-label": input.dataset.suggestionsLabel,
      hidden: "",
    });
    this.announcement = element("div", { class: "visually-hidden", "aria-live": "polite" });
    this.options = [];
    this.active = -1;
    this.request = new AbortController();
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.list.id);
    input.parentElement.append(this.list, this.announcement);
    this.listen();
  }

  listen() {
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.stop());
    this.input.form?.addEventListener("submit", () => this.stop());
    // Focus stays in the field while the list is clicked or scrolled.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
    // A page that comes back from the history comes back without its list.
    window.addEventListener("pagehide", () => this.stop());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** Asks for suggestions when the writer pauses. A request on its way is given up, so no old answer comes late. */
  ask() {
    this.giveUp();
    this.activate(-1);
    const typed = this.input.value.trim();
    if (typed.length < LEAST_LETTERS) {
      this.close();
      return;
    }
    this.timer = window.setTimeout(() => this.fetch(typed), PAUSE);
  }

  giveUp() {
    window.clearTimeout(this.timer);
    this.request.abort();
  }

  async fetch(typed) {
    this.request = new AbortController();
    const { signal } = this.request;
    const address = new URL(this.input.dataset.suggestions, window.location.href);
    address.searchParams.set("q", typed);
    try {
      const response = await fetch(address, { signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(`answer ${response.status}`);
      const answer = await response.json();
      if (!signal.aborted) this.show(answer);
    } catch {
      // Suggestions are a help, not the search: without them the form works as it is.
      if (!signal.aborted) this.close();
    }
  }

  show({ groups, message }) {
    this.options = [];
    this.list.replaceChildren(...groups.map((group, number) => this.group(group, number)));
    this.list.scrollTop = 0;
    this.activate(-1);
    if (groups.length) this.open();
    else this.close();
    this.announcement.textContent = message;
  }

  group({ label, rows }, number) {
    const heading = element("div", { class: "suggestions__label", id: `${this.list.id}-${number}` }, label);
    const options = rows.map((row) => this.option(row));
    const attributes = { class: "suggestions__group", role: "group", "aria-labelledby": heading.id };
    return element("div", attributes, heading, ...options);
  }

  option({ url, text, note }) {
    const stretches = text.map((one) => (one.typed ? element("mark", {}, one.text) : one.text));
    const id = `${this.list.id}-option-${this.options.length}`;
    const attributes = { class: "suggestions__option", role: "option", id, "aria-selected": "false" };
    const option = element("div", attributes, element("span", {}, ...stretches));
    if (note) option.append(" ", element("small", {}, note));
    option.dataset.url = url;
    this.options.push(option);
    return option;
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.activate(-1);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.announcement.textContent = "";
  }

  /** Closes the list and asks for nothing more until something is typed. */
  stop() {
    this.giveUp();
    this.close();
  }

  /** Moves the visual focus to an option by its number; to the field itself by -1. */
  activate(number) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    const option = this.options[number];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(option) {
    this.stop();
    window.location.assign(option.dataset.url);
  }

  press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const isArrow = event.key === "ArrowDown" || event.key === "ArrowUp";
    if (isArrow && this.options.length && this.input.value.trim().length >= LEAST_LETTERS) {
      event.preventDefault();
      this.move(event);
      return;
    }
    if (!this.isOpen) return;
    if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options[this.active]);
    } else if (event.key === "Escape") {
      // In an open list Escape only closes it; a search field of its own would also be emptied.
      event.preventDefault();
      this.stop();
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      this.activate(-1);
    }
  }

  move({ key, altKey }) {
    const last = this.options.length - 1;
    if (altKey) {
      if (key === "ArrowDown") this.open();
      else this.stop();
      return;
    }
    this.open();
    if (key === "ArrowDown") this.activate(this.active < last ? this.active + 1 : 0);
    else this.activate(this.active > 0 ? this.active - 1 : last);
  }
}

for (const input of document.querySelectorAll("[data-suggestions]")) new Combobox(input);
