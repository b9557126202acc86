// The steps, and what each makes of every card and edge.

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
const panel = element("panel"), slider = element("slider");

let current = -1;
let path = null; // { key, chosen }: the paths of a leaf, of which one may be chosen
let playing = null;
let hits = new Set(); // what a search has found

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

// What a step makes of everything; what is in view is painted with it.
let scene = null;

function draw(step) {
  const { kind, vertex: now } = STEPS[step];
  scene = { step, kind, now, sums: collectedAt(asks(step) ? step - 1 : step), lit: path && litBy(path), active: activeEdges(step) };
  const tallies = BOXES.map(() => ({ all: 0, done: 0, now: false, waiting: false }));
  VERTICES.forEach((vertex, key) => {
    if (vertex.kind !== "operation") return;
    const [computed, taken] = [PLACE_IN_TIME[key] <= step, (backwardStep.get(key) ?? Infinity) <= step];
    tally(tallies, vertex.box, step < SEED ? computed : taken, key === now, !taken && scene.sums.has(key));
  });
  cards.forEach((card) => card.shown && paintCard(card));
  edges.forEach((edge) => edge.shown && paintEdge(edge));
  frames.forEach((frame, box) => {
    const { all, done, now: here, waiting } = tallies[box];
    setState(frame, [here ? (kind === "forward" ? "now-forward" : "now-backward") : "", waiting ? "waiting" : "", done ? "" : "future"].join(" ").trim());
    frame.count.textContent = folded.has(box) ? `${done} of ${plural(all, "operation")}` : "";
  });
  label(labelsAt(step, scene.active));
}

function paintCard(card) {
  if (!scene) return;
  const { step, kind, now, sums, lit } = scene;
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
  if (hits.has(key)) states.push("hit");
  setState(card, states.join(" "));
  fill(card, "value", computed ? vertex.value : null);
  fill(card, "gradient", taken ? DATA.backward[turnOf.get(key)].gradient : sum);
  if (!taken && count) card.badge.text.textContent = `${count}/${sharesOf(key).length}`;
  describe(card, vertex, computed, taken, count);
}

// How wide an edge is that a gradient has come back along: by the logarithm of its norm.
const SIZES = EDGES.flatMap((edge) => (edge.share && edge.share.size !== null ? [edge.share.size] : []));
const [SMALLEST, LARGEST] = SIZES.reduce(([low, high], size) => [Math.min(low, size), Math.max(high, size)], [Infinity, -Infinity]);
const flowShare = (size) => (size === null ? 0 : LARGEST - SMALLEST < 0.3 ? 0.5 : (size - SMALLEST) / (LARGEST - SMALLEST));
const flowWidth = (size) => (size === null ? 0.6 : 1.2 + 3 * flowShare(size)).toFixed(2);

function paintEdge(edge) {
  if (!scene) return;
  const { step, kind, lit, active } = scene;
  const { target, share } = EDGES[edge.key];
  const states = [PLACE_IN_TIME[target] <= step ? "computed" : "future"];
  if (active.has(edge.key)) states.push(kind === "forward" ? "pulse-forward" : "pulse-backward");
  const returned = share !== undefined && step >= SEED && (backwardStep.get(target) ?? SEED) <= step;
  if (returned) states.push("returned");
  edge.group.style.setProperty("--flow", returned ? flowWidth(share.size) : 1.4);
  point(edge, returned);
  if (lit) states.push(lit.edges.has(edge.key) ? "lit" : "dim");
  setState(edge, states.join(" "));
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
  if (path || kind === "given" || kind === "end" || asks(step)) return [];
  return [...active].filter((edge) => !edges[edge].hidden).map((edge) => {
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
