// What helps to fill in the editor's form: which required fields are empty, how long the short description is, and a
// filter above a long list of checkboxes. A comma ends a tag whether suggestions are open or not.
{
  const texts = document.currentScript.dataset;
  const LONG_LIST = 12;
  const folded = (text) => text.toLocaleLowerCase("fi");

  function isEmptyRichText(value) {
    const content = JSON.parse(value || "null");
    return !content?.blocks?.some((block) => block.text.trim() !== "");
  }

  function isEmpty(form, name) {
    const fields = [...form.querySelectorAll(`[name="${name}"]`)];
    if (fields.some((field) => field.type === "checkbox")) return !fields.some((field) => field.checked);
    const [field] = fields;
    if (!field) return false;
    return field.hasAttribute("data-draftail-input") ? isEmptyRichText(field.value) : field.value.trim() === "";
  }

  /** Keeps the line that counts the required fields that are empty. */
  function countRequired(form) {
    const line = form.querySelector(".required-fields");
    if (!line) return;
    const fields = JSON.parse(line.dataset.fields);
    const tell = () => {
      const empty = fields.filter(([name]) => isEmpty(form, name)).map(([, label]) => label);
      const told = empty.length
        ? `${line.dataset.some} ${empty.length} / ${fields.length} (${empty.join(", ")})`
        : line.dataset.none;
      if (line.textContent !== told) line.textContent = told;
    };
    tell();
    setInterval(tell, 1000);
  }

  /** Shows under a text that may not be long how many characters it has. */
  function countCharacters(field) {
    const line = document.createElement("p");
    line.className = "character-count help";
    line.id = `${field.id}-count`;
    const tell = () => {
      line.textContent = `${field.value.length} / ${field.maxLength} ${texts.characters}`;
    };
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${line.id}`.trim());
    field.addEventListener("input", tell);
    tell();
    field.after(line);
  }

  /** Puts a filter above a long list of checkboxes. What is ticked stays in sight. */
  function filter(list) {
    const choices = [...list.querySelectorAll("label")];
    if (choices.length <= LONG_LIST) return;
    const box = document.createElement("input");
    box.type = "search";
    box.className = "term-filter";
    box.placeholder = texts.filter;
    box.setAttribute("aria-label", texts.filter);
    box.addEventListener("input", () => {
      for (const label of choices) {
        const isWanted = folded(label.textContent).includes(folded(box.value.trim()));
        label.parentElement.hidden = !isWanted && !label.querySelector("input").checked;
      }
    });
    // Enter would send the form.
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    list.before(box);
  }

  // A comma, Enter or leaving the field ends a tag while suggestions are open too; tag-it waits until they are closed.
  function endSuggestions({ type, key, target }) {
    if (!target.matches?.(".tagit-new input") || (type === "keydown" && key !== "," && key !== "Enter")) return;
    const field = window.jQuery(target);
    const isChosen = key === "Enter" && field.autocomplete("instance")?.menu.active;
    if (field.data("autocomplete-open") && !isChosen) field.autocomplete("close");
  }

  document.addEventListener("keydown", endSuggestions, true);
  document.addEventListener("blur", endSuggestions, true);

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-edit-form]");
    if (!form) return;
    countRequired(form);
    for (const field of form.querySelectorAll("textarea[maxlength]")) countCharacters(field);
    for (const list of form.querySelectorAll(".term-checkboxes")) filter(list);
  });
}
