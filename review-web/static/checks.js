// What should be looked at in the text for publication follows what is typed; one key replaces, another keeps.
const page = document.getElementById("story-form"), list = document.getElementById("checks");
const text = document.getElementById("field-published_text"), keptField = page.elements.namedItem("kept");
let asked = 0, soon = null;

const ask = async () => {
  const mine = ++asked;
  const answer = await fetch(page.dataset.checks, { method: "POST", body: new URLSearchParams(new FormData(page)) });
  // Only the answer to the latest question counts: the places of others are those of an older text.
  if (answer.ok && mine === asked) list.innerHTML = await answer.text();
};
const later = () => { clearTimeout(soon); asked++; soon = setTimeout(() => ask().catch(() => {}), 400); };
text.addEventListener("input", later);
page.elements.namedItem("criticality")?.addEventListener("change", later);

// Written as if typed, so that Ctrl Z takes it back.
const replace = async (check, words) => {
  text.focus();
  text.setSelectionRange(Number(check.dataset.start), Number(check.dataset.end));
  if (!document.execCommand("insertText", false, words)) text.setRangeText(words);
  clearTimeout(soon);
  await ask();
};
const keep = async (words) => {
  keptField.value += `\u001f${words}`;
  await ask();
};
list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  const check = button.closest(".check");
  const done = button.matches(".check-replace") ? replace(check, button.dataset.with) : keep(button.dataset.words);
  done.catch(() => page.requestSubmit(button));
});

const current = () => document.activeElement?.closest(".check") ?? list.querySelector(".check");
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const buttons = { KeyN: "button", KeyR: ".check-replace", KeyK: ".check-keep" }[event.code];
  if (!buttons) return;
  event.preventDefault();
  if (event.code === "KeyN") {
    const here = document.activeElement?.closest(".check");
    const next = here?.nextElementSibling ?? list.querySelector(".check");
    next?.querySelector("button").focus();
  } else {
    current()?.querySelector(buttons)?.click();
  }
});
