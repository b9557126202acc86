// Stepping: which step is shown, what that makes of every card and edge, and the controls.

const STEPS = [
  { kind: "given" },
  ...DATA.forward.map((vertex) => ({ kind: "forward", vertex })),
  { kind: "seed", vertex: DATA.loss },
  ...DATA.backward.map((turn, position) => ({ kind: "backward", vertex: turn.vertex, position })),
  { kind: "end" },
];
const SEED = DATA.forward.length + 1;
const forwardStep = new Map(DATA.forward.map((vertex, i) => [vertex, i + 1]));
const backwardStep = new Map(DATA.backward.map((turn, i) => [turn.vertex, SEED + 1 + i]));
const element = (id) => document.getElementById(id);
const panel = element("panel"), slider = element("slider");
const still = matchMedia("(prefers-reduced-motion: reduce)");

let current = -1;
let path = null; // { key, chosen }: the paths of a leaf, of which one may be chosen
let playing = null;

// -- what a step makes of the drawing ---------------------------------------------------------------------------------

const PLACE_IN_TIME = VERTICES.map((vertex, key) => forwardStep.get(key) ?? (vertex.kind === "output" ? SEED - 1 : 0));

// How much of each gradient has come in when a step has been taken: [shares, index of the sum] by vertex.
function collectedAt(step) {
  const sums = new Map();
  if (step < SEED) return sums;
  sums.set(DATA.backward[0].vertex, [1, DATA.backward[0].gradient]);
  DATA.backward.slice(0, Math.max(0, step - SEED)).forEach((turn) => {
    for (const edge of turn.gives) {
      const source = EDGES[edge].source;
      sums.set(source, [(sums.get(source)?.[0] ?? 0) + 1, EDGES[edge].share.total]);
    }
  });
  return sums;
}

function setState(item, state) {
  if (item.state === state) return;
  for (const name of item.state.split(" ")) if (name) item.group.classList.remove(name);
  for (const name of state.split(" ")) if (name) item.group.classList.add(name);
  item.state = state;
}

function draw(step) {
  const sums = collectedAt(step);
  const { kind, vertex: now } = STEPS[step];
  const lit = path && litBy(path);
  const tallies = BOXES.map(() => ({ all: 0, done: 0, now: false, waiting: false }));
  cards.forEach((card) => {
    const { key } = card;
    const vertex = VERTICES[key];
    const computed = PLACE_IN_TIME[key] <= step;
    const taken = (backwardStep.get(key) ?? Infinity) <= step;
    const [count, sum] = sums.get(key) ?? [0, null];
    const states = [computed ? "computed" : "future"];
    if (taken) states.push("taken");
    else if (count) states.push("waiting");
    if (key === now && kind !== "given") states.push(kind === "forward" ? "now-forward" : "now-backward");
    if (lit) states.push(lit.vertices.has(key) ? "lit" : "dim");
    setState(card, states.join(" "));
    fill(card, "value", computed ? vertex.value : null);
    fill(card, "gradient", taken ? DATA.backward[turnOf.get(key)].gradient : sum);
    if (!taken && count) card.badge.text.textContent = `${count}/${sharesOf(key).length}`;
    describe(card, vertex, computed, taken, count);
    if (vertex.kind === "operation") tally(tallies, vertex.box, step < SEED ? computed : taken, key === now, !taken && count > 0);
  });
  const active = activeEdges(step);
  edges.forEach((edge) => {
    const { source, target, share } = EDGES[edge.key];
    const states = [PLACE_IN_TIME[target] <= step ? "computed" : "future"];
    if (active.has(edge.key)) states.push(kind === "forward" ? "pulse-forward" : "pulse-backward");
    const returned = share !== undefined && step >= SEED && (backwardStep.get(target) ?? SEED) <= step;
    if (returned) states.push("returned");
    point(edge, returned);
    if (lit) states.push(lit.edges.has(edge.key) ? "lit" : "dim");
    setState(edge, states.join(" "));
  });
  frames.forEach((frame, box) => {
    const { all, done, now: here, waiting } = tallies[box];
    setState(frame, [here ? (kind === "forward" ? "now-forward" : "now-backward") : "", waiting ? "waiting" : "", done ? "" : "future"].join(" ").trim());
    frame.count.textContent = folded.has(box) ? `${done} of ${plural(all, "operation")}` : "";
  });
  label(labelsAt(step, active));
}

