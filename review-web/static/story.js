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

// Without consent there is no approval; the server refuses it too.
const approve = document.getElementById("approve"), whyNot = document.getElementById("why-not");
const showConsent = () => {
  const missing = field("consent").value !== "yes";
  approve.disabled = missing;
  whyNot.hidden = !missing;
};
if (approve) {
  for (const choice of form.querySelectorAll("[name=consent]")) choice.addEventListener("change", showConsent);
  showConsent();
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

// Leaving with something unsaved asks first.
let dirty = false;
form.addEventListener("input", () => { dirty = true; });
form.addEventListener("submit", () => { dirty = false; });
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  const id = { s: "save", enter: "approve" }[event.key.toLowerCase()];
  const button = id && document.getElementById(id);
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
