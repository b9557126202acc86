// Stepping: going from step to step, and the controls for it.

function words(step) {
  const { kind, vertex, position } = STEPS[step];
  if (path) return pathWords(path.key, path.chosen);
  if (kind === "given") return givenWords();
  if (kind === "forward") return forwardWords(vertex);
  if (kind === "seed") return seedWords();
  if (asks(step)) return quiz(position);
  return kind === "backward" ? backwardWords(position) : endWords();
}

// A formula that is too wide is set smaller; what is still too wide can be scrolled.
function fit(formula) {
  const { clientWidth, scrollWidth } = formula;
  if (scrollWidth > clientWidth) formula.style.fontSize = `${Math.max(0.7, (0.97 * clientWidth) / scrollWidth)}em`;
}

function show(keepPlace = false) {
  draw(current);
  const [html, sentence] = words(current);
  const { vertex } = STEPS[current];
  panel.innerHTML = (path ? "" : crossing(vertex)) + html;
  panel.querySelectorAll(".formula").forEach(fit);
  if (!keepPlace) panel.scrollTop = 0;
  element("status").textContent = `Step ${current} of ${STEPS.length - 1}. ${sentence}`;
  document.body.dataset.step = current;
  document.body.dataset.kind = path ? "path" : STEPS[current].kind;
}

// The way between a node's step forward and its step back.
function crossing(key) {
  if (key === undefined || STEPS[current].kind === "seed") return "";
  const there = STEPS[current].kind === "forward" ? backwardStep.get(key) : forwardStep.get(key);
  if (there === undefined) return "";
  const text = STEPS[current].kind === "forward" ? "its gradient →" : "← its value";
  return `<button type="button" class="crossing" data-step="${there}">${text}</button>`;
}

function go(step, user = true) {
  step = Math.max(0, Math.min(STEPS.length - 1, step));
  if (user) pause();
  if (step === current && !path) return;
  path = null;
  current = step;
  if (STEPS[step].vertex !== undefined) unfoldFor(STEPS[step].vertex);
  show();
  slider.value = step;
  slider.setAttribute("aria-valuetext", `${STEPS[step].kind}, step ${step} of ${STEPS.length - 1}`);
  slider.style.setProperty("--at", step / (STEPS.length - 1));
  element("count").textContent = `${step} / ${STEPS.length - 1}`;
  for (const id of ["first", "back"]) element(id).disabled = step === 0;
  for (const id of ["next", "last"]) element(id).disabled = step === STEPS.length - 1;
  const { vertex } = STEPS[step];
  if (vertex !== undefined) follow(placeOfVertex(vertex));
  if (user) remember();
}

// -- links ------------------------------------------------------------------------------------------------------------

// The address says where we are, so that it can be sent: #step=13&node=p.
function remember() {
  const { vertex } = STEPS[current];
  const named = vertex === undefined ? "" : `&node=${encodeURIComponent(called(vertex))}`;
  try {
    history.replaceState(null, "", `#step=${current}${named}`);
  } catch {
    // a page within another has no address of its own
  }
}

// Where the address leads: to a step, or, if there is none, to the step of a node by its name.
function followAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const step = Number(asked.get("step")), name = asked.get("node");
  const key = name === null ? -1 : VERTICES.findIndex((vertex, key) => vertex.kind !== "output" && [called(key), vertex.name, vertex.symbol].includes(name));
  if (asked.has("step") && Number.isInteger(step)) go(step, false);
  else if (key >= 0) go(forwardStep.get(key) ?? 0, false), follow(placeOfVertex(key));
}

async function copyLink() {
  remember();
  try {
    await navigator.clipboard.writeText(location.href);
    element("status").textContent = "The link is copied.";
  } catch {
    element("status").textContent = "The link is in the address of this page.";
  }
  element("link").classList.add("done");
  setTimeout(() => element("link").classList.remove("done"), 1200);
}

