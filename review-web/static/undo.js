// Takes the last decision back by one key, on whichever page it is told.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyZ") return;
  event.preventDefault();
  document.getElementById("undo").click();
});
