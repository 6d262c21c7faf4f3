// Copies a table as lines of cells parted by tabs, which spreadsheets and texts take as a table.
const text = (cell) => cell.textContent.trim().replace(/\s+/g, " ");

for (const button of document.querySelectorAll("[data-copies]")) {
  const table = document.getElementById(button.dataset.copies);
  const said = button.parentElement.querySelector("[role=status]");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const cells = (row) => [...row.cells].filter((cell) => cell.ariaHidden !== "true").map(text);
    await navigator.clipboard.writeText([...table.rows].map((row) => cells(row).join("\t")).join("\n"));
    said.textContent = button.dataset.done;
  });
}