// To the step of a vertex that belongs to the direction we are in.
function goTo(key) {
  const [ahead, behind] = [forwardStep.get(key) ?? 0, key === DATA.loss ? SEED : backwardStep.get(key)];
  const backward = current >= SEED || (ahead === 0 && behind !== undefined) || current === ahead;
  go(backward && behind !== undefined && current !== behind ? behind : ahead);
  follow(placeOfVertex(key));
}

function pause() {
  clearTimeout(playing);
  playing = null;
  playLooks(false);
}

function playLooks(on) {
  element("play").setAttribute("aria-pressed", String(on));
  element("play").setAttribute("aria-label", on ? "Pause" : "Play");
}

function play() {
  if (playing !== null) return pause();
  if (current === STEPS.length - 1) go(0);
  const tick = () => {
    go(current + 1, false);
    if (current === STEPS.length - 1) pause();
    else playing = setTimeout(tick, 1600 / Number(element("speed").value));
  };
  playing = setTimeout(tick, 300 / Number(element("speed").value));
  playLooks(true);
}

function showPaths(key, chosen = null) {
  pause();
  const again = path !== null && path.key === key;
  path = { key, chosen };
  show(again);
}

function leavePaths() {
  path = null;
  show();
}

function foldAll() {
  byItself.clear();
  setFolded(BOXES.map((_, box) => box), folded.size === 0);
  draw(current);
  const { vertex } = STEPS[current];
  if (vertex !== undefined) follow(placeOfVertex(vertex));
}

// -- controls ---------------------------------------------------------------------------------------------------------

const ACTIONS = {
  first: () => go(0), back: () => go(current - 1), play, next: () => go(current + 1), last: () => go(STEPS.length - 1),
  closer: () => zoom(1.3, undefined, undefined, true), farther: () => zoom(1 / 1.3, undefined, undefined, true), fit: showAll,
  link: copyLink, practice: togglePractice, fold: foldAll, help: () => element("helper").showModal(),
  theme: switchTheme,
};
for (const [id, action] of Object.entries(ACTIONS)) element(id).addEventListener("click", action);
slider.max = STEPS.length - 1;
slider.addEventListener("input", () => go(Number(slider.value)));
// On the slider: forward, then what a backward pass recorded, if one did, and the last pass.
const act = DATA.forward.findIndex(derived);
slider.parentElement.style.setProperty("--seed", SEED / (STEPS.length - 1));
slider.parentElement.style.setProperty("--act", (act < 0 ? SEED : act + 1) / (STEPS.length - 1));
slider.parentElement.querySelector(".second").hidden = act < 0;
element("fold").hidden = !BOXES.length;
element("practice").hidden = !ALL_SINGLE;

const KEYS = {
  ArrowRight: ACTIONS.next, ArrowLeft: ACTIONS.back, Home: ACTIONS.first, End: ACTIONS.last, " ": play,
  "+": ACTIONS.closer, "=": ACTIONS.closer, "-": ACTIONS.farther, "0": showAll, f: () => BOXES.length && foldAll(), "?": ACTIONS.help, l: () => copyLink(),
  "/": () => search.focus(), Escape: () => path && leavePaths(),
  p: () => {
    const key = STEPS[current].vertex;
    if (path) leavePaths();
    else if (turnOf.has(key)) showPaths(key);
  },
};

