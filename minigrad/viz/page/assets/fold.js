// Modules: their frames, and their folding, by which what is inside becomes one card and the rest moves together.

const folded = new Set();
const byItself = new Set(); // those that the page has folded so that the rest can be read; stepping unfolds the one at work

function depthOf(box) {
  let depth = 0;
  for (; box !== null; box = BOXES[box].parent) depth++;
  return depth;
}

// Unfold the modules of a vertex, and fold those again that were unfolded for another.
function unfoldFor(key) {
  if (!byItself.size) return;
  const open = new Set();
  for (let box = VERTICES[key].box; box !== null; box = BOXES[box].parent) open.add(box);
  let changed = false;
  for (const box of byItself) {
    if (folded.has(box) !== open.has(box)) continue;
    changed = true;
    if (open.has(box)) folded.delete(box);
    else folded.add(box);
  }
  if (changed) place();
}

function makeFrame(box, key) {
  const [left, top, right, bottom] = box.frame;
  const group = made("g", { class: "frame", "data-box": key }, layers.frames);
  const rect = made("rect", { class: "body", rx: 10 }, group);
  const head = made("g", { class: "head", role: "button", tabindex: 0, "aria-expanded": "true" }, group);
  const room = made("rect", { class: "touch", height: 24, rx: 8 }, head);
  const text = made("text", { class: "heading" }, head, "▾ " + fitted(box.heading, right - left - 34, `600 12px ${SANS}`, true));
  const count = made("text", { class: "progress" }, group);
  head.setAttribute("aria-label", `Module ${box.heading}, ${plural(box.parameters, "parameter")}: fold`);
  return { key, group, rect, head, room, text, count, width: Math.max(118, Math.min(290, 7.4 * box.heading.length + 44)), state: "" };
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
  const mapY = some ? squeeze(down, 18) : (c) => c;
  cards.forEach((card) => {
    card.place = { x: mapX(card.x), y: mapY(card.y), width: card.width, height: card.height };
    card.hidden = hiddenBy(VERTICES[card.key].box) !== null;
  });
  frames.forEach((frame) => placeFrame(frame, mapX, mapY));
  edges.forEach((edge) => {
    const [from, to] = [hiddenBy(VERTICES[EDGES[edge.key].source].box), hiddenBy(VERTICES[EDGES[edge.key].target].box)];
    edge.hidden = from !== null && from === to;
  });
  extent.width = some ? align() : mapX(DATA.size[0]);
  extent.height = mapY(DATA.size[1]);
  cards.forEach((card) => card.group && layCard(card));
  frames.forEach(layFrame);
  edges.forEach((edge) => edge.hidden || placeEdge(edge, some, mapX, mapY));
  refresh();
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
  frame.reach = { top: y0, bottom: y0 + height };
  frame.span = null;
}

function layFrame(frame) {
  const box = BOXES[frame.key];
  const closed = folded.has(frame.key);
  if (frame.span) {
    const { span: [left, right], reach: { top, bottom } } = frame;
    Object.assign(frame.place, { x: (left + right) / 2, width: right - left, y: (top + bottom) / 2, height: bottom - top });
  }
  const { width, height } = frame.place;
  const [x0, y0] = [frame.place.x - width / 2, frame.place.y - height / 2];
  for (const [name, value] of Object.entries({ x: x0, y: y0, width, height })) frame.rect.setAttribute(name, value);
  const set = (element, at) => Object.entries(at).forEach(([name, value]) => element.setAttribute(name, value));
  set(frame.room, { x: x0, y: y0, width, height: closed ? height : 24 });
  set(frame.text, { x: x0 + 9, y: y0 + (closed ? 19 : 17) });
  frame.text.textContent = (closed ? "▸ " : "▾ ") + fitted(box.heading, width - 34, `600 12px ${SANS}`, true);
  set(frame.count, { x: x0 + width / 2, y: y0 + height - 9, "text-anchor": "middle" });
  frame.head.setAttribute("aria-expanded", String(!closed));
  frame.head.setAttribute("aria-label", `Module ${box.heading}, ${plural(box.parameters, "parameter")}: ${closed ? "unfold" : "fold"}`);
  frame.group.classList.toggle("closed", closed);
  frame.group.classList.toggle("hidden", hiddenBy(box.parent) !== null);
}

// As Graphviz has drawn it, or, if something is folded, as a bend; one past others swings out.
function placeEdge(edge, some, mapX, mapY) {
  const { source, target, curve } = EDGES[edge.key];
  if (!some) return setCurve(edge, curve.map((c, i) => (i % 2 ? mapY(c) : mapX(c))));
  const [a, b] = [placeOfVertex(source), placeOfVertex(target)];
  const [x0, y0, x1, y1] = [a.x, a.y + a.height / 2, b.x, b.y - b.height / 2];
  const bend = Math.max(18, (y1 - y0) / 2);
  const aside = y1 - y0 > 130 && Math.abs(x1 - x0) < 60 ? 40 + 0.7 * Math.max(a.width, b.width) : 0;
  setCurve(edge, [x0, y0, x0 + aside, y0 + bend, x1 + aside, y1 - bend - 8, x1, y1 - 8, x1, y1]);
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
