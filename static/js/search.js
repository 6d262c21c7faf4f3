// Narrows without a button: a change of a checkbox fetches the page of the new address and puts its facets and results
// in place of the old ones, keeping focus, open groups and the reader's place. Whatever fails falls back to going there.
import { listenToFilters, showFilters } from "./facet_filter.js";

const form = document.getElementById("search");
const facets = document.getElementById("facets");
const results = document.getElementById("results");
const announcement = document.getElementById("announcement");
const narrow = window.matchMedia("(width < 60rem)");
const words = document.getElementById("q");
let request = new AbortController();
let shown = window.location.search;

/** Returns the address that the form stands for, without empty words. */
function addressOfForm() {
  const address = new URL(form.action || window.location.href);
  const parameters = new URLSearchParams(new FormData(form));
  if (!parameters.get("q")?.trim()) parameters.delete("q");
  address.search = parameters;
  address.hash = "";
  return address;
}

/** Puts the facets and results of another document in place, with focus, open groups and typed filters kept. */
function replaceWith(page) {
  const focused = document.activeElement;
  const focusedValue = facets.contains(focused) ? [focused.name, focused.value] : null;
  const filters = new Map([...facets.querySelectorAll(".facet__filter input")].map((input) => [input.id, input.value]));
  const open = new Map([...facets.querySelectorAll("details")].map((group) => [group.id, group.open]));

  facets.replaceChildren(...page.getElementById("facets").children);
  results.replaceChildren(...page.getElementById("results").childNodes);
  document.title = page.title;
  if (document.activeElement !== words) words.value = page.getElementById("q").value;

  for (const group of facets.querySelectorAll("details")) group.open = open.get(group.id) ?? group.open;
  for (const input of facets.querySelectorAll(".facet__filter input")) input.value = filters.get(input.id) ?? "";
  showFilters(facets);
  if (focusedValue) {
    const [name, value] = focusedValue;
    const same = [...form.elements].find((control) => control.name === name && control.value === value);
    same?.focus({ preventScroll: true });
  }
  announcement.textContent = document.getElementById("results-title").textContent.trim().replace(/\s+/g, " ");
}

/** Shows the search of an address; `remember` makes a new entry in the history. */
async function show(address, { remember }) {
  request.abort();
  request = new AbortController();
  results.classList.add("results--waiting");
  try {
    const response = await fetch(address, { signal: request.signal, headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(`answer ${response.status}`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (remember) window.history.pushState(null, "", address);
    replaceWith(page);
    shown = window.location.search;
    results.classList.remove("results--waiting");
  } catch (error) {
    if (error.name !== "AbortError") window.location.assign(address);
  }
}

form.classList.add("search--live");
form.addEventListener("change", (event) => {
  if (event.target.type === "checkbox") show(addressOfForm(), { remember: true });
});
form.addEventListener("submit", (event) => {
  // On a narrow screen the results are below the facets: the button folds the facets and leads to the results.
  if (event.submitter?.classList.contains("facets__submit") && narrow.matches) {
    event.preventDefault();
    facets.open = false;
    document.getElementById("results-title").focus();
  }
});
window.addEventListener("popstate", () => {
  if (window.location.search !== shown) show(window.location.href, { remember: false });
});
listenToFilters(facets);
showFilters(facets);
