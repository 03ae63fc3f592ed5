// Everything on the story page by one key. The list of keys is in the page: F1, or ? outside of a field.
const help = document.getElementById("keys-help"), openHelp = document.getElementById("show-keys");
openHelp.hidden = false;
openHelp.addEventListener("click", () => help.showModal());

const focusOn = (id) => () => { const at = document.getElementById(id); if (at) { at.focus(); at.scrollIntoView({ block: "nearest" }); } };
const inPart = (name) => document.querySelector(`.part-${name}`);

// The suggestions of the part that the caret is in; the service's when it has none.
const takeSuggestion = (place) => {
  const here = document.activeElement?.closest(".part");
  const of = (part) => (part ? [...part.querySelectorAll("button.suggestion")] : []);
  const buttons = of(here).length ? of(here) : of(inPart("service"));
  buttons[place]?.click();
};

const showDrawing = () => {
  const tick = document.getElementById("field-drawing");
  if (!tick) return;
  if (!tick.checked) tick.click();
  document.getElementById("field-drawing_alt").focus();
};
const openOthers = () => {
  const others = document.querySelector("details.others");
  if (others) { others.open = true; document.getElementById("field-decision_reason").focus(); }
};
const openAndFocus = (fold, id) => () => {
  const details = document.getElementById(fold);
  if (!details) return;
  details.open = true;
  const at = id ? document.getElementById(id) : details.querySelector("summary");
  at.focus();
  at.scrollIntoView({ block: "nearest" });
};
const unclear = () => {
  const at = document.activeElement;
  if (at?.matches("textarea, input:not([type=radio]):not([type=checkbox])") && !at.readOnly) document.execCommand("insertText", false, "[unclear]");
};
const byKey = {
  KeyV: focusOn("field-find"), KeyW: focusOn("field-as_written"), KeyP: focusOn("field-published_text"),
  KeyT: focusOn("field-title"), KeyC: focusOn("field-criticality"), KeyG: showDrawing, KeyO: openOthers,
  KeyI: unclear, KeyD: openAndFocus("differences-fold"), KeyE: openAndFocus("reason", "field-change"), KeyB: focusOn("field-tags_good"),
  Digit1: () => takeSuggestion(0), Digit2: () => takeSuggestion(1), Digit3: () => takeSuggestion(2), Digit4: () => takeSuggestion(3),
};
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "F1" || (event.key === "?" && !typing)) {
    event.preventDefault();
    help.showModal();
    return;
  }
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const act = byKey[event.code];
  if (!act) return;
  event.preventDefault();
  act();
});