function tally(tallies, box, done, now, waiting) {
  for (; box !== null; box = BOXES[box].parent) {
    tallies[box].all++;
    tallies[box].done += done;
    tallies[box].now ||= now;
    tallies[box].waiting ||= waiting;
  }
}

// What a screen reader says of a card.
function describe(card, vertex, computed, taken, count) {
  const state = taken ? "gradient done" : count ? `waits with ${count} of ${sharesOf(card.key).length} shares` : computed ? "computed" : "not yet computed";
  const words = `${vertex.kind} ${called(card.key)}${vertex.kind === "operation" && vertex.name ? `, ${vertex.title}` : ""}, ${state}`;
  if (card.named !== words) card.group.setAttribute("aria-label", (card.named = words));
}

function activeEdges(step) {
  const { kind, vertex, position } = STEPS[step];
  if (kind === "forward") return new Set(incoming[vertex]);
  if (kind === "seed") return new Set(DATA.backward[0].received);
  return new Set(kind === "backward" ? DATA.backward[position].gives : []);
}

function labelsAt(step, active) {
  const { kind } = STEPS[step];
  if (path || kind === "given" || kind === "end") return [];
  return [...active].filter((edge) => !edges[edge].group.classList.contains("hidden")).map((edge) => {
    const { source, share } = EDGES[edge];
    const index = kind === "forward" ? VERTICES[source].value : share.added;
    const array = index === null ? null : ARRAYS[index];
    const text = array === null ? "?" : isSingle(array) ? written(array.numbers[0]) : shapeText(array.shape);
    return { edge, text: kind === "forward" ? text : text.startsWith("−") ? `− ${text.slice(1)}` : `+ ${text}`, kind: kind === "forward" ? "forward" : "backward" };
  });
}

// The vertices and edges on the paths from a leaf to the loss, or on the chosen one.
function litBy({ key, chosen }) {
  const seen = new Set([key]), along = new Set();
  if (chosen !== null) {
    for (const edge of pathsFrom(key)[chosen]) along.add(edge), seen.add(EDGES[edge].target);
    along.add(DATA.backward[0].received[0]);
    return { vertices: seen.add(DATA.loss), edges: along };
  }
  const pending = [key];
  while (pending.length) {
    const at = pending.pop();
    for (const edge of at === DATA.loss ? [] : sharesOf(at)) {
      along.add(edge);
      const { target } = EDGES[edge];
      if (!seen.has(target)) seen.add(target), pending.push(target);
    }
  }
  return { vertices: seen, edges: along };
}

// -- going ------------------------------------------------------------------------------------------------------------

function words(step) {
  const { kind, vertex, position } = STEPS[step];
  if (path) return pathWords(path.key, path.chosen);
  if (kind === "given") return givenWords();
  if (kind === "forward") return forwardWords(vertex);
  if (kind === "seed") return seedWords();
  return kind === "backward" ? backwardWords(position) : endWords();
}

function show(keepPlace = false) {
  draw(current);
  const [html, sentence] = words(current);
  const { vertex } = STEPS[current];
  panel.innerHTML = (path ? "" : crossing(vertex)) + html;
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
  show();
  slider.value = step;
  slider.setAttribute("aria-valuetext", `${STEPS[step].kind}, step ${step} of ${STEPS.length - 1}`);
  slider.style.setProperty("--at", step / (STEPS.length - 1));
  element("count").textContent = `${step} / ${STEPS.length - 1}`;
  for (const id of ["first", "back"]) element(id).disabled = step === 0;
  for (const id of ["next", "last"]) element(id).disabled = step === STEPS.length - 1;
  const { vertex } = STEPS[step];
  if (vertex !== undefined) follow(placeOfVertex(vertex));
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
  setFolded(BOXES.map((_, box) => box), folded.size === 0);
  draw(current);
  const { vertex } = STEPS[current];
  if (vertex !== undefined) follow(placeOfVertex(vertex));
}

// -- search -----------------------------------------------------------------------------------------------------------

