// Makes a locked form read-only. Wagtail 8.0.1 leaves its fields open and refuses what is sent. Nothing is disabled that
// has a value: the form can still be sent to cancel the workflow, and every field be reached and read.
{
  const TEXTS = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file], [type=submit])";
  const CHOICES = "select, input:is([type=checkbox], [type=radio], [type=file])";
  const RICH_TEXTS = "[contenteditable=true]";
  // What opens and closes a part of the form, and what is said of it, changes nothing.
  const READING = "[data-panel-toggle], [data-comment-add], [aria-controls], [data-w-dialog-id-param], [role=tab]";
  const MOVING = /^(Tab|Escape|Arrow.*|Home|End|Page.*|Shift|Control|Alt|Meta|F\d+)$/;
  const isLocked = () => document.body.classList.contains("content-locked");
  const panelOf = (target) => target.closest?.("form[data-edit-form] .w-tabs__panel");

  function lock(panel) {
    for (const field of panel.querySelectorAll(TEXTS)) field.readOnly = true;
    for (const field of panel.querySelectorAll(CHOICES)) field.setAttribute("aria-disabled", "true");
    for (const text of panel.querySelectorAll(RICH_TEXTS)) {
      text.setAttribute("contenteditable", "false");
      text.setAttribute("aria-readonly", "true");
      text.tabIndex = 0;
    }
    for (const button of panel.querySelectorAll("button:enabled")) if (!button.matches(READING)) button.disabled = true;
  }

  /** Keeps a key, a click or a drop from what it would change. */
  function refuse(event) {
    if (!panelOf(event.target) || event.target.closest(READING)) return;
    const isChoice = event.target.closest(`${CHOICES}, label, .tagit, .Draftail-Editor, [draggable=true]`);
    if (event.type === "keydown") {
      const isCopying = (event.ctrlKey || event.metaKey) && /^[acf]$/i.test(event.key);
      const isChosenByKey = event.target.matches(CHOICES) && !/^(Tab|Shift|Escape)$/.test(event.key);
      if (event.target.matches("a[href]") || isCopying || (MOVING.test(event.key) && !isChosenByKey)) return;
    } else if (/^(click|mousedown)$/.test(event.type) && (!isChoice || event.target.closest("a[href]"))) return;
    // A label is read as text; a click on a text may select it.
    if (event.type === "mousedown" && !event.target.closest(CHOICES)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!isLocked()) return;
    for (const type of ["keydown", "beforeinput", "paste", "cut", "drop", "mousedown", "click"])
      document.addEventListener(type, refuse, true);
    for (const panel of document.querySelectorAll("form[data-edit-form] .w-tabs__panel")) {
      lock(panel);
      const watched = { attributeFilter: ["contenteditable", "disabled"], attributes: true, childList: true, subtree: true };
      new MutationObserver(() => lock(panel)).observe(panel, watched);
    }
  });
}
