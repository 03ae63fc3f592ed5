// Makes the story page quicker; without this file everything on it works as well.
const form = document.getElementById("story-form");
const field = (name) => form.elements.namedItem(name);

// A suggestion goes straight into its field.
for (const button of form.querySelectorAll("button.suggestion")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const input = document.getElementById(button.dataset.for);
    input.value = button.dataset.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    const postcode = document.getElementById("field-postcode");
    if (button.dataset.postcode && postcode) {
      postcode.value = button.dataset.postcode;
      postcode.dispatchEvent(new Event("input", { bubbles: true }));
    }
    input.focus();
  });
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

// The part of the sheet that is being typed comes into view when the sheet is shown large.
const sheetWindow = document.querySelector(".paper-window");
form.addEventListener("focusin", (event) => {
  const part = event.target.closest(".part");
  const reads = part && [...part.classList].find((name) => name.startsWith("part-"));
  const area = reads && document.querySelector(`.area-${reads.slice(5)} rect`);
  if (!area || !sheetWindow) return;
  const at = area.getBoundingClientRect(), frame = sheetWindow.getBoundingClientRect();
  if (at.top < frame.top || at.bottom > frame.bottom) {
    sheetWindow.scrollTop += at.top - frame.top - frame.height / 4;
  }
});

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
