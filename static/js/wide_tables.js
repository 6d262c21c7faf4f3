// Says above a table that is wider than its frame that it goes on to the side.
const watch = new ResizeObserver((entries) => {
  for (const { target } of entries) target.previousElementSibling.hidden = target.scrollWidth <= target.clientWidth;
});

for (const frame of document.querySelectorAll(".numbers-frame")) watch.observe(frame);
