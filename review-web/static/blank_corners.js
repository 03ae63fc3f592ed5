// Drags the page's four corners on the picture. Without this file the number fields do the same.
const board = document.getElementById("corners"), form = document.getElementById("corners-form");
const SVG = "http://www.w3.org/2000/svg";
const size = { width: Number(board.dataset.width), height: Number(board.dataset.height) };
const names = ["top-left", "top-right", "bottom-right", "bottom-left"];
const words = { "top-left": "Top left", "top-right": "Top right", "bottom-right": "Bottom right", "bottom-left": "Bottom left" };
const input = (name, axis) => form.elements.namedItem(`${name}.${axis}`);
const number = (field) => Number(field.value.trim().replace(",", "."));
const clamp = (value, high) => Math.min(Math.max(value, 0), high);
const corner = (name) => ({ x: number(input(name, "x")) || 0, y: number(input(name, "y")) || 0 });
const handles = names.map((name) => {
  const handle = document.createElementNS(SVG, "g");
  handle.setAttribute("class", "corner-handle");
  handle.setAttribute("tabindex", "0");
  handle.setAttribute("role", "button");
  handle.setAttribute("aria-label", `${words[name]} corner of the page`);
  handle.dataset.name = name;
  for (const kind of ["circle", "path", "text"]) handle.append(document.createElementNS(SVG, kind));
  handle.querySelector("text").textContent = words[name];
  board.append(handle);
  return handle;
});

function set(name, point) {
  input(name, "x").value = Math.round(clamp(point.x, size.width) * 10) / 10;
  input(name, "y").value = Math.round(clamp(point.y, size.height) * 10) / 10;
  draw();
}
function draw() {
  const scale = size.width / board.getBoundingClientRect().width, points = names.map(corner);
  const text = points.map((p) => `${p.x},${p.y}`).join(" ");
  board.querySelector(".page-edge").setAttribute("points", text);
  board.querySelector(".outside").setAttribute("d", `M0 0H${size.width}V${size.height}H0ZM${text.split(" ").join("L")}Z`);
  handles.forEach((handle, i) => {
    const { x, y } = points[i], r = 13 * scale, inwards = [x < size.width / 2 ? 1 : -1, y < size.height / 2 ? 1 : -1];
    handle.setAttribute("transform", `translate(${x} ${y})`);
    handle.querySelector("circle").setAttribute("r", r);
    handle.querySelector("path").setAttribute("d", `M${-r} 0H${r}M0 ${-r}V${r}`);
    const label = handle.querySelector("text");
    label.setAttribute("font-size", 13 * scale);
    label.setAttribute("x", inwards[0] * 20 * scale);
    label.setAttribute("y", inwards[1] * 26 * scale);
    label.setAttribute("text-anchor", inwards[0] > 0 ? "start" : "end");
  });
}
board.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest(".corner-handle");
  if (!handle) return;
  event.preventDefault();
  handle.focus({ preventScroll: true });
  board.setPointerCapture(event.pointerId);
  const move = (e) => set(handle.dataset.name, new DOMPoint(e.clientX, e.clientY).matrixTransform(board.getScreenCTM().inverse()));
  const end = () => { board.removeEventListener("pointermove", move); board.removeEventListener("pointerup", end); board.removeEventListener("pointercancel", end); };
  board.addEventListener("pointermove", move);
  board.addEventListener("pointerup", end);
  board.addEventListener("pointercancel", end);
});
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
board.addEventListener("keydown", (event) => {
  const handle = event.target.closest(".corner-handle"), arrow = ARROWS[event.key];
  if (!handle || !arrow) return;
  const by = event.shiftKey ? 10 : 1, at = corner(handle.dataset.name);
  set(handle.dataset.name, { x: at.x + by * arrow[0], y: at.y + by * arrow[1] });
  event.preventDefault();
});
form.addEventListener("input", draw);
addEventListener("resize", draw);
const whole = document.getElementById("whole");
whole.hidden = false;
whole.addEventListener("click", () => {
  const places = [[0, 0], [size.width, 0], [size.width, size.height], [0, size.height]];
  names.forEach((name, i) => set(name, { x: places[i][0], y: places[i][1] }));
});
draw();
document.getElementById("problem")?.focus();
