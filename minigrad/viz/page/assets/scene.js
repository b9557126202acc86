// The graph as SVG: cards and curves where Graphviz has put them.
// What is in view is made, once; what is not is not there. A step only changes classes and the few texts it is about.

const SVG = "http://www.w3.org/2000/svg";
const stage = document.getElementById("stage");
const svg = document.getElementById("graph");

function made(tag, attributes = {}, parent = null, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  if (parent) parent.append(element);
  return element;
}

const ruler = document.createElement("canvas").getContext("2d");

// The text, or as much of it as there is room for; of a dotted name the end says more than the beginning.
function fitted(text, room, font, start = !text.includes(".")) {
  ruler.font = font;
  if (ruler.measureText(text).width <= room) return text;
  const kept = (n) => (start ? text.slice(0, n) + "…" : "…" + text.slice(text.length - n));
  let n = text.length - 1;
  while (n > 1 && ruler.measureText(kept(n)).width > room) n--;
  return kept(n);
}

// A number with as many digits, up to four, as there is room for.
function writtenWithin(value, room) {
  ruler.font = `600 12px ${SANS}`;
  const tries = [4, 3, 2, 1].map((digits) => written(value, digits));
  return tries.find((text) => ruler.measureText(text).width <= room) ?? tries[3];
}

const world = made("g", { id: "world" }, svg);
const layers = Object.fromEntries(["frames", "edges", "pulses", "cards", "labels"].map((name) => [name, made("g", { class: name }, world)]));
const SANS = getComputedStyle(document.body).fontFamily;

// -- cards ------------------------------------------------------------------------------------------------------------

// The number, also of an array that holds only one: zeros are 0.
function constantText({ value }) {
  const array = value === null ? {} : ARRAYS[value];
  if (array.numbers && isSingle(array)) return written(array.numbers[0]);
  return array.low !== undefined && array.low === array.high ? written(array.low) : "constant";
}
const titleOf = (vertex) => vertex.title || (vertex.kind === "constant" ? constantText(vertex) : vertex.kind);

function rounded(kind, height) {
  return { input: height / 2.6, output: height / 2, constant: 5, parameter: 5 }[kind] ?? 10;
}

const makeCard = (vertex, key) => {
  const [x, y, width, height] = vertex.card;
  return { key, x, y, width, height, place: null, hidden: false, shown: false, group: null, state: "", slots: {}, badge: null, named: "" };
};

function buildCard(card) {
  const { key, width, height } = card;
  const vertex = VERTICES[key];
  const group = made("g", { class: `card ${vertex.kind}`, "data-vertex": key, role: "button", tabindex: key === roving ? 0 : -1 });
  card.group = group;
  made("title", {}, group, vertex.name || vertex.title);
  made("rect", { class: "body", width, height, rx: rounded(vertex.kind, height) }, group);
  const age = vertex.age !== null && vertex.kind !== "output" ? `#${vertex.age}` : "";
  const low = height < 40;
  const font = `600 12.5px ${SANS}`;
  const middle = vertex.kind !== "operation";
  const room = width - 22 - 7 * age.length;
  if (middle) {
    const y = low ? height / 2 + 4.5 : 19;
    const beside = age ? 7 * age.length + (vertex.kind === "input" ? 18 : 12) : 10; // what the age takes, on the right
    const title = fitted(vertex.label || titleOf(vertex), width - 12 - beside, font);
    const half = ruler.measureText(title).width / 2;
    made("text", { class: "title", x: Math.min(width / 2, width - beside - half), y, "text-anchor": "middle" }, group, title);
  } else {
    const title = fitted(vertex.title, room, font);
    made("text", { class: "title", x: 11, y: 19 }, group, title);
    const left = room - ruler.measureText(title).width - 10;
    const name = vertex.name || (vertex.several ? "" : vertex.symbol);
    if (name && left > 12) made("text", { class: "name", x: width - 11 - 7 * age.length, y: 19, "text-anchor": "end" }, group, fitted(name, left, `italic 12.5px ${SANS}`));
  }
  if (age) made("text", { class: "age", x: width - (vertex.kind === "input" ? 14 : 8), y: 18, "text-anchor": "end" }, group, age);
  if (!low) {
    const inset = vertex.kind === "input" ? 14 : 9;
    const half = (width - 2 * inset - 6) / 2;
    const whole = width - 2 * inset;
    card.slots.value = makeSlot(group, "value", inset, vertex.differentiable ? half : whole);
    if (vertex.differentiable) card.slots.gradient = makeSlot(group, "gradient", inset + half + 6, half);
    if (vertex.shape.length) made("text", { class: "shape", x: width / 2, y: height - 4.5, "text-anchor": "middle" }, group, fitted(shapeText(vertex.shape), width - 20, `9.5px ${SANS}`));
  }
  card.badge = made("g", { class: "badge" }, group);
  made("rect", { x: width - 23, y: -10, width: 32, height: 18, rx: 9 }, card.badge);
  card.badge.text = made("text", { x: width - 7, y: 3, "text-anchor": "middle" }, card.badge);
}

