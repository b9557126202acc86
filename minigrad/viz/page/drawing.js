// The graph as SVG: cards, curves and frames where Graphviz has put them, the camera, and the folding of modules.
// Everything is made once. A step only changes classes and the few texts that it is about.

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
function fitted(text, room, font) {
  ruler.font = font;
  if (ruler.measureText(text).width <= room) return text;
  const kept = (n) => (text.includes(".") ? "…" + text.slice(text.length - n) : text.slice(0, n) + "…");
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

const constantText = (vertex) => (vertex.value !== null && isSingle(ARRAYS[vertex.value]) ? written(ARRAYS[vertex.value].numbers[0]) : "constant");
const titleOf = (vertex) => vertex.title || constantText(vertex);

function rounded(kind, height) {
  return { input: height / 2.6, output: height / 2, constant: 5, parameter: 5 }[kind] ?? 10;
}

function makeCard(vertex, key) {
  const [x, y, width, height] = vertex.card;
  const group = made("g", { class: `card ${vertex.kind}`, "data-vertex": key, role: "button", tabindex: -1 }, layers.cards);
  made("title", {}, group, vertex.name || vertex.title);
  made("rect", { class: "body", width, height, rx: rounded(vertex.kind, height) }, group);
  const age = vertex.age !== null && vertex.kind !== "output" ? `#${vertex.age}` : "";
  const low = height < 40;
  const font = `600 12.5px ${SANS}`;
  const middle = vertex.kind !== "operation";
  const room = width - 22 - 7 * age.length;
  if (middle) {
    const y = low ? height / 2 + 4.5 : 19;
    made("text", { class: "title", x: width / 2, y, "text-anchor": "middle" }, group, fitted(vertex.label || constantText(vertex), width - 20 - (age ? 26 : 0), font));
  } else {
    const title = fitted(vertex.title, room, font);
    made("text", { class: "title", x: 11, y: 19 }, group, title);
    const left = room - ruler.measureText(title).width - 10;
    if (vertex.name && left > 12) made("text", { class: "name", x: width - 11 - 7 * age.length, y: 19, "text-anchor": "end" }, group, fitted(vertex.name, left, `italic 12.5px ${SANS}`));
  }
  if (age) made("text", { class: "age", x: width - (vertex.kind === "input" ? 14 : 8), y: 18, "text-anchor": "end" }, group, age);
  const card = { key, group, width, height, x, y, state: "", slots: {}, badge: null, named: "" };
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
  return card;
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

function makeEdge(edge, key) {
  const classes = ["edge", edge.share ? "flows" : "", edge.dead ? "dead" : "", VERTICES[edge.source].kind === "constant" ? "of-constant" : ""];
  const group = made("g", { class: classes.join(" "), "data-edge": key }, layers.edges);
  const line = made("path", { class: "line" }, group);
  const tip = made("path", { class: "tip" }, group);
  if (edge.dead) made("title", {}, group, `No gradient comes back here: ${edge.dead.replace("_", " ")}`);
  return { key, group, line, tip, back: null, points: [], path: "", state: "" };
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
  path += `L${points[2 * count - 2]} ${points[2 * count - 1]}`;
  edge.line.setAttribute("d", (edge.path = path));
  point(edge, edge.back ?? false, true);
}

// Which way the tip of an edge points: back, for a gradient, or ahead.
function point(edge, back, moved = false) {
  if (edge.back === back && !moved) return;
  edge.back = back;
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

// -- frames of modules, and folding -----------------------------------------------------------------------------------

const folded = new Set();

function makeFrame(box, key) {
  const [left, top, right, bottom] = box.frame;
  const group = made("g", { class: "frame", "data-box": key }, layers.frames);
  const rect = made("rect", { class: "body", rx: 10 }, group);
  const head = made("g", { class: "head", role: "button", tabindex: 0, "aria-expanded": "true" }, group);
  const room = made("rect", { class: "touch", height: 24, rx: 8 }, head);
  const text = made("text", { class: "heading" }, head, "▾ " + fitted(box.heading, right - left - 34, `600 12px ${SANS}`));
  const count = made("text", { class: "progress" }, group);
  head.setAttribute("aria-label", `Module ${box.heading}, ${plural(box.parameters, "parameter")}: fold`);
  return { key, group, rect, head, room, text, count, width: Math.max(118, Math.min(216, 7.4 * box.heading.length + 44)), state: "" };
}

const cards = VERTICES.map(makeCard);
const edges = EDGES.map(makeEdge);
const frames = BOXES.map(makeFrame);
const FOLDED_HEIGHT = 46;

// The outermost folded box around something, or null.
function hiddenBy(box) {
  let found = null;
  for (; box !== null; box = BOXES[box].parent) if (folded.has(box)) found = box;
  return found;
}

const placeOfVertex = (key) => {
  const box = hiddenBy(VERTICES[key].box);
  return box === null ? cards[key].place : frames[box].place;
};

// A map of one axis that takes out the room that folding has left empty, and keeps order and what is still there.
function squeeze(intervals, most) {
  const sorted = intervals.sort((a, b) => a[0] - b[0]);
  const stops = [];
  let end = -Infinity, removed = 0;
  for (const [from, to] of sorted) {
    if (from > end) {
      if (end > -Infinity && from - end > most) {
        stops.push([end, end - removed]);
        removed += from - end - most;
        stops.push([from, from - removed]);
      }
      end = to;
    } else end = Math.max(end, to);
  }
  return (c) => {
    let shift = 0;
    for (let i = 0; i < stops.length; i += 2) {
      const [[a, to], [b, next]] = [stops[i], stops[i + 1]];
      if (c >= b) shift = next - b;
      else if (c > a) return to + ((c - a) / (b - a)) * (next - to);
      else break;
    }
    return c + shift;
  };
}

function place() {
  const across = [], down = [];
  const occupy = (x, y, width, height, gap) => {
    across.push([x - width / 2 - gap, x + width / 2 + gap]);
    down.push([y - height / 2 - gap, y + height / 2 + gap]);
  };
  cards.forEach((card) => hiddenBy(VERTICES[card.key].box) === null && occupy(card.x, card.y, card.width, card.height, 4));
  BOXES.forEach((box, key) => {
    if (hiddenBy(box.parent) !== null) return;
    const [left, top, right, bottom] = box.frame;
    if (folded.has(key)) occupy((left + right) / 2, (top + bottom) / 2, frames[key].width, FOLDED_HEIGHT, 4);
    else {
      across.push([left, left + 14], [right - 14, right]);
      down.push([top, top + 30], [bottom - 14, bottom]);
    }
  });
  const some = folded.size > 0;
  const mapX = some ? squeeze(across, 34) : (c) => c;
  const mapY = some ? squeeze(down, 34) : (c) => c;
  cards.forEach((card) => {
    card.place = { x: mapX(card.x), y: mapY(card.y), width: card.width, height: card.height };
    card.group.setAttribute("transform", `translate(${card.place.x - card.width / 2} ${card.place.y - card.height / 2})`);
    card.group.classList.toggle("hidden", hiddenBy(VERTICES[card.key].box) !== null);
  });
  frames.forEach((frame) => placeFrame(frame, mapX, mapY));
  edges.forEach((edge) => placeEdge(edge, mapX, mapY));
  extent.width = mapX(DATA.size[0]);
  extent.height = mapY(DATA.size[1]);
}

function placeFrame(frame, mapX, mapY) {
  const box = BOXES[frame.key];
  const [left, top, right, bottom] = box.frame;
  const closed = folded.has(frame.key);
  const [x, y] = [mapX((left + right) / 2), mapY((top + bottom) / 2)];
  const width = closed ? frame.width : mapX(right) - mapX(left);
  const height = closed ? FOLDED_HEIGHT : mapY(bottom) - mapY(top);
  const [x0, y0] = closed ? [x - width / 2, y - height / 2] : [mapX(left), mapY(top)];
  frame.place = { x: x0 + width / 2, y: y0 + height / 2, width, height };
  for (const [name, value] of Object.entries({ x: x0, y: y0, width, height })) frame.rect.setAttribute(name, value);
  const set = (element, at) => Object.entries(at).forEach(([name, value]) => element.setAttribute(name, value));
  set(frame.room, { x: x0, y: y0, width, height: closed ? height : 24 });
  set(frame.text, { x: x0 + 9, y: y0 + (closed ? 19 : 17) });
  frame.text.textContent = (closed ? "▸ " : "▾ ") + frame.text.textContent.slice(2);
  set(frame.count, { x: x0 + width / 2, y: y0 + height - 9, "text-anchor": "middle" });
  frame.head.setAttribute("aria-expanded", String(!closed));
  frame.head.setAttribute("aria-label", `Module ${box.heading}, ${plural(box.parameters, "parameter")}: ${closed ? "unfold" : "fold"}`);
  frame.group.classList.toggle("closed", closed);
  frame.group.classList.toggle("hidden", hiddenBy(box.parent) !== null);
}

function placeEdge(edge, mapX, mapY) {
  const { source, target, curve } = EDGES[edge.key];
  const [from, to] = [hiddenBy(VERTICES[source].box), hiddenBy(VERTICES[target].box)];
  edge.group.classList.toggle("hidden", from !== null && from === to);
  if (from === null && to === null) {
    setCurve(edge, curve.map((c, i) => (i % 2 ? mapY(c) : mapX(c))));
    return;
  }
  const [a, b] = [placeOfVertex(source), placeOfVertex(target)];
  const [x0, y0, x1, y1] = [a.x, a.y + a.height / 2, b.x, b.y - b.height / 2];
  const bend = Math.max(18, (y1 - y0) / 2);
  setCurve(edge, [x0, y0, x0, y0 + bend, x1, y1 - bend - 8, x1, y1 - 8, x1, y1]);
}

function setFolded(boxes, closed) {
  const anchor = boxes.length === 1 ? { ...frames[boxes[0]].place } : null;
  boxes.forEach((box) => (closed ? folded.add(box) : folded.delete(box)));
  place();
  if (anchor) {
    const now = frames[boxes[0]].place;
    look.x += (anchor.x - now.x) * look.scale;
    look.y += (anchor.y - anchor.height / 2 - (now.y - now.height / 2)) * look.scale;
    aim();
  } else showReadable();
}

// -- the camera -------------------------------------------------------------------------------------------------------

const extent = { width: DATA.size[0], height: DATA.size[1] };
const look = { x: 0, y: 0, scale: 1 };

function aim(smooth = false) {
  world.classList.toggle("smooth", smooth);
  world.style.transform = `translate(${look.x}px, ${look.y}px) scale(${look.scale})`;
}

function showAll() {
  const { clientWidth: width, clientHeight: height } = stage;
  look.scale = Math.min(1.6, (width - 28) / extent.width, (height - 28) / extent.height);
  look.x = (width - extent.width * look.scale) / 2;
  look.y = (height - extent.height * look.scale) / 2;
  aim();
}

// As `showAll`, but large enough to read; the rest is found by following the steps.
function showReadable() {
  showAll();
  const least = 0.62;
  if (look.scale < least) {
    look.scale = least;
    look.x = (stage.clientWidth - extent.width * least) / 2;
    look.y = 14;
    aim();
  }
}

function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2, smooth = false) {
  const scale = Math.max(0.03, Math.min(4, look.scale * factor));
  look.x = x - ((x - look.x) * scale) / look.scale;
  look.y = y - ((y - look.y) * scale) / look.scale;
  look.scale = scale;
  aim(smooth);
}

// Move as little as brings a place into view.
function follow({ x, y, width, height }) {
  const room = { x: stage.clientWidth, y: stage.clientHeight };
  let moved = false;
  for (const [axis, centre, size] of [["x", x, width], ["y", y, height]]) {
    const margin = extent[axis === "x" ? "width" : "height"] * look.scale < room[axis] - 20 ? 8 : Math.min(60, room[axis] / 5);
    const from = look[axis] + (centre - size / 2) * look.scale, to = look[axis] + (centre + size / 2) * look.scale;
    if (from < margin) (look[axis] += margin - from), (moved = true);
    else if (to > room[axis] - margin) (look[axis] -= to - room[axis] + margin), (moved = true);
  }
  if (moved) aim(true);
}

function holdCamera() {
  const pointers = new Map();
  let moved = 0;
  const local = (event) => {
    const frame = svg.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...local(event));
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, local(event));
    moved = 0;
  });
  svg.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    const before = [...pointers.values()];
    const [x, y] = local(event);
    const [px, py] = pointers.get(event.pointerId);
    moved += Math.abs(x - px) + Math.abs(y - py);
    if (moved > 5 && !svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, [x, y]);
    if (pointers.size === 1) {
      look.x += x - px;
      look.y += y - py;
      aim();
    } else {
      const after = [...pointers.values()];
      const apart = ([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1;
      zoom(apart(after) / apart(before), (after[0][0] + after[1][0]) / 2, (after[0][1] + after[1][1]) / 2);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, (event) => pointers.delete(event.pointerId));
  svg.addEventListener("click", (event) => moved > 5 && event.stopPropagation(), { capture: true });
}
