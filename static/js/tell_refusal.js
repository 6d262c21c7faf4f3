// Shows why something that was just uploaded is not deleted. Wagtail 8.0.1 reads of the answer only that it succeeded.
window.jQuery(document).on("ajaxSuccess", (_event, { responseJSON }) => {
  if (responseJSON?.success !== false || !responseJSON.message) return;
  const detail = { clear: true, text: responseJSON.message, type: "error" };
  document.dispatchEvent(new CustomEvent("w-messages:add", { detail }));
});