function makeSlot(group, kind, x, width) {
  const slot = made("g", { class: `slot ${kind}` }, group);
  made("rect", { x, y: 27, width, height: 24, rx: 4 }, slot);
  return { group: slot, x, width, shown: undefined, content: null };
}

// Put an array into a slot of a card; null empties it.
function fill(card, kind, index) {
  const slot = card.slots[kind];
  if (!slot || slot.shown === index) return;
  slot.shown = index;
  slot.content?.remove();
  slot.content = null;
  slot.group.classList.toggle("full", index !== null);
  if (index === null) return;
  const array = ARRAYS[index];
  if (isSingle(array)) {
    const text = writtenWithin(array.numbers[0], slot.width - 4);
    slot.content = made("text", { x: slot.x + slot.width / 2, y: 43.5, "text-anchor": "middle" }, slot.group, text);
  } else if (array.picture) {
    const shape = array.picture.kind === "image" ? "xMidYMid meet" : "none";
    slot.content = made("image", { href: pictureURL(index), x: slot.x + 2, y: 29, width: slot.width - 4, height: 20, preserveAspectRatio: shape }, slot.group);
  }
}

// -- edges ------------------------------------------------------------------------------------------------------------

const makeEdge = (edge, key) => ({ key, group: null, shown: false, hidden: false, line: null, tip: null, back: null, points: [], box: null, path: "", state: "" });

function buildEdge(item) {
  const edge = EDGES[item.key];
  const classes = ["edge", edge.share ? "flows" : "", edge.dead ? "dead" : "", VERTICES[edge.source].kind === "constant" ? "of-constant" : ""];
  item.group = made("g", { class: classes.join(" "), "data-edge": item.key });
  item.line = made("path", { class: "line" }, item.group);
  item.tip = made("path", { class: "tip" }, item.group);
  if (edge.dead) made("title", {}, item.group, `No gradient comes back here: ${edge.dead.replace("_", " ")}`);
}

function pair(points, i) {
  return [points[2 * i], points[2 * i + 1]];
}

// A tip at `to` for a line that comes from `from`.
function tipPath([tx, ty], [fx, fy]) {
  const length = Math.hypot(tx - fx, ty - fy) || 1;
  const [ux, uy] = [(tx - fx) / length, (ty - fy) / length];
  const at = (along, across) => `${(tx - along * ux - across * uy).toFixed(1)} ${(ty - along * uy + across * ux).toFixed(1)}`;
  return `M${at(0, 0)}L${at(9, 4)}L${at(9, -4)}Z`;
}

