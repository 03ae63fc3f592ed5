// Drags the page's four corners on its picture, by mouse, finger or keys. Without this file the number fields do the
// same. The page has an svg#corners with data-width, data-height and data-picture, and a form#corners-form with the
// fields top-left.x and so on; radio buttons called "lies" say whether the corners count.
const board = document.getElementById("corners"), form = document.getElementById("corners-form");
const SVG = "http://www.w3.org/2000/svg";
const size = { x: Number(board.dataset.width), y: Number(board.dataset.height) };
const CORNERS = { "top-left": "Top left", "top-right": "Top right", "bottom-right": "Bottom right", "bottom-left": "Bottom left" };
const names = Object.keys(CORNERS);
// A cut corner lies outside of the picture: there is room around it.
const ROOM = 0.04;
board.setAttribute("viewBox", [-ROOM * size.x, -ROOM * size.y, (1 + 2 * ROOM) * size.x, (1 + 2 * ROOM) * size.y].join(" "));

const make = (name, attributes, parent) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
};
const input = (name, axis) => form.elements.namedItem(`${name}.${axis}`);
const typed = (name, axis) => Number(input(name, axis).value.trim().replace(",", ".")) || 0;
const corner = (name) => ({ x: typed(name, "x"), y: typed(name, "y") });
const within = (value, high) => Math.min(Math.max(value, -ROOM * high), (1 + ROOM) * high);
const tenth = (value) => Math.round(value * 10) / 10;

const outside = make("path", { class: "outside", "fill-rule": "evenodd" }, board);
const edge = make("polygon", { class: "page-edge" }, board);
const handles = names.map((name) => {
  const label = `${CORNERS[name]} corner of the page. Arrow keys move it.`;
  const handle = make("g", { class: "corner-handle", tabindex: 0, role: "button", "aria-label": label, "data-name": name }, board);
  make("circle", { class: "grip" }, handle);
  make("circle", { class: "ring" }, handle);
  make("path", { class: "cross" }, handle);
  make("text", {}, handle).textContent = CORNERS[name];
  return handle;
});

// The lens shows the pixels under a corner, two for one; it keeps out of the corner's way.
const LENS_PX = 90;
const lens = make("svg", { class: "lens", "aria-hidden": "true" }, board.closest(".sheet-paper, .paper"));
lens.setAttribute("hidden", "");
make("image", { href: board.dataset.picture, width: size.x, height: size.y }, lens);
const aim = make("path", {}, lens);
const showLens = (name) => {
  if (!name) return lens.setAttribute("hidden", "");
  const at = corner(name), half = LENS_PX / 2;
  lens.setAttribute("viewBox", `${at.x - half} ${at.y - half} ${LENS_PX} ${LENS_PX}`);
  aim.setAttribute("d", `M${at.x - half} ${at.y}h${LENS_PX}M${at.x} ${at.y - half}v${LENS_PX}`);
  lens.classList.toggle("right", at.x < size.x / 2);
  lens.removeAttribute("hidden");
};

const lies = (value) => form.querySelector(`[name=lies][value="${value}"]`);
const draw = () => {
  const scale = ((1 + 2 * ROOM) * size.x) / board.getBoundingClientRect().width;
  const points = names.map(corner), text = points.map((p) => `${p.x},${p.y}`).join(" ");
  edge.setAttribute("points", text);
  outside.setAttribute("d", `M0 0H${size.x}V${size.y}H0ZM${points.map((p) => `${p.x} ${p.y}`).join("L")}Z`);
  board.classList.toggle("unset", Boolean(lies("find")?.checked));
  handles.forEach((handle, i) => {
    const { x, y } = points[i], r = 12 * scale, text = handle.querySelector("text");
    handle.setAttribute("transform", `translate(${x} ${y})`);
    handle.querySelector(".grip").setAttribute("r", 24 * scale);
    handle.querySelector(".ring").setAttribute("r", r);
    handle.querySelector(".cross").setAttribute("d", `M${-r} 0H${r}M0 ${-r}V${r}`);
    const right = x < size.x / 2 ? 1 : -1, down = y < size.y / 2 ? 1 : -1;
    text.setAttribute("font-size", 14 * scale);
    text.setAttribute("x", right * 18 * scale);
    text.setAttribute("y", (down > 0 ? 27 : -17) * scale);
    text.setAttribute("text-anchor", right > 0 ? "start" : "end");
  });
};

// A corner that was moved counts.
const counts = () => { const by = lies("corners"); if (by) by.checked = true; };
const set = (name, point) => {
  input(name, "x").value = tenth(within(point.x, size.x));
  input(name, "y").value = tenth(within(point.y, size.y));
};
const move = (name, point) => { set(name, point); counts(); draw(); showLens(name); };

board.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest(".corner-handle");
  if (!handle) return;
  event.preventDefault();
  handle.focus({ preventScroll: true });
  board.setPointerCapture(event.pointerId);
  const { name } = handle.dataset, inPicture = (e) => new DOMPoint(e.clientX, e.clientY).matrixTransform(board.getScreenCTM().inverse());
  const grabbed = inPicture(event), from = corner(name);
  const follow = (e) => { const at = inPicture(e); move(name, { x: from.x + at.x - grabbed.x, y: from.y + at.y - grabbed.y }); };
  const stop = () => { for (const kind of ["pointerup", "pointercancel"]) board.removeEventListener(kind, stop); board.removeEventListener("pointermove", follow); };
  board.addEventListener("pointermove", follow);
  for (const kind of ["pointerup", "pointercancel"]) board.addEventListener(kind, stop);
});
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
board.addEventListener("keydown", (event) => {
  const handle = event.target.closest(".corner-handle"), arrow = ARROWS[event.key];
  if (!handle || !arrow) return;
  event.preventDefault();
  const by = event.shiftKey ? 10 : 1, { name } = handle.dataset, at = corner(name);
  move(name, { x: at.x + by * arrow[0], y: at.y + by * arrow[1] });
});
board.addEventListener("focusin", (event) => showLens(event.target.closest(".corner-handle")?.dataset.name));
board.addEventListener("focusout", () => showLens());

// A page that fills its picture has its corners there; the first one is the top left of the page itself.
const WHOLE = { up: 0, right: 1, down: 2, left: 3 };
const frame = [[0, 0], [1, 0], [1, 1], [0, 1]];
form.addEventListener("input", (event) => {
  const { name, value } = event.target;
  if (name === "lies" && value in WHOLE) {
    names.forEach((corner, i) => { const [x, y] = frame[(i + WHOLE[value]) % 4]; set(corner, { x: x * size.x, y: y * size.y }); });
  } else if (event.target.closest(".corner-fields")) {
    counts();
  }
  draw();
});
addEventListener("resize", draw);
document.getElementById("zoom")?.addEventListener("change", draw);
draw();
