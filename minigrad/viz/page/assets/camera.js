// The camera: what part of the graph is seen, how large, and how the user and the steps move it.

const extent = { width: DATA.size[0], height: DATA.size[1] };
const look = { x: 0, y: 0, scale: 1 };

function aim(smooth = false) {
  world.classList.toggle("smooth", smooth);
  world.style.transform = `translate(${look.x}px, ${look.y}px) scale(${look.scale})`;
  refresh();
}

// Where the buttons lie, which nothing that matters should lie under.
function buttons() {
  const { offsetLeft, offsetWidth, offsetTop } = element("fit").parentElement;
  return { right: offsetLeft + offsetWidth, top: offsetTop, tall: offsetTop < stage.clientHeight / 2 };
}

// All of it, as large as it can be: over the whole stage, or else beside or above the buttons.
function showAll() {
  const { clientWidth: width, clientHeight: height } = stage;
  const { right, top } = buttons();
  const fit = (left, bottom) => {
    const scale = Math.min(1.6, (width - left - 28) / extent.width, (bottom - 28) / extent.height);
    return { x: left + (width - left - extent.width * scale) / 2, y: (bottom - extent.height * scale) / 2, scale };
  };
  const whole = fit(0, height);
  const covered = whole.x < right && whole.y + extent.height * whole.scale > top + 10;
  const free = [fit(right, height), fit(0, top)].sort((a, b) => b.scale - a.scale)[0];
  Object.assign(look, covered ? free : whole);
  aim();
}

// As `showAll`, but large enough to read; the rest is found by following the steps.
function showReadable() {
  showAll();
  if (look.scale >= LEAST) return;
  look.scale = 0.62;
  const first = placeOfVertex(DATA.forward[0] ?? 0);
  look.x = extent.width * look.scale < stage.clientWidth ? (stage.clientWidth - extent.width * look.scale) / 2 : stage.clientWidth / 2 - first.x * look.scale;
  look.y = Math.min(14, stage.clientHeight / 3 - first.y * look.scale);
  aim();
}

// Below this scale a card is under 26 pixels high, and says nothing.
const LEAST = 0.4;

// The first look: all of it, with modules folded, the inner ones first, until cards are large enough to read.
function open() {
  const deepest = Math.max(0, ...BOXES.map((_, box) => depthOf(box)));
  for (let depth = deepest; depth >= 1 && (showAll(), look.scale < LEAST); depth--) {
    BOXES.forEach((_, box) => depthOf(box) >= depth && (folded.add(box), byItself.add(box)));
    place();
  }
  showReadable();
}

function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2, smooth = false) {
  const scale = Math.max(0.03, Math.min(4, look.scale * factor));
  look.x = x - ((x - look.x) * scale) / look.scale;
  look.y = y - ((y - look.y) * scale) / look.scale;
  look.scale = scale;
  aim(smooth);
}

// Move as little as brings a place into view, and not under the buttons.
function follow({ x, y, width, height }) {
  const room = { x: stage.clientWidth, y: stage.clientHeight };
  let moved = false;
  for (const [axis, centre, size] of [["x", x, width], ["y", y, height]]) {
    const margin = extent[axis === "x" ? "width" : "height"] * look.scale < room[axis] - 20 ? 8 : Math.min(60, room[axis] / 5);
    const from = look[axis] + (centre - size / 2) * look.scale, to = look[axis] + (centre + size / 2) * look.scale;
    if (from < margin) (look[axis] += margin - from), (moved = true);
    else if (to > room[axis] - margin) (look[axis] -= to - room[axis] + margin), (moved = true);
  }
  const { right, top, tall } = buttons();
  const left = look.x + (x - width / 2) * look.scale, bottom = look.y + (y + height / 2) * look.scale;
  if (left < right && bottom > top) {
    if (tall) look.x += right + 8 - left;
    else look.y -= bottom - top + 8;
    moved = true;
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