function setCurve(edge, points) {
  edge.points = points;
  const count = points.length / 2;
  let path = `M${points[0]} ${points[1]}`;
  for (let i = 1; i + 2 < count; i += 3) path += `C${points.slice(2 * i, 2 * i + 6).map((c) => c.toFixed(1)).join(" ")}`;
  edge.path = path + `L${points[2 * count - 2]} ${points[2 * count - 1]}`;
  const across = points.filter((_, i) => i % 2 === 0), down = points.filter((_, i) => i % 2);
  edge.box = [Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down)];
  if (edge.group) layEdge(edge);
}

function layEdge(edge) {
  edge.line.setAttribute("d", edge.path);
  point(edge, edge.back ?? false, true);
}

// Which way the tip of an edge points: back, for a gradient, or ahead.
function point(edge, back, moved = false) {
  if (edge.back === back && !moved) return;
  edge.back = back;
  if (!edge.group) return;
  const { points } = edge, count = points.length / 2;
  edge.tip.setAttribute("d", back ? tipPath(pair(points, 0), pair(points, 1)) : tipPath(pair(points, count - 1), pair(points, count - 3)));
}

// Where a label of an edge stands: the middle of its curve, that is of its middle piece.
function middleOf({ points }) {
  const pieces = (points.length / 2 - 2) / 3;
  const first = 3 * Math.floor(pieces / 2);
  if (pieces % 2 === 0) return pair(points, first);
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => pair(points, first + i));
  return [0, 1].map((axis) => (a[axis] + 3 * b[axis] + 3 * c[axis] + d[axis]) / 8);
}

// Numbers beside the edges of this step; those that would overlap move apart.
function label(entries) {
  layers.labels.replaceChildren();
  layers.pulses.replaceChildren();
  const placed = [];
  for (const { edge, text, kind } of entries) {
    const [cx, cy] = middleOf(edges[edge]);
    ruler.font = `600 12px ${SANS}`;
    const width = ruler.measureText(text).width + 12;
    let x = cx;
    for (const other of placed) {
      if (Math.abs(other.y - cy) < 20 && Math.abs(other.x - x) < (other.width + width) / 2 + 3) {
        x = other.x + ((x >= other.x ? 1 : -1) * (other.width + width + 6)) / 2;
      }
    }
    placed.push({ x, y: cy, width });
    made("path", { class: `pulse ${kind}`, d: edges[edge].path }, layers.pulses);
    const group = made("g", { class: `label ${kind}`, transform: `translate(${x} ${cy})` }, layers.labels);
    made("rect", { x: -width / 2, y: -10, width, height: 20, rx: 10 }, group);
    made("text", { y: 4.3, "text-anchor": "middle" }, group, text);
  }
}

// -- what is in view --------------------------------------------------------------------------------------------------

let roving = DATA.forward[0] ?? 0; // the card that the tabulator key goes to

// Put in what has come into view, take out what has left it.
function refresh() {
  const { clientWidth, clientHeight } = stage;
  const margin = 120 / look.scale;
  const [left, top] = [-look.x / look.scale - margin, -look.y / look.scale - margin];
  const [right, bottom] = [left + clientWidth / look.scale + 2 * margin, top + clientHeight / look.scale + 2 * margin];
  const seen = (x0, y0, x1, y1) => x1 > left && x0 < right && y1 > top && y0 < bottom;
  const update = (item, wanted, build, lay, layer) => {
    if (item.shown === wanted) return;
    item.shown = wanted;
    if (!wanted) return item.group.remove();
    if (!item.group) build(item);
    lay(item);
    layer.append(item.group);
  };
  for (const card of cards) {
    const { x, y, width, height } = card.place;
    const wanted = !card.hidden && seen(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    update(card, wanted, buildCard, (item) => (layCard(item), paintCard(item)), layers.cards);
  }
  for (const edge of edges) update(edge, !edge.hidden && seen(...edge.box), buildEdge, (item) => (layEdge(item), paintEdge(item)), layers.edges);
}

function layCard({ group, place, width, height }) {
  group.setAttribute("transform", `translate(${place.x - width / 2} ${place.y - height / 2})`);
}
