// The sheet and its fields find each other: the line that the caret is in is lit, a click on the paper goes to its field.
const view = document.querySelector(".paper-window"), text = document.getElementById("field-as_written");
const lines = [...document.querySelectorAll(".ink-line")];

// Which line of the sheet a place in the text belongs to. As long as both have as many lines, it is the same one; after that,
// the one as far down, counted in letters.
const lineAt = (place) => {
  const before = text.value.slice(0, place), inText = text.value.split("\n").length;
  if (inText === lines.length) return before.split("\n").length - 1;
  const all = lines.reduce((sum, line) => sum + Number(line.dataset.chars), 0) || 1;
  let left = (place / Math.max(text.value.length, 1)) * all;
  const found = lines.findIndex((line) => (left -= Number(line.dataset.chars)) < 0);
  return found < 0 ? lines.length - 1 : found;
};
const placeOf = (idx) => {
  const inText = text.value.split("\n");
  if (inText.length === lines.length) return inText.slice(0, idx).join("\n").length + (idx > 0 ? 1 : 0);
  const chars = lines.map((line) => Number(line.dataset.chars)), all = chars.reduce((a, b) => a + b, 0) || 1;
  const rough = Math.round((chars.slice(0, idx).reduce((a, b) => a + b, 0) / all) * text.value.length);
  // Words are not cut in two.
  return text.value.lastIndexOf(" ", rough) + 1;
};

const intoView = (shape) => {
  const at = shape.getBoundingClientRect(), frame = view.getBoundingClientRect();
  if (at.top < frame.top || at.bottom > frame.bottom) view.scrollTop += at.top - frame.top - frame.height / 4;
  if (at.left < frame.left || at.right > frame.right) view.scrollLeft += at.left - frame.left - frame.width / 8;
};
let lit = null;
const light = (line) => {
  if (line === lit) return;
  lit?.classList.remove("lit");
  lit = line;
  lit?.classList.add("lit");
  if (lit) intoView(lit);
};
const follow = () => {
  if (document.activeElement === text && lines.length) light(lines[lineAt(text.selectionStart)]);
};
if (text && view) {
  document.addEventListener("selectionchange", follow);
  text.addEventListener("input", follow);
  text.addEventListener("blur", () => light(null));
}

const goTo = (field, place) => {
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  field.focus();
  if (place !== undefined) field.setSelectionRange(place, place);
  field.scrollIntoView({ block: "nearest" });
};
for (const area of document.querySelectorAll(".area")) {
  area.addEventListener("click", (event) => {
    const field = document.querySelector(area.getAttribute("href"));
    if (!field) return;
    event.preventDefault();
    goTo(field);
  });
}
lines.forEach((line, idx) => line.addEventListener("click", () => goTo(text, placeOf(idx))));

// Beside the field whose part of the sheet is lit; the sheet itself moves with the arrow keys once it has the focus.
document.getElementById("story-form").addEventListener("focusin", (event) => {
  const part = event.target.closest(".part");
  const reads = part && [...part.classList].find((name) => name.startsWith("part-"));
  const area = reads && document.querySelector(`.area-${reads.slice(5)} rect`);
  if (area && view) intoView(area);
});

// Nearer and further. Without this file the box "Larger" does it.
const tools = document.getElementById("zoom-tools");
const STEP = 1.25, LARGEST = 6;
let zoom = 1;
const zoomTo = (to) => {
  const middle = { x: (view.scrollLeft + view.clientWidth / 2) / zoom, y: (view.scrollTop + view.clientHeight / 2) / zoom };
  zoom = Math.min(Math.max(to, 1), LARGEST);
  view.style.setProperty("--zoom", zoom);
  view.scrollLeft = middle.x * zoom - view.clientWidth / 2;
  view.scrollTop = middle.y * zoom - view.clientHeight / 2;
  if (lit) intoView(lit);
};
if (tools) {
  tools.hidden = false;
  for (const instead of [document.querySelector(".paper-tools label"), document.getElementById("zoom")]) instead.hidden = true;
  document.getElementById("zoom-in").addEventListener("click", () => zoomTo(zoom * STEP));
  document.getElementById("zoom-out").addEventListener("click", () => zoomTo(zoom / STEP));
  document.getElementById("zoom-fit").addEventListener("click", () => zoomTo(1));
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomTo(event.deltaY < 0 ? zoom * STEP : zoom / STEP);
  }, { passive: false });
  // The sheet is pulled about with the mouse as with a finger.
  let from = null;
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) from = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
  });
  view.addEventListener("dragstart", (event) => event.preventDefault());
  addEventListener("pointermove", (event) => {
    if (!from) return;
    view.scrollLeft = from.x - event.clientX;
    view.scrollTop = from.y - event.clientY;
  });
  addEventListener("pointerup", () => { from = null; });
}
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !view) return;
  const act = {
    Equal: () => zoomTo(zoom * STEP), NumpadAdd: () => zoomTo(zoom * STEP),
    Minus: () => zoomTo(zoom / STEP), NumpadSubtract: () => zoomTo(zoom / STEP),
    KeyL: () => (document.activeElement === view ? goTo(text) : view.focus()),
  }[event.code];
  if (!act) return;
  event.preventDefault();
  act();
});
