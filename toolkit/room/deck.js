/* global Stage */
// One slide at a time. A clicker sends PageDown and PageUp; the first press on a covered answer turns
// it over, on a stage it starts the play, and the next one goes on.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const [traces, texts, said] = ["traces", "texts", "said"].map(read);
const slides = [...document.querySelectorAll(".slide")];
const byId = (id) => document.getElementById(id);
const LEAST = 0.5; // of the usual size of letters
const SPARE = 0.07; // of the height, for names that wrap once the figures beside them grow
const stages = new Map();
let at = -1;
let ends = null; // of the timer, in milliseconds
let ticking = null;

const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  document.body.dataset.jpThemeLight = String(!dark.matches); // as the colours of the stage ask
  for (const stage of stages.values()) stage.repaint();
};
dark.addEventListener("change", paint);

// A stage as large as fits, with room for the longest line that it will say. It starts anew.
const setUp = (slide, body, holder) => {
  const trace = traces[holder.dataset.trace];
  const longest = trace.said.reduce((a, b) => (b.length > a.length ? b : a));
  delete slide.dataset.played;
  for (let zoom = innerWidth / 480; ; zoom *= 0.94) {
    stages.get(holder)?.remove();
    holder.style.zoom = zoom;
    const above = holder.getBoundingClientRect().top - body.getBoundingClientRect().top;
    holder.style.setProperty("--dio-page", `${(body.clientHeight * (1 - SPARE) - above) / zoom}px`);
    const made = new Stage(holder, texts, () => {});
    stages.set(holder, made);
    made.show(trace, false);
    made.said.textContent = longest;
    const over = holder.getBoundingClientRect().bottom - body.getBoundingClientRect().bottom;
    const fits = body.scrollHeight <= body.clientHeight && over <= -SPARE * body.clientHeight;
    made.said.textContent = trace.said[0];
    if (fits || zoom < LEAST) return;
  }
};

// Letters shrink only as far as they must for the slide to need no scrolling.
const fit = () => {
  const slide = slides[at];
  const body = slide.querySelector(".body");
  const holder = slide.querySelector(".stage");
  if (holder) return setUp(slide, body, holder);
  slide.style.setProperty("--fit", 1);
  for (let size = 1; body.scrollHeight > body.clientHeight + 1 && size > LEAST; size -= 0.03)
    slide.style.setProperty("--fit", size);
};

const turned = (slide) => !("turn" in slide.dataset) || slide.classList.contains("turned");

const show = (to, from = at) => {
  at = Math.min(Math.max(to, 0), slides.length - 1);
  const slide = slides[at];
  slides.forEach((each, n) => each.toggleAttribute("hidden", n !== at));
  fit();
  byId("count").textContent = `${at + 1} / ${slides.length}`;
  byId("back").disabled = at === 0;
  history.replaceState(null, "", `#${at + 1}`);
  slide.focus({ preventScroll: true });
  if (ends !== null && slides[from]?.dataset.step !== slide.dataset.step) start();
};

const next = () => {
  const slide = slides[at];
  if (!turned(slide)) {
    slide.classList.add("turned");
    fit();
    byId("told").textContent = [...slide.querySelectorAll(".covered")].map((each) => each.textContent).join(" ");
    return;
  }
  const playing = stages.get(slide.querySelector(".stage"));
  if (playing && !slide.dataset.played) {
    slide.dataset.played = "yes";
    playing.play.click();
    return;
  }
  show(at + 1);
};

const back = () => {
  const slide = slides[at];
  if ("turn" in slide.dataset && turned(slide)) {
    slide.classList.remove("turned");
    fit();
  } else show(at - 1);
};

// Minutes that this step still has; with a minus and a word once they are over.
const tick = () => {
  const left = Math.round((ends - Date.now()) / 1000);
  const [minutes, seconds] = [Math.floor(Math.abs(left) / 60), Math.abs(left) % 60];
  const clock = `${minutes}:${String(seconds).padStart(2, "0")}`;
  byId("timer").textContent = left < 0 ? `${said.over} ${clock}` : clock;
  byId("timer").classList.toggle("over", left < 0);
};
const start = () => {
  ends = Date.now() + Number(slides[at].dataset.minutes) * 60_000;
  ticking ??= setInterval(tick, 250);
  byId("timer").setAttribute("aria-pressed", "true");
  tick();
};
const timer = () => {
  if (ends === null) return start();
  clearInterval(ticking);
  [ends, ticking] = [null, null];
  byId("timer").textContent = said.timer;
  byId("timer").classList.remove("over");
  byId("timer").setAttribute("aria-pressed", "false");
};

const KEYS = {
  PageDown: next, ArrowRight: next, ArrowDown: next, " ": next, Enter: next, n: next,
  PageUp: back, ArrowLeft: back, ArrowUp: back, Backspace: back, p: back,
  Home: () => show(0), End: () => show(slides.length - 1),
  b: () => byId("black").toggleAttribute("hidden"), ".": () => byId("black").toggleAttribute("hidden"),
  t: timer,
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const own = event.target.closest("button, input, select"); // its own keys are its own
  if (own && !["PageDown", "PageUp"].includes(event.key)) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
byId("next").onclick = next;
byId("back").onclick = back;
byId("timer").onclick = timer;
addEventListener("resize", fit);
paint();
show(Number(location.hash.slice(1)) - 1 || 0);
