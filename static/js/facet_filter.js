// The filter box of a long facet: hides the values whose label does not hold what is typed.
const folded = (text) => text.toLocaleLowerCase("fi");

function apply(facet, text) {
  const wanted = folded(text.trim());
  facet.classList.toggle("facet--filtered", wanted !== "");
  for (const label of facet.querySelectorAll(".checkbox span")) {
    label.closest("li").hidden = wanted !== "" && !folded(label.textContent).includes(wanted);
  }
  const rest = facet.querySelector(".facet__rest");
  if (rest && wanted !== "") rest.open = true;
}

/** Shows the filter boxes inside `root` and applies what has been typed in them. */
export function showFilters(root) {
  for (const box of root.querySelectorAll(".facet__filter")) {
    const facet = box.closest(".facet");
    const input = box.querySelector("input");
    box.hidden = false;
    apply(facet, input.value);
  }
}

/** Listens to the filter boxes inside `root`, also to those that replace them later. */
export function listenToFilters(root) {
  root.addEventListener("input", (event) => {
    const box = event.target.closest(".facet__filter");
    if (box) apply(box.closest(".facet"), event.target.value);
  });
  // Enter in the box would send the whole form.
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.closest(".facet__filter")) event.preventDefault();
  });
}
