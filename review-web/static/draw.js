// Drawing on the form. Without this file the fields beside the picture do the same.
import * as boxes from "./draw_boxes.js";
import { printOf, snapped } from "./draw_snap.js";

const form = document.getElementById("draw-form"), board = document.getElementById("board");
const editable = "editable" in form.dataset;
const at = (id) => document.getElementById(id);
const page = { width: Number(board.dataset.width), height: Number(board.dataset.height) };
const STEP_MM = 0.5, MIN_MM = 1.5, GRID_SHARE = 0.75;
let selected = null, tool = "draw", print = null;
document.documentElement.classList.add("scripted");
printOf(at("blank"), page.width).then((read) => { print = read; board.dataset.print = "read"; }, () => {});

// --- What is selected ---------------------------------------------------------------------------------------------
function select(box, scroll = true) {
  if (selected !== box) {
    for (const shown of [selected, selected?.group, selected?.item]) shown?.classList.remove("chosen");
    selected = box;
    for (const shown of [box, box?.group, box?.item]) shown?.classList.add("chosen");
    if (box) equip(box);
    if (box && scroll) box.item.scrollIntoView({ block: "nearest" });
  }
  showHandles();
}
at("box-list").addEventListener("click", (event) => {
  const box = event.target.closest("button")?.box;
  if (!box) return;
  select(box, false);
  box.group.scrollIntoView({ block: "nearest", inline: "nearest" });
});
board.addEventListener("focusin", (event) => {
  const box = event.target.closest(".box")?.box;
  if (box) select(box);
});
at("box-fields").addEventListener("focusin", (event) => {
  const box = event.target.closest(".box-fields");
  if (box) select(box);
});

// --- Handles, of the same size on the screen however large the page is shown ---------------------------------------
const HANDLES = { nw: [0, 0], n: [.5, 0], ne: [1, 0], e: [1, .5], se: [1, 1], s: [.5, 1], sw: [0, 1], w: [0, .5] };
function showHandles() {
  const group = at("handles"), place = selected && boxes.place(selected);
  group.replaceChildren();
  if (!editable || !place) return;
  const size = 9 * page.width / board.getBoundingClientRect().width;
  for (const [edges, [x, y]] of Object.entries(HANDLES)) {
    const handle = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const corner = { x: place.x + x * place.width - size / 2, y: place.y + y * place.height - size / 2, width: size, height: size };
    for (const [name, value] of Object.entries(corner)) handle.setAttribute(name, value);
    handle.classList.add("handle", `handle-${edges}`);
    handle.dataset.edges = edges;
    group.append(handle);
  }
}

// --- Taking steps back ----------------------------------------------------------------------------------------------
let last = boxes.snapshot();
const back = [], forth = [];
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
function commit() {
  const now = boxes.snapshot();
  if (same(now, last)) return;
  back.push(last);
  if (back.length > 200) back.shift();
  forth.length = 0;
  changed(now);
}
function changed(now) {
  last = now;
  at("undo").disabled = back.length === 0;
  at("redo").disabled = forth.length === 0;
  dirty = true;
  check();
}
function step(from, to) {
  commit();
  if (from.length === 0) return;
  to.push(last);
  const chosen = boxes.all().indexOf(selected);
  boxes.restore(from.pop());
  boxes.redrawAll(editable);
  changed(boxes.snapshot());
  selected = null;
  select(boxes.all()[chosen] ?? null);
}

// --- With the mouse or a finger ------------------------------------------------------------------------------------
const millimetres = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(board.getScreenCTM().inverse());
const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));
const wantsSnap = (event) => print && at("snap").checked && !event.altKey;
const between = (a, b) => {
  const [x0, x1] = [a.x, b.x].map((x) => clamp(x, 0, page.width)).sort((p, q) => p - q);
  const [y0, y1] = [a.y, b.y].map((y) => clamp(y, 0, page.height)).sort((p, q) => p - q);
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
};
const onPage = (place) => ({ ...place, x: clamp(place.x, 0, page.width - place.width), y: clamp(place.y, 0, page.height - place.height) });

