// Sends files one after the other, shows how far each one is, and tries again when the connection breaks off: sending a
// file twice changes nothing. Without scripts the form sends them all at once.
const form = document.querySelector("form[data-send]");
const list = form.querySelector(".sending");
const chosen = form.querySelector("input[type=file]");
const PAUSES_S = [1, 2, 4, 8, 15, 30, 30, 30, 30, 30];
const waiting = [];
let where = null;
let sending = false;

function begins() { return form.querySelector("[name=name]") !== null; }

function line(name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  const words = document.createElement("span");
  const bar = document.createElement("progress");
  label.className = "file";
  label.textContent = name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  item.append(label, bar, words);
  list.append(item);
  return { item, bar, words };
}

function tell(words) {
  const item = document.createElement("li");
  item.className = "calls";
  item.textContent = words;
  list.append(item);
}

function data(withFields) {
  const sent = new FormData();
  for (const field of form.elements) {
    if (!field.name || field.type === "file") continue;
    if (withFields || field.name === "csrf") sent.append(field.name, field.value);
  }
  return sent;
}

function post(url, body, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress(event.loaded / event.total); });
    request.addEventListener("load", () => {
      if (request.status === 200 && request.response) done(request.response);
      else failed({ again: request.status >= 500, status: request.status });
    });
    request.addEventListener("error", () => failed({ again: true, status: 0 }));
    request.send(body);
  });
}

async function patiently(url, body, progress, wait) {
  for (const pause of [...PAUSES_S, null]) {
    try {
      return await post(url, body(), progress);
    } catch (fault) {
      if (!fault.again || pause === null) throw fault;
      wait(pause);
      await new Promise((done) => { setTimeout(done, pause * 1000); });
    }
  }
}

function why(status) {
  if (status === 413) return "too large to be sent; scan it in smaller parts";
  if (status === 401 || status === 403) return "you are signed out; sign in again and send it once more";
  return "could not be sent; try again";
}

async function send({ file, row }) {
  const wait = (s) => { row.words.textContent = `no connection; trying again in ${s} s`; };
  try {
    if (!where) {
      const pile = begins() ? await patiently(form.action, () => data(true), () => {}, wait) : { files: form.action, page: location.href };
      where = pile;
      if (pile.slip) tell(`A number was not understood. ${pile.slip}`);
    }
    row.words.textContent = "";
    const body = () => { const sent = data(false); sent.append("files", file); return sent; };
    const answer = await patiently(where.files, body, (share) => { row.bar.value = share; }, wait);
    const [told] = answer.taken;
    row.bar.value = 1;
    row.words.textContent = told.words;
    row.item.classList.toggle("calls", told.look);
  } catch (fault) {
    row.words.textContent = why(fault.status ?? 0);
    row.item.classList.add("calls");
  }
}

async function work() {
  if (sending) return;
  sending = true;
  while (waiting.length > 0) await send(waiting.shift());
  sending = false;
  chosen.value = "";
  if (where && !form.querySelector(".sent-where")) {
    const link = document.createElement("a");
    link.className = "button quiet sent-where";
    link.href = where.page;
    link.textContent = begins() ? "Open the pile" : "Show the sheets";
    list.after(link);
  }
}

function take(files) {
  for (const file of files) waiting.push({ file, row: line(file.name) });
  work();
}

form.addEventListener("submit", (event) => {
  if (chosen.files.length === 0) return;
  event.preventDefault();
  take([...chosen.files]);
});

window.addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
document.addEventListener("dragover", (event) => {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  form.classList.add("over");
});
document.addEventListener("dragleave", (event) => { if (event.relatedTarget === null) form.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  if (event.dataTransfer.files.length === 0) return;
  event.preventDefault();
  form.classList.remove("over");
  take([...event.dataTransfer.files]);
});