document.addEventListener("keydown", (event) => {
  const on = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || element("helper").open) return;
  if (on === search || on.tagName === "SELECT" || on.matches?.("#panel input")) return;
  const pressed = (event.key === " " || event.key === "Enter") && on.closest?.("[role=button]");
  if (pressed) {
    pressed.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    event.preventDefault();
  } else if (event.key === " " && on.closest?.("button, summary") && !on.closest(".transport")) {
    return; // the button's own
  } else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

// -- the keyboard among cards -----------------------------------------------------------------------------------------

// Give the focus to a card; one in a folded module has its place there.
function focusCard(key) {
  const box = hiddenBy(VERTICES[key].box);
  if (box !== null) return frames[box].head.focus({ preventScroll: true });
  if (cards[roving]?.group) cards[roving].group.setAttribute("tabindex", -1);
  roving = key;
  follow(cards[key].place);
  cards[key].group?.setAttribute("tabindex", 0);
  cards[key].group?.focus({ preventScroll: true });
}

// The nearest card in a direction: what lies straight ahead is nearer than what lies to the side.
function neighbour(key, [dx, dy]) {
  const { x, y } = cards[key].place;
  let best = null, least = Infinity;
  for (const card of cards) {
    if (card.hidden || card.key === key) continue;
    const along = (card.place.x - x) * dx + (card.place.y - y) * dy;
    const aside = Math.abs((card.place.x - x) * dy) + Math.abs((card.place.y - y) * dx);
    if (along > 5 && along + 2.5 * aside < least) [best, least] = [card.key, along + 2.5 * aside];
  }
  return best;
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
svg.addEventListener("keydown", (event) => {
  const card = event.target.closest("[data-vertex]");
  if (!card || !ARROWS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = neighbour(Number(card.dataset.vertex), ARROWS[event.key]);
  if (next !== null) focusCard(next);
  event.preventDefault();
  event.stopPropagation();
});

// -- pointers ---------------------------------------------------------------------------------------------------------

svg.addEventListener("click", (event) => {
  const card = event.target.closest("[data-vertex]");
  const frame = event.target.closest(".head")?.closest("[data-box]");
  if (card && practice.on && guessed(Number(card.dataset.vertex))) return;
  if (card) goTo(Number(card.dataset.vertex));
  else if (frame) {
    const box = Number(frame.dataset.box);
    byItself.delete(box);
    setFolded([box], !folded.has(box));
    draw(current);
  }
});

panel.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { go: key, path: leaf, way, step } = button.dataset;
  if (key !== undefined) goTo(Number(key));
  else if (leaf !== undefined) showPaths(Number(leaf));
  else if (way !== undefined) showPaths(path.key, path.chosen === Number(way) ? null : Number(way));
  else if (step !== undefined) go(Number(step));
  else if (button.hasAttribute("data-leave")) leavePaths();
  else if (button.hasAttribute("data-reveal")) practice.solved.add(current), show();
});

let screenLook = null;
addEventListener("beforeprint", () => {
  screenLook = { ...look };
  showAll();
  svg.setAttribute("viewBox", `-6 -12 ${extent.width + 12} ${extent.height + 18}`); // as large as the paper lets it be
  world.style.transform = "none";
});
addEventListener("afterprint", () => {
  svg.removeAttribute("viewBox");
  Object.assign(look, screenLook);
  aim();
});

// A frame in a notebook gets its size only after the page has opened.
let room = `${stage.clientWidth} ${stage.clientHeight}`;
new ResizeObserver(() => {
  const now = `${stage.clientWidth} ${stage.clientHeight}`;
  if (current < 0 || now === room) return;
  room = now;
  if (current === 0) showReadable();
  else if (STEPS[current].vertex !== undefined) follow(placeOfVertex(STEPS[current].vertex));
}).observe(stage);

place();
holdCamera();
document.body.classList.toggle("embedded", location.href === "about:srcdoc" || new URLSearchParams(location.search).has("embed"));
element("findings").innerHTML = DATA.findings.map(([text, key]) => `<li><button type="button" class="finding" ${key === null ? "disabled" : `data-go="${key}"`}>⚠ ${escaped(text)}</button></li>`).join("");
element("findings").addEventListener("click", (event) => {
  const button = event.target.closest("[data-go]");
  if (button) goTo(Number(button.dataset.go)), focusCard(Number(button.dataset.go));
});
open();
go(0, false);
followAddress();
addEventListener("hashchange", followAddress);
