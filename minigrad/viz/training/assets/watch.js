// Time: the slider, the keys, the charts that can be touched; and a page that follows its run.

const slider = element("slider");
const AGAIN = 3000; // milliseconds until a page is read again while its run goes on
let time = -1, playing = null, following = true;

function show(user = true) {
  const step = TIMES[time];
  const log = element("log").checked;
  element("losses").innerHTML = chartsOf("curves", { log, step });
  element("rates").innerHTML = chartsOf("rates", { log, step });
  element("samples").innerHTML = samplesAt(step);
  element("layers").innerHTML = layersAt(step);
  for (const id of ["losses", "rates", "samples"]) element(id).closest("section").hidden = !element(id).innerHTML;
  const looks = RUNS.map((run) => lastBefore(run.looks.kept, step)?.step).filter((each) => each !== undefined);
  element("look").textContent = looks.length ? `as seen at step ${[...new Set(looks)].map(grouped).join(" and ")}` : "";
  element("findings").innerHTML = notes(findingsAt(step));
  slider.value = time;
  slider.style.setProperty("--at", TIMES.length > 1 ? time / (TIMES.length - 1) : 0);
  slider.setAttribute("aria-valuetext", `step ${step} of ${END}`);
  element("count").textContent = `${grouped(step)} / ${grouped(END)}`;
  for (const id of ["first", "back"]) element(id).disabled = time === 0;
  for (const id of ["next", "last"]) element(id).disabled = time === TIMES.length - 1;
  document.body.dataset.step = step;
  if (user) element("status").textContent = `Step ${step} of ${END}.`;
}

const MOST_NOTES = 6;
function notes(found) {
  const buttons = found.slice(0, MOST_NOTES).map(([text, step, layer]) => `<li><button type="button" class="finding" data-when="${step ?? ""}" data-open="${escaped(layer ?? "")}">⚠ ${escaped(text)}</button></li>`);
  if (found.length > MOST_NOTES) buttons.push(`<li class="quiet">and ${found.length - MOST_NOTES} more</li>`);
  return buttons.join("");
}

function go(to, user = true) {
  to = clamp(to, 0, TIMES.length - 1);
  if (user) pause();
  if (to === time) return;
  time = to;
  show(user);
  if (user) remember();
}

// The last time that is not after a step.
const timeOf = (step) => Math.max(0, TIMES.reduce((found, each, at) => (each <= step ? at : found), 0));

function pause() {
  clearTimeout(playing);
  playing = null;
  element("play").setAttribute("aria-pressed", "false");
  element("play").setAttribute("aria-label", "Play");
}

function play() {
  if (playing !== null) return pause();
  if (time === TIMES.length - 1) go(0);
  const tick = () => {
    go(time + 1, false);
    if (time === TIMES.length - 1) pause(), remember();
    else playing = setTimeout(tick, Math.max(60, 4000 / TIMES.length));
  };
  playing = setTimeout(tick, 200);
  element("play").setAttribute("aria-pressed", "true");
  element("play").setAttribute("aria-label", "Pause");
}

function toggleLayer(name, open = !opened.has(name)) {
  if (open) opened.add(name);
  else opened.delete(name);
  show(false);
  [...document.querySelectorAll("[data-layer]")].find((each) => each.dataset.layer === name)?.focus({ preventScroll: true });
  remember();
}

// -- what is kept when the page is read again ------------------------------------------------------------------------

const PLACE = `watch ${location.pathname}`;

function remember() {
  const newest = time === TIMES.length - 1;
  try {
    history.replaceState(null, "", newest ? location.pathname + location.search : `#step=${TIMES[time]}`);
    const kept = { opened: [...opened], log: element("log").checked, theme: document.documentElement.dataset.theme, following, scroll: element("main").scrollTop };
    sessionStorage.setItem(PLACE, JSON.stringify(kept));
  } catch {
    // a page within another has neither an address nor a memory of its own
  }
}