function resized(from, edges, dx, dy) {
  const [left, right] = [from.x + (edges.includes("w") ? dx : 0), from.x + from.width + (edges.includes("e") ? dx : 0)];
  const [top, bottom] = [from.y + (edges.includes("n") ? dy : 0), from.y + from.height + (edges.includes("s") ? dy : 0)];
  const place = between({ x: left, y: top }, { x: right, y: bottom });
  return { ...place, width: Math.max(place.width, MIN_MM), height: Math.max(place.height, MIN_MM) };
}

// What a drag does, from where it began: a function of the point, and one for its end.
function dragOf(event, from) {
  const handle = event.target.closest(".handle");
  const box = event.target.closest(".box")?.box;
  const move = (to) => { boxes.setPlace(selected, to, false); boxes.redraw(selected); showHandles(); };
  if (handle) {
    const place = boxes.place(selected), edges = handle.dataset.edges;
    return {
      to: (p) => move(resized(place, edges, p.x - from.x, p.y - from.y)),
      end: (p, e) => { if (wantsSnap(e)) move(snapped(print, boxes.place(selected), edges)); },
    };
  }
  if (tool === "tick") return tickDrag(box, from);
  if (box && (box === selected || !event.shiftKey)) return moveDrag(box, from);
  return drawDrag(from);
}
function moveDrag(box, from) {
  select(box);
  const place = boxes.place(box);
  if (!place) return null;
  return {
    to: (p) => {
      boxes.setPlace(box, onPage({ ...place, x: place.x + p.x - from.x, y: place.y + p.y - from.y }), true);
      boxes.redraw(box);
      showHandles();
    },
    end: () => box.group.focus({ preventScroll: true }),
  };
}
// A new box, drawn and chosen.
function added(place) {
  const box = boxes.add(place);
  boxes.redrawAll(editable);
  select(box);
  return box;
}
function drawDrag(from) {
  let box = null;
  return {
    to: (p) => {
      const place = between(from, p);
      if (!box && Math.max(place.width, place.height) < MIN_MM) return;
      box ??= added(place);
      boxes.setPlace(box, place, false);
      boxes.redraw(box);
    },
    end: (p, e) => {
      if (!box) return select(null);
      const place = boxes.place(box);
      const large = { ...place, width: Math.max(place.width, MIN_MM), height: Math.max(place.height, MIN_MM) };
      boxes.setPlace(box, wantsSnap(e) ? snapped(print, large) : large, false);
      boxes.redraw(box);
      showHandles();
      box.group.focus({ preventScroll: true });
    },
  };
}
function tickDrag(box, from) {
  // The first box to tick of a question makes the box around all of them.
  const target = box ?? selected ?? added({ x: from.x - 2, y: from.y - 2, width: 4, height: 4 });
  select(target);
  boxes.setKind(target, "marks");
  const before = boxes.options(target), size = before.at(-1) ?? { width: 4, height: 4 }, face = at("tick-symbol").value;
  let place = { x: from.x - size.width / 2, y: from.y - size.height / 2, width: size.width, height: size.height };
  const show = () => {
    const name = `option-${before.length + 1}`;
    boxes.setOptions(target, [...before, { value: name, label: name, ...place, face }]);
    boxes.redraw(target);
  };
  show();
  return {
    to: (p) => { if (Math.abs(p.x - from.x) > MIN_MM && Math.abs(p.y - from.y) > MIN_MM) { place = between(from, p); show(); } },
    end: (p, e) => { grow(target, place); if (wantsSnap(e)) layOnPrint([target]).catch(() => {}); },
  };
}
// Moves boxes to tick onto what is printed below them: the server finds it.
async function layOnPrint(some) {
  const before = some.map((box) => boxes.value(box, "options"));
  const { boxes: laid } = await tell(form.dataset.lay, boxes.sent(form, some));
  some.forEach((box, i) => {
    // What was drawn meanwhile is laid by a later answer.
    if (boxes.value(box, "options") !== before[i]) return;
    boxes.fill(box, laid[i]);
    boxes.redraw(box);
  });
  showHandles();
  commit();
}
async function tell(url, data) {
  const answer = await fetch(url, { method: "POST", body: data });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.json();
}
// A box to tick that lies over the edge of its region widens the region.
function grow(box, inner) {
  const outer = boxes.place(box);
  if (!outer) return;
  const corner = (p, far) => ({ x: far ? p.x + p.width : p.x, y: far ? p.y + p.height : p.y });
  const [a, b, c, d] = [corner(outer), corner(outer, true), corner(inner), corner(inner, true)];
  boxes.setPlace(box, between({ x: Math.min(a.x, c.x), y: Math.min(a.y, c.y) }, { x: Math.max(b.x, d.x), y: Math.max(b.y, d.y) }), false);
  boxes.redraw(box);
  showHandles();
}
board.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  if (!editable) { const box = event.target.closest(".box")?.box; if (box) select(box); return; }
  const from = millimetres(event), drag = dragOf(event, from);
  if (!drag) return;
  event.preventDefault();
  board.setPointerCapture(event.pointerId);
  const moved = (e) => drag.to(millimetres(e));
  const ended = (e) => {
    board.removeEventListener("pointermove", moved);
    board.removeEventListener("pointerup", ended);
    board.removeEventListener("pointercancel", ended);
    drag.end(millimetres(e), e);
    commit();
  };
  board.addEventListener("pointermove", moved);
  board.addEventListener("pointerup", ended);
  board.addEventListener("pointercancel", ended);
});

