// Mends two faults of the editor's autosave in Wagtail 8.0.1, after which written text is neither saved nor warned about:
// what is written while a draft is on its way to the server counts as saved when the answer comes; and a form that
// comes back with errors saves itself once and then watches no more.
const WATCH = "w-unsaved";
const onTheirWay = new WeakMap();

const watcherOf = (form) => window.wagtail.app.getControllerForElementAndIdentifier(form, WATCH);

document.addEventListener("w-autosave:save", ({ target }) => {
  const watcher = watcherOf(target);
  if (watcher) onTheirWay.set(target, watcher.formData);
});

document.addEventListener("w-autosave:success", ({ target }) => {
  const watcher = watcherOf(target);
  if (!watcher) return;
  if (watcher.formData !== onTheirWay.get(target)) {
    // No form is like this: the next look at it finds changes.
    watcher.initialFormData = "?";
    watcher.previousFormData = "?";
  }
  // Naming the interval starts the watch when it has not begun; a second time changes nothing.
  target.setAttribute(`data-${WATCH}-check-interval-value`, "500");
});
