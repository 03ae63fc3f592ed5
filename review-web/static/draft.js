// What is typed keeps itself every other second, so that a browser that dies loses nothing. Saving is another thing.
const EVERY_MS = 1500;
const story = document.getElementById("story-form"), kept = document.getElementById("kept");
let pending = null, isLost = false;

const send = async () => {
  pending = null;
  const answer = await fetch(story.dataset.draft, {
    method: "POST", body: new URLSearchParams(new FormData(story)), headers: { accept: "application/json" }, keepalive: true,
  });
  isLost = answer.status === 409 || answer.status === 401;
  kept.textContent = answer.ok ? "Kept" : isLost ? "Not kept any more: somebody else has this story, or it was saved elsewhere." : "Not kept. It is tried again.";
  if (!answer.ok && !isLost) wait();
};
const wait = () => {
  if (pending || isLost) return;
  pending = setTimeout(() => send().catch(() => { kept.textContent = "Not kept: the server does not answer. It is tried again."; wait(); }), EVERY_MS);
};
story.addEventListener("input", () => { kept.textContent = ""; wait(); });
story.addEventListener("submit", () => clearTimeout(pending));
// Whoever closes the page in between is not asked for the last second.
addEventListener("pagehide", () => { if (pending) { clearTimeout(pending); send().catch(() => {}); } });