const search = element("search"), found = element("found");
const searchable = VERTICES.map((vertex, key) => {
  const boxes = [];
  for (let box = vertex.box; box !== null; box = BOXES[box].parent) boxes.push(BOXES[box].heading, BOXES[box].path);
  return [called(key), vertex.title, vertex.kind, ...boxes, vertex.place?.text ?? ""].join(" ").toLowerCase();
});

function find() {
  const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (key) => ([called(key), VERTICES[key].title].some((name) => name.toLowerCase().startsWith(terms[0])) ? 0 : 1);
  const keys = terms.length ? VERTICES.map((_, key) => key).filter((key) => terms.every((term) => searchable[key].includes(term))) : [];
  const hits = keys.sort((a, b) => rank(a) - rank(b) || a - b).slice(0, 12);
  found.innerHTML = hits.map((key, i) => `<li role="option" id="hit-${i}" data-go="${key}" aria-selected="${i === 0}"><b>${escaped(called(key))}</b> <span>${escaped(VERTICES[key].kind === "operation" ? VERTICES[key].title : VERTICES[key].kind)}</span></li>`).join("")
    + (terms.length && !hits.length ? `<li class="none">nothing found</li>` : "");
  listOpen(terms.length > 0);
  cards.forEach((card) => card.group.classList.toggle("hit", keys.includes(card.key)));
}

function listOpen(open) {
  found.hidden = !open;
  search.setAttribute("aria-expanded", String(open));
  const chosen = found.querySelector('[aria-selected="true"]');
  if (open && chosen) search.setAttribute("aria-activedescendant", chosen.id);
  else search.removeAttribute("aria-activedescendant");
}

function choose(move) {
  const options = [...found.querySelectorAll("[role=option]")];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === (at + move + options.length) % options.length)));
  listOpen(true);
}

function endSearch(key) {
  search.value = "";
  find();
  search.blur();
  if (key !== undefined) {
    const box = hiddenBy(VERTICES[key].box);
    if (box !== null) setFolded(BOXES.map((_, each) => each), false);
    goTo(key);
  }
}

search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter") {
    const chosen = found.querySelector('[aria-selected="true"]');
    if (chosen) endSearch(Number(chosen.dataset.go));
  } else if (event.key === "Escape") endSearch();
  else return;
  event.preventDefault();
});
search.addEventListener("blur", () => setTimeout(() => listOpen(false), 150));
found.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[data-go]");
  if (option) event.preventDefault(), endSearch(Number(option.dataset.go));
});

// -- controls ---------------------------------------------------------------------------------------------------------

const ACTIONS = {
  first: () => go(0), back: () => go(current - 1), play, next: () => go(current + 1), last: () => go(STEPS.length - 1),
  closer: () => zoom(1.3, undefined, undefined, true), farther: () => zoom(1 / 1.3, undefined, undefined, true), fit: showAll,
  fold: foldAll, help: () => element("helper").showModal(),
  theme: () => {
    const dark = getComputedStyle(document.documentElement).getPropertyValue("--is-dark").trim() === "1";
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  },
};
for (const [id, action] of Object.entries(ACTIONS)) element(id).addEventListener("click", action);
slider.max = STEPS.length - 1;
slider.addEventListener("input", () => go(Number(slider.value)));
slider.parentElement.style.setProperty("--seed", SEED / (STEPS.length - 1));
element("fold").hidden = !BOXES.length;

const KEYS = {
  ArrowRight: ACTIONS.next, ArrowLeft: ACTIONS.back, Home: ACTIONS.first, End: ACTIONS.last, " ": play,
  "+": ACTIONS.closer, "=": ACTIONS.closer, "-": ACTIONS.farther, "0": showAll, f: () => BOXES.length && foldAll(), "?": ACTIONS.help,
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
  if (on === search || on.tagName === "SELECT") return;
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

svg.addEventListener("click", (event) => {
  const card = event.target.closest("[data-vertex]");
  const frame = event.target.closest(".head")?.closest("[data-box]");
  if (card) goTo(Number(card.dataset.vertex));
  else if (frame) {
    const box = Number(frame.dataset.box);
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
});

new ResizeObserver(() => current >= 0 && STEPS[current].vertex !== undefined && follow(placeOfVertex(STEPS[current].vertex))).observe(stage);

place();
holdCamera();
showReadable();
go(0);
