// The boxes of the form: their fields are the truth, the drawing and the list are made from them.

const SVG = "http://www.w3.org/2000/svg";
const list = document.getElementById("box-list"), fields = document.getElementById("box-fields");
const drawn = document.getElementById("boxes"), pattern = document.getElementById("pattern");
const NAMES = ["id", "label", "hint", "kind", "reads", "x", "y", "width", "height", "pitch", "cells", "choose", "options"];

export const all = () => [...fields.children];
export const field = (box, name) => box.querySelector(`[data-field="${name}"]`);
export const value = (box, name) => field(box, name).value;
const round = (mm) => String(Math.round(mm * 100) / 100);
const num = (text) => Number(String(text).trim().replace(",", ".") || NaN);

export function place(box) {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => num(value(box, name)));
  return [x, y, width, height].every(Number.isFinite) ? { x, y, width, height } : null;
}

// Options follow their box when it moves, and stay when it only changes its size.
export function setPlace(box, to, moves) {
  const from = place(box);
  for (const name of ["x", "y", "width", "height"]) field(box, name).value = round(to[name]);
  if (moves && from && value(box, "kind") === "marks") {
    setOptions(box, options(box).map((o) => ({ ...o, x: o.x + to.x - from.x, y: o.y + to.y - from.y })));
  }
}

export function options(box) {
  return value(box, "options").split("\n").flatMap((line) => {
    const [value, label, at, face] = line.split("|").map((part) => part.trim());
    const [x, y, width, height] = (at || "").split(/\s+/).map(num);
    return Number.isFinite(height) ? [{ value, label, x, y, width, height, face }] : [];
  });
}

export function setOptions(box, all) {
  const line = (o) => [o.value, o.label, [o.x, o.y, o.width, o.height].map(round).join(" "), o.face].filter(Boolean).join(" | ");
  field(box, "options").value = all.map(line).join("\n");
}

const wholeNumber = (text) => Math.max(0, Math.min(100, Math.floor(num(text) || 0)));
function parts(box, at) {
  const kind = value(box, "kind");
  if (kind === "marks") return options(box);
  if (kind === "comb") {
    const n = wholeNumber(value(box, "cells"));
    return Array.from({ length: n }, (_, i) => ({ ...at, x: at.x + at.width * i / n, width: at.width / n }));
  }
  const pitch = num(value(box, "pitch"));
  if (kind === "text" && pitch > 2) {
    const n = Math.floor(at.height / pitch - 0.001);
    return Array.from({ length: n }, (_, i) => ({ x: at.x, width: at.width, y: at.y + pitch * (i + 1), height: 0 }));
  }
  return [];
}

function shape(kind, attributes, text) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

export const title = (box) => value(box, "label") || value(box, "id") || "Box";
const words = (box, name) => field(box, name).selectedOptions[0]?.textContent ?? "";

// Draws one box anew; the group stays the same, so that it keeps the focus.
export function redraw(box) {
  const at = place(box), group = box.group;
  group.replaceChildren();
  group.dataset.kind = box.dataset.kind = value(box, "kind");
  group.setAttribute("aria-label", `${title(box)}: ${words(box, "kind")}, ${words(box, "reads")}`);
  box.querySelector(".box-no").textContent = title(box);
  if (box.item) {
    box.item.querySelector("b").textContent = title(box);
    box.item.querySelector("span").textContent = words(box, "reads");
    box.item.querySelector("i").dataset.kind = value(box, "kind");
  }
  if (!at) return;
  group.append(shape("rect", at));
  for (const part of parts(box, at)) {
    const { x, y, width, height } = part;
    group.append(shape("rect", { class: "box-part", x, y, width, height }));
  }
  group.append(shape("text", { x: at.x + 0.8, y: at.y - 0.9 }, value(box, "id")));
}

// Makes drawing and list anew, in the order of the fields.
export function redrawAll(editable) {
  drawn.replaceChildren();
  list.replaceChildren();
  for (const box of all()) {
    box.group = shape("g", { class: "box", tabindex: "0", role: "button" });
    box.group.box = box;
    drawn.append(box.group);
    box.item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.append(document.createElement("i"), document.createElement("b"), document.createElement("span"));
    button.box = box;
    box.item.append(button);
    list.append(box.item);
    redraw(box);
  }
  document.getElementById("box-count").textContent = all().length;
  document.getElementById("no-boxes").hidden = all().length > 0 || !editable;
}

const blankBox = () => fields.appendChild(pattern.content.firstElementChild.cloneNode(true));

// A box of fields that the server sends.
export function addFilled(given) {
  const box = blankBox();
  fill(box, given);
  return box;
}

export function fill(box, given) {
  for (const name of NAMES) field(box, name).value = given[name];
}

export function add(at) {
  const box = blankBox();
  const taken = new Set(all().map((other) => value(other, "id")));
  let n = 1;
  while (taken.has(`box-${n}`)) n++;
  field(box, "id").value = `box-${n}`;
  setPlace(box, at, false);
  return box;
}

// Names in the order of the boxes: the server keeps that order.
export function renumber() {
  all().forEach((box, i) => {
    for (const name of NAMES) field(box, name).name = `b${i}.${name}`;
  });
}

// What the form sends, of these boxes only.
export function sent(form, some) {
  renumber();
  const kept = new Set(some.flatMap((box) => NAMES.map((name) => field(box, name).name)));
  const data = new URLSearchParams(new FormData(form));
  for (const name of [...data.keys()]) if (/^b\d+\./.test(name) && !kept.has(name)) data.delete(name);
  return data;
}

// What a box means until somebody says so; it follows how the box is filled in.
const MEANS = { drawing: "drawing", none: "none" };
const meant = (kind) => MEANS[kind] ?? "answer";
export function setKind(box, kind) {
  field(box, "kind").value = kind;
  if (value(box, "reads") === meant(box.dataset.kind)) field(box, "reads").value = meant(kind);
}

export const snapshot = () => all().map((box) => NAMES.map((name) => value(box, name)));

export function restore(from) {
  while (all().length > from.length) all().at(-1).remove();
  while (all().length < from.length) blankBox();
  all().forEach((box, i) => NAMES.forEach((name, j) => { field(box, name).value = from[i][j]; }));
}

export function showProblems(problems) {
  const boxes = all();
  for (const box of boxes) {
    box.querySelector(".box-problems").replaceChildren();
    for (const shown of [box, box.group, box.item]) shown?.classList.remove("wrong", "beside");
  }
  for (const problem of problems) {
    const box = boxes[problem.box];
    if (!box) continue;
    const line = document.createElement("p");
    line.className = problem.blocks ? "error" : "hint";
    line.textContent = problem.words;
    box.querySelector(".box-problems").append(line);
    for (const shown of [box, box.group, box.item]) shown?.classList.add(problem.blocks ? "wrong" : "beside");
  }
}