// --- With the keyboard ----------------------------------------------------------------------------------------------
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
board.addEventListener("keydown", (event) => {
  const box = event.target.closest(".box")?.box;
  if (!box || event.ctrlKey || event.metaKey) return;
  const arrow = ARROWS[event.key];
  if (event.key === "Enter" || event.key === " ") boxes.field(box, "id").focus();
  else if (editable && arrow) nudge(box, arrow, event.shiftKey);
  else if (editable && (event.key === "Delete" || event.key === "Backspace")) remove(box);
  else return;
  event.preventDefault();
});
function nudge(box, [dx, dy], resize) {
  const place = boxes.place(box);
  if (!place) return;
  const by = (d) => d * STEP_MM;
  if (resize) boxes.setPlace(box, { ...place, width: clamp(place.width + by(dx), MIN_MM, page.width - place.x), height: clamp(place.height + by(dy), MIN_MM, page.height - place.y) }, false);
  else boxes.setPlace(box, onPage({ ...place, x: place.x + by(dx), y: place.y + by(dy) }), true);
  boxes.redraw(box);
  showHandles();
  commit();
}
function remove(box) {
  const next = boxes.all()[boxes.all().indexOf(box) + 1] ?? boxes.all()[boxes.all().indexOf(box) - 1];
  box.remove();
  boxes.redrawAll(editable);
  selected = null;
  select(next ?? null);
  next?.group.focus({ preventScroll: true });
  commit();
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  const key = event.key.toLowerCase(), control = event.ctrlKey || event.metaKey;
  if (!editable) return;
  if (control && key === "s") form.requestSubmit(at("save"));
  else if (control && key === "z" && !typing) event.shiftKey ? step(forth, back) : step(back, forth);
  else if (control && key === "y" && !typing) step(forth, back);
  else if (!control && !typing && key === "b") choose("draw");
  else if (!control && !typing && key === "t") choose("tick");
  else return;
  event.preventDefault();
});

// --- Tools ------------------------------------------------------------------------------------------------------------
function choose(name) {
  tool = name;
  for (const which of ["draw", "tick"]) at(`tool-${which}`).setAttribute("aria-pressed", String(which === name));
  board.dataset.tool = name;
}
let zoom = 1;
function zoomTo(share) {
  zoom = clamp(share, .5, 4);
  board.style.width = `${100 * zoom}%`;
  at("zoom-now").textContent = `${Math.round(100 * zoom)} %`;
  showHandles();
}
at("zoom-in").addEventListener("click", () => zoomTo(zoom * 1.25));
at("zoom-out").addEventListener("click", () => zoomTo(zoom / 1.25));
addEventListener("resize", showHandles);

// --- Steps on a box that only make sense here ---------------------------------------------------------------------------
function stepButton(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}
function swap(box, by) {
  const all = boxes.all(), other = all[all.indexOf(box) + by];
  if (!other) return;
  if (by < 0) other.before(box); else other.after(box);
  boxes.redrawAll(editable);
  selected = null;
  select(box);
  commit();
}
function equip(box) {
  const row = box?.querySelector(".box-steps");
  if (!row || row.dataset.equipped) return;
  row.dataset.equipped = "yes";
  row.append(stepButton("Earlier", () => swap(box, -1)), stepButton("Later", () => swap(box, 1)), stepButton("Remove", () => remove(box)));
}

