// A folded graph made straight: what is left of it goes straight down, and leaves stand beside what uses them.
// Graphviz has laid out the whole graph, whose modules are wide; heights are kept from it, and only the sides are new.

const BESIDE = 26; // between things that stand side by side

function align() {
  const items = [];
  cards.forEach((card) => card.hidden || items.push({ place: card.place, box: VERTICES[card.key].box, before: [], after: [], x: null }));
  BOXES.forEach((box, key) => folded.has(key) && hiddenBy(box.parent) === null && items.push({ place: frames[key].place, box: box.parent, before: [], after: [], x: null }));
  const byPlace = new Map(items.map((item) => [item.place, item]));
  edges.forEach((edge) => {
    if (edge.hidden) return;
    const [from, to] = [byPlace.get(placeOfVertex(EDGES[edge.key].source)), byPlace.get(placeOfVertex(EDGES[edge.key].target))];
    if (from !== to && from.place.y < to.place.y) from.after.push(to), to.before.push(from);
  });
  const isLeaf = (item) => !item.before.length && item.after.length > 0;
  const inner = items.filter((item) => !isLeaf(item)).sort((a, b) => a.place.y - b.place.y);
  for (const row of rowsOf(inner)) {
    const wanted = (item) => mean(item.before.filter((each) => each.x !== null).map((each) => each.x)) ?? 0;
    row.sort((a, b) => wanted(a) - wanted(b) || a.place.x - b.place.x);
    let end = -Infinity;
    for (const item of row) {
      item.x = Math.max(wanted(item), end + item.place.width / 2);
      end = item.x + item.place.width / 2 + BESIDE;
    }
    const shift = mean(row.map((item) => wanted(item) - item.x));
    for (const item of row) item.x += shift;
  }
  const placed = [...inner];
  for (const item of items.filter(isLeaf).sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x)) {
    const user = item.after[0], side = item.place.x < user.place.x ? -1 : 1;
    const near = placed.filter((each) => Math.abs(each.place.y - item.place.y) < (each.place.height + item.place.height) / 2 + 4);
    const free = (x) => near.every((each) => Math.abs(each.x - x) >= (each.place.width + item.place.width) / 2 + BESIDE / 2);
    const centre = user.x ?? 0;
    item.x = [...Array(200).keys()].flatMap((i) => [centre + side * 12 * i, centre - side * 12 * i]).find(free) ?? centre;
    placed.push(item);
  }
  frame(items);
  const left = Math.min(...items.map((item) => item.x - item.place.width / 2), ...frames.filter((each) => each.span).map((each) => each.span[0]));
  for (const item of items) item.place.x = item.x - left + 12;
  frames.forEach((each) => each.span && (each.span = each.span.map((x) => x - left + 12)));
  return Math.max(...items.map((item) => item.place.x + item.place.width / 2), ...frames.filter((each) => each.span).map((each) => each.span[1])) + 12;
}

const mean = (values) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null);

// What overlaps in height stands in one row.
function rowsOf(items) {
  const rows = [];
  let end = -Infinity;
  for (const item of items) {
    if (item.place.y - item.place.height / 2 < end) rows.at(-1).push(item);
    else rows.push([item]);
    end = Math.max(end, item.place.y + item.place.height / 2);
  }
  return rows;
}

// How far each open module reaches to both sides; what does not belong to it makes room.
function frame(items) {
  frames.forEach((each) => (each.span = null));
  const open = BOXES.map((_, key) => key).filter((key) => !folded.has(key) && hiddenBy(BOXES[key].parent) === null);
  for (const key of open.sort((a, b) => depthOf(b) - depthOf(a))) {
    const own = items.filter((item) => within(item.box, key));
    const spans = [...own.map((item) => [item.x - item.place.width / 2, item.x + item.place.width / 2]), ...open.filter((each) => BOXES[each].parent === key).map((each) => frames[each].span)].filter(Boolean);
    if (!spans.length) continue;
    const heights = [...own.map(({ place: { y, height } }) => [y - height / 2, y + height / 2]), ...open.filter((each) => BOXES[each].parent === key).map((each) => [frames[each].reach.top, frames[each].reach.bottom])];
    frames[key].reach = { top: Math.min(...heights.map((each) => each[0])) - 32, bottom: Math.max(...heights.map((each) => each[1])) + 12 };
    const [from, to] = [Math.min(...spans.map((span) => span[0])) - 16, Math.max(...spans.map((span) => span[1])) + 16];
    const wide = Math.max(to - from, frames[key].width);
    frames[key].span = [(from + to - wide) / 2, (from + to + wide) / 2];
    const { top, bottom } = frames[key].reach;
    for (const item of items) {
      const { y, height, width } = item.place;
      if (within(item.box, key) || y + height / 2 < top || y - height / 2 > bottom) continue;
      const [low, high] = frames[key].span;
      if (item.x + width / 2 > low - 8 && item.x - width / 2 < high + 8) item.x = item.place.x < mean(own.map((each) => each.place.x)) ? low - width / 2 - BESIDE : high + width / 2 + BESIDE;
    }
  }
}

function within(box, key) {
  for (; box !== null; box = BOXES[box].parent) if (box === key) return true;
  return false;
}