function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
    for (const name of kept.opened ?? []) opened.add(name);
    element("log").checked = kept.log ?? false;
    if (kept.theme) document.documentElement.dataset.theme = kept.theme;
    following = kept.following ?? true;
    return kept.scroll ?? 0;
  } catch {
    return 0;
  }
}

function follow() {
  following = !following;
  element("live").setAttribute("aria-pressed", String(following));
  remember();
}

function readAgain() {
  setTimeout(() => {
    if (!following || playing !== null || element("helper").open || document.hidden) return readAgain();
    remember();
    location.reload();
  }, AGAIN);
}

// -- controls ---------------------------------------------------------------------------------------------------------

const ACTIONS = {
  first: () => go(0), back: () => go(time - 1), play, next: () => go(time + 1), last: () => go(TIMES.length - 1),
  theme: () => (switchTheme(), remember()), help: () => element("helper").showModal(), live: follow,
};
for (const [id, action] of Object.entries(ACTIONS)) element(id).addEventListener("click", action);
slider.max = TIMES.length - 1;
slider.addEventListener("input", () => go(Number(slider.value)));
element("log").addEventListener("change", () => (show(false), remember()));

const KEYS = {
  ArrowRight: ACTIONS.next, ArrowLeft: ACTIONS.back, Home: ACTIONS.first, End: ACTIONS.last, " ": play, "?": ACTIONS.help,
  g: () => element("log").click(), r: () => element("live").hidden || follow(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || element("helper").open || !KEYS[event.key]) return;
  if (event.key === " " && event.target.closest?.("button, input[type=checkbox]") && event.target.id !== "play") return; // its own
  event.preventDefault();
  KEYS[event.key]();
});

element("main").addEventListener("click", (event) => {
  const layer = event.target.closest("[data-layer]"), finding = event.target.closest(".finding");
  if (layer) toggleLayer(layer.dataset.layer);
  else if (finding) {
    const { when, open } = finding.dataset;
    if (when) go(timeOf(Number(when)));
    if (open) toggleLayer(open, true), document.activeElement.scrollIntoView({ block: "nearest" });
  }
});

// A chart over time is a slider too: touching it goes to its step.
let dragged = null;
function scrub(event) {
  const box = dragged.box;
  const place = ((event.clientX - box.left) / box.width) * WIDE;
  const share = clamp((place - LEFT) / (WIDE - LEFT - RIGHT), 0, 1);
  const step = 1 + share * (dragged.end - 1);
  go(TIMES.reduce((best, each, at) => (Math.abs(each - step) < Math.abs(TIMES[best] - step) ? at : best), 0));
}
element("main").addEventListener("pointerdown", (event) => {
  const chart = event.target.closest("svg.over-time");
  if (!chart || event.button) return;
  dragged = { box: chart.getBoundingClientRect(), end: Number(chart.dataset.end) };
  scrub(event);
});
addEventListener("pointermove", (event) => dragged && scrub(event));
for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => (dragged = null));

// -- the beginning ----------------------------------------------------------------------------------------------------

const running = RUNS.filter((run) => run.running);
element("state").textContent = RUNS.map((run) => `${SEVERAL ? `${run.name}: ` : ""}${run.running ? "running, as of" : "ended after"} ${plural(run.step, "step").replace(String(run.step), grouped(run.step))}`).join(" · ");
element("state").classList.toggle("running", running.length > 0);
document.body.classList.toggle("embedded", location.href === "about:srcdoc" || new URLSearchParams(location.search).has("embed"));
const scroll = recall();
if (running.length && !SEVERAL && location.protocol !== "about:") {
  element("live").hidden = false;
  element("live").setAttribute("aria-pressed", String(following));
  readAgain();
}
const asked = Number(new URLSearchParams(location.hash.slice(1)).get("step"));
go(asked ? timeOf(asked) : TIMES.length - 1, false);
element("main").scrollTop = scroll;
