// Keeps the mail-room page up to date: when the server says that something has changed, the page asks for itself and
// puts the new numbers in place. Nothing that is typed is touched, because forms stand outside of that part.
const live = () => document.getElementById("live");
const state = document.getElementById("live-state");
const sound = document.getElementById("sound");
let busy = false;
let again = false;

async function refresh() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.redirected) { location.reload(); return; }
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("live");
    if (Number(fresh.dataset.hands) > Number(live().dataset.hands)) ring();
    const focused = document.activeElement?.getAttribute("href");
    live().replaceWith(document.adoptNode(fresh));
    if (focused && !document.activeElement?.getAttribute("href")) live().querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    showTroubles(page.querySelector(".troubles"));
    document.title = page.title;
    told("Live");
  } catch {
    told("Cannot reach Postbag; trying again. Nothing is lost.");
  } finally {
    busy = false;
    if (again) { again = false; refresh(); }
  }
}

// What is wrong stands at the top of the page, outside of the part that is replaced.
function showTroubles(fresh) {
  const shown = document.querySelector(".troubles");
  if (shown && fresh && shown.textContent === fresh.textContent) return;
  shown?.remove();
  if (fresh) document.querySelector("main").before(document.adoptNode(fresh));
}

function told(words) {
  if (state.textContent !== words) state.textContent = words;
}

function listen() {
  const events = new EventSource(live().dataset.events);
  events.addEventListener("changed", refresh);
  events.addEventListener("open", () => told("Live"));
  events.addEventListener("error", () => {
    told("Cannot reach Postbag; trying again. Nothing is lost.");
    // After an answer that is no stream (signed out, stopped) the browser does not try again by itself.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

// A short, low tone when one more sheet needs a hand; only for those who switched it on.
let speaker = null;
function ring() {
  if (sound.getAttribute("aria-pressed") !== "true" || !speaker) return;
  const tone = speaker.createOscillator();
  const loud = speaker.createGain();
  tone.frequency.value = 440;
  loud.gain.setValueAtTime(0.2, speaker.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, speaker.currentTime + 0.5);
  tone.connect(loud).connect(speaker.destination);
  tone.start();
  tone.stop(speaker.currentTime + 0.5);
}

sound.hidden = false;
sound.addEventListener("click", () => {
  const on = sound.getAttribute("aria-pressed") !== "true";
  sound.setAttribute("aria-pressed", String(on));
  sound.textContent = on ? "Sound on" : "Sound off";
  speaker ??= new AudioContext();
  if (on) ring();
});

listen();
