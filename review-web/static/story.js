// Makes the story page quicker; without this file everything on it works as well.
const form = document.getElementById("story-form");
const field = (name) => form.elements.namedItem(name);

// A suggestion goes straight into its field.
for (const button of form.querySelectorAll("button.suggestion")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const input = document.getElementById(button.dataset.for), postcode = document.getElementById("field-postcode");
    write(input, button.dataset.value);
    if (button.dataset.postcode && postcode) write(postcode, button.dataset.postcode);
    input.focus();
  });
}

// Written as if typed, so that drafts and texts that go along see it.
const write = (input, value) => {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
};

// Enter in the search box searches; elsewhere it saves. What was found is one key away.
const find = document.getElementById("field-find");
find?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button[name=pick][value=find]"));
});
document.querySelector(".search button.suggestion")?.focus();

// A further service is one more line.
for (const button of form.querySelectorAll("button.also")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const also = field("also_about"), known = also.value.split("\n").map((line) => line.trim()).filter(Boolean);
    document.getElementById("also").open = true;
    if (!known.includes(button.dataset.value)) write(also, [...known, button.dataset.value].join("\n"));
    also.focus();
  });
}
for (const button of form.querySelectorAll("button.again")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const text = field(button.dataset.to);
    text.focus();
    text.select();
    // So that Ctrl Z takes it back.
    if (!document.execCommand("insertText", false, field(button.dataset.from).value)) write(text, field(button.dataset.from).value);
  });
}

// The differences are asked for when somebody looks at them.
const differences = document.getElementById("differences-fold");
let differTimer = null;
const differ = async () => {
  const answer = await fetch(form.dataset.differences, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (answer.ok) document.getElementById("differences").innerHTML = await answer.text();
};
const differSoon = () => {
  clearTimeout(differTimer);
  if (differences.open) differTimer = setTimeout(() => differ().catch(() => {}), 400);
};
if (document.getElementById("approve")) {
  differences.addEventListener("toggle", differSoon);
  form.addEventListener("input", differSoon);
}

// A text goes along with the one it is made from, as long as the two are the same. The server does likewise.
const follows = [["as_written", "readable"], ["readable", "published_text"]];
for (const [from, to] of follows) {
  const source = field(from), target = field(to);
  if (!source || !target || source.readOnly) continue;
  let before = source.value;
  source.addEventListener("input", () => {
    if (target.value === before || target.value === "") {
      target.value = source.value;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    }
    before = source.value;
  });
}

// Without consent there is no approval, and some stories are looked at by two people; the server refuses it too.
const approve = document.getElementById("approve"), whyNot = document.getElementById("why-not");
const second = document.getElementById("second-opinion"), whySecond = document.getElementById("why-second");
const needsSecond = () => second && ("flagged" in form.dataset || Number(field("criticality").value) >= Number(form.dataset.asksFrom));
const showWays = () => {
  const missing = field("consent").value !== "yes";
  const asks = needsSecond();
  approve.disabled = missing || asks;
  whyNot.hidden = !missing;
  if (!second) return;
  second.disabled = missing;
  whySecond.hidden = !asks || missing;
  second.classList.toggle("secondary", !asks);
  approve.classList.toggle("secondary", asks);
};
if (approve) {
  for (const choice of form.querySelectorAll("[name=consent]")) choice.addEventListener("change", showWays);
  field("criticality").addEventListener("change", showWays);
  showWays();
}

document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  const ready = needsSecond() ? second : approve;
  const button = { s: document.getElementById("save"), enter: ready }[event.key.toLowerCase()];
  if (!button) return;
  event.preventDefault();
  if (!button.disabled) form.requestSubmit(button);
});

// Keeps the story while the page is open, and says so when somebody else has it.
const lease = document.getElementById("lease");
const keep = async () => {
  const headers = { accept: "application/json" };
  const answer = await fetch(lease.action, { method: "POST", body: new URLSearchParams(new FormData(lease)), headers });
  const held = answer.headers.get("content-type") === "application/json" ? await answer.json() : null;
  if (held && held.mine) {
    document.getElementById("lease-until").textContent = held.until;
  } else if (answer.status === 409 || answer.status === 401) {
    clearInterval(beat);
    const lost = document.getElementById("lost");
    lost.textContent = held
      ? `${held.name} has this story now. What you typed is still here: copy it before you leave.`
      : "You no longer have this story. What you typed is still here: copy it before you leave.";
    lost.hidden = false;
    document.getElementById("lease-words").hidden = true;
  }
};
// A missed beat is no matter: the next one comes before the lease runs out.
const beat = lease && setInterval(() => keep().catch(() => {}), Number(lease.dataset.everyMs));

document.getElementById("problem")?.focus();
