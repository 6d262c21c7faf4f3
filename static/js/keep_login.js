// Keeps what is written when the login ends: says so, opens the login beside the form, and saves the form after it with
// a fresh token. Wagtail 8.0.1 tells of a "server error", and after a new login in another tab of a wrong CSRF token.
{
  const ADDRESS = document.currentScript.dataset.login;
  const PAUSE = 2000;
  // The last one presses the button that was pressed first, in the same moment: what is let through is its click too.
  const SENDING =
    "button[type=submit], input[type=submit], [data-workflow-action-name], [data-w-dialog-target=confirm]";
  let writer = null;
  let dialog = null;
  let timer = null;
  let waiting = null;
  let isLetThrough = false;
  let hasTriedAgain = false;

  const editorForm = () => document.querySelector("form[data-edit-form]");

  /** Who is logged in; null when nobody is, undefined when the server does not answer. */
  async function askLogin() {
    try {
      const answer = await fetch(ADDRESS, { headers: { Accept: "application/json" }, redirect: "manual" });
      // Who is not logged in is led to the login.
      return answer.type === "opaqueredirect" ? null : await answer.json();
    } catch {
      return undefined;
    }
  }

  function renew({ token }) {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    window.wagtailConfig.CSRF_TOKEN = token;
  }

  /** Give the form a fresh token when its writer is logged in; else say what is needed. Returns whether it has one. */
  async function ensureLogin() {
    const login = await askLogin();
    if (login === undefined) return true;
    writer ??= login?.user ?? null;
    if (login && login.user === writer) {
      renew(login);
      return true;
    }
    showDialog(login);
    if (!dialog.open) dialog.showModal();
    return false;
  }

  function showDialog(login) {
    if (!dialog) {
      dialog = document.getElementById("login-ended").content.firstElementChild.cloneNode(true);
      document.body.append(dialog);
      dialog.querySelector("button").addEventListener("click", () => dialog.close());
      dialog.addEventListener("close", () => {
        waiting = null;
      });
    }
    const other = dialog.querySelector(".login-ended__other");
    other.hidden = !login;
    other.querySelector("b").textContent = login?.name ?? "";
    timer ??= setInterval(goOnAfterLogin, PAUSE);
  }

  async function goOnAfterLogin() {
    const login = await askLogin();
    if (!timer || !login) return;
    if (login.user !== writer) {
      showDialog(login);
      return;
    }
    clearInterval(timer);
    timer = null;
    renew(login);
    const pressed = waiting;
    dialog.close();
    if (pressed) press(pressed);
    else saveDraft();
  }

  /** Save as autosave does; a form without it is saved by its button. */
  function saveDraft() {
    const form = editorForm();
    const autosave = form && window.wagtail.app.getControllerForElementAndIdentifier(form, "w-autosave");
    if (!autosave) return;
    form.setAttribute("data-w-autosave-active-value", "true");
    autosave.save(new Event("login"));
  }

  function press(button) {
    isLetThrough = true;
    button.click();
    isLetThrough = false;
  }

  document.addEventListener("w-autosave:success", () => {
    hasTriedAgain = false;
  });

  document.addEventListener("w-autosave:error", async ({ detail }) => {
    if (detail.type !== "server_error" || timer || hasTriedAgain) return;
    if (await ensureLogin()) {
      hasTriedAgain = true;
      saveDraft();
    }
  });

  // The editor asks every ten seconds who else is writing; without a login it gets no answer.
  document.addEventListener("w-swap:error", ({ target }) => {
    if (target.matches(".w-editing-sessions") && !timer) ensureLogin();
  });

  // A button that sends the form waits until it is known who is logged in.
  document.addEventListener(
    "click",
    async (event) => {
      const button = event.target.closest?.(SENDING);
      if (!button || isLetThrough || !editorForm()?.contains(button)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (waiting) return;
      waiting = button;
      if (await ensureLogin()) {
        waiting = null;
        press(button);
      }
    },
    true,
  );

  document.addEventListener("DOMContentLoaded", async () => {
    if (editorForm()) writer = (await askLogin())?.user ?? null;
  });
}