// --- What is typed is drawn, and what is drawn is checked ------------------------------------------------------------------
at("box-fields").addEventListener("input", (event) => {
  const box = event.target.closest(".box-fields");
  if (event.target.dataset.field === "kind") boxes.setKind(box, event.target.value);
  boxes.redraw(box);
  if (box === selected) showHandles();
});
form.addEventListener("change", () => { commit(); check(); });
let dirty = false, waiting = null, asked = 0;
form.addEventListener("input", () => { dirty = true; });
function check() {
  if (!editable) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => ask().catch(() => {}), 500);
}
async function ask() {
  boxes.renumber();
  const number = ++asked;
  const { problems } = await tell(form.dataset.check, new URLSearchParams(new FormData(form)));
  if (number !== asked) return;
  boxes.showProblems(problems);
  const faults = problems.filter((problem) => problem.blocks), advice = problems.filter((problem) => !problem.blocks);
  at("problems").replaceChildren(...faults.map(lineOf));
  at("advice").replaceChildren(...advice.map(lineOf));
  at("problems-pane").hidden = faults.length === 0;
  at("advice-pane").hidden = advice.length === 0;
  at("no-problems").hidden = faults.length > 0;
  at("use").disabled = faults.length > 0;
}
function lineOf(problem) {
  const line = document.createElement("li"), place = document.createElement("b");
  place.textContent = problem.place;
  line.append(place, ` ${problem.words}`);
  line.addEventListener("click", () => { const box = boxes.all()[problem.box]; if (box) box.group.focus(); });
  return line;
}

// --- A grid of boxes to tick ------------------------------------------------------------------------------------------------
const gridField = (name) => form.elements[`grid.${name}`];
const gridNumber = (name) => Number(gridField(name).value.replace(",", ".")) || 1;
// The numbers of a grid that fills a box. The size of its boxes is a guess; the print corrects it.
function gridIn(place) {
  const [options, questions] = [gridField("values").value.trim().split(/\s+/).length, Math.max(1, gridNumber("questions"))];
  const down = gridField("runs").value === "down";
  const [columns, rows] = down ? [questions, options] : [options, questions];
  const size = GRID_SHARE * Math.min(place.width / columns, place.height / rows);
  const pitch = (room, n) => n > 1 ? (room - size) / (n - 1) : size;
  const [px, py] = [pitch(place.width, columns), pitch(place.height, rows)];
  const numbers = { x: place.x, y: place.y, width: size, height: size, option_pitch: down ? py : px, question_pitch: down ? px : py };
  for (const [name, mm] of Object.entries(numbers)) gridField(name).value = Math.round(mm * 100) / 100;
}
async function layGrid(instead) {
  const { boxes: laid, fault } = await tell(form.dataset.grid, boxes.sent(form, []));
  at("grid-fault").textContent = fault ?? "";
  if (fault) return;
  instead?.remove();
  const added = laid.map(boxes.addFilled);
  boxes.redrawAll(editable);
  selected = null;
  select(added[0] ?? null);
  commit();
}

if (editable) {
  at("undo").addEventListener("click", () => step(back, forth));
  at("redo").addEventListener("click", () => step(forth, back));
  at("tool-draw").addEventListener("click", () => choose("draw"));
  at("tool-tick").addEventListener("click", () => choose("tick"));
  choose("draw");
  at("add-box").addEventListener("click", (event) => {
    event.preventDefault();
    added({ x: page.width / 4, y: page.height / 2, width: page.width / 2, height: 12 }).group.focus();
    commit();
  });
  at("lay-all").addEventListener("click", (event) => {
    event.preventDefault();
    layOnPrint(boxes.all().filter((box) => box.classList.contains("beside"))).catch(() => {});
  });
  at("lay-grid").addEventListener("click", (event) => {
    event.preventDefault();
    layGrid(null).catch(() => {});
  });
  at("grid-in-box").addEventListener("click", () => {
    const place = selected && boxes.place(selected);
    at("grid-fault").textContent = place ? "" : "Please draw a box around all of them first.";
    if (!place) return;
    gridIn(place);
    layGrid(selected).catch(() => {});
  });
}
form.addEventListener("submit", () => { boxes.renumber(); dirty = false; });
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
boxes.redrawAll(editable);
select(boxes.all()[0] ?? null, false);
if (editable) ask().catch(() => {});
at("problem")?.focus();
