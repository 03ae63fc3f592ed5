// N opens the next story. Everything else on the page is plain HTML.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key.toLowerCase() !== "n" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.getElementById("next-story");
  if (button && !button.disabled) button.click();
});
