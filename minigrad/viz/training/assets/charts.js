// Charts as SVG: curves with the range around them, fans of quantiles over time, histograms.

const WIDE = 320, HIGH = 130, LEFT = 48, RIGHT = 10, TOP = 8, BOTTOM = 20;
const COLUMNS = 160;
const [LOW, Q1, Q16, Q50, Q84, Q99, TOPMOST, RMS, BROKEN_COUNT, SHAPE] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const CODES = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const grouped = (step) => String(step).replace(/\B(?=(\d{3})+$)/g, ",");
const short = (value) => written(Number(value.toPrecision(2)), 2).replace(/^(−?)1·/, "$1");

// From values to heights. `bend` is the value around which a scale turns from linear to logarithmic.
function heights(low, high, { log = false, bend = 0 } = {}) {
  const through = log ? Math.log10 : bend ? (value) => Math.asinh(value / bend) : (value) => value;
  if (low === high) [low, high] = log ? [low / 2, high * 2] : [low - (Math.abs(low) / 2 || 1), high + (Math.abs(high) / 2 || 1)];
  const [bottom, top] = [through(low), through(high)];
  const at = (value) => HIGH - BOTTOM - clamp((through(value) - bottom) / (top - bottom), 0, 1) * (HIGH - TOP - BOTTOM);
  return { at, ticks: log ? logTicks(low, high) : bend ? [low, ...(low < 0 && high > 0 ? [0] : []), high] : ticks(low, high) };
}

function ticks(low, high) {
  const rough = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * unit).find((each) => each >= rough);
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high + 1e-9 * step; i++) found.push(i * step);
  return found;
}

function logTicks(low, high) {
  const found = [];
  for (let power = Math.ceil(Math.log10(low)); 10 ** power <= high; power++) found.push(10 ** power);
  if (found.length < 2) return [low, high];
  return found.filter((_, i) => i % Math.ceil(found.length / 4) === 0);
}

const across = (end) => (step) => LEFT + (end > 1 ? (step - 1) / (end - 1) : 0.5) * (WIDE - LEFT - RIGHT);
const path = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
const band = (above, below) => (above.length ? `${path([...above, ...below.reverse()])}Z` : "");

// What every chart over time has: heights, steps, and the time that is shown.
function framed(inside, scale, end, step, label) {
  const x = across(end);
  const lines = scale.ticks.map((value) => `<path class="grid" d="M${LEFT} ${scale.at(value)}H${WIDE - RIGHT}"/><text x="${LEFT - 6}" y="${scale.at(value) + 3.5}" text-anchor="end">${short(value)}</text>`).join("");
  const foot = `<text x="${LEFT}" y="${HIGH - 4}">1</text><text x="${WIDE - RIGHT}" y="${HIGH - 4}" text-anchor="end">${grouped(end)}</text>`;
  const cursor = `<path class="cursor" d="M${x(clamp(step, 1, end))} ${TOP - 4}V${HIGH - BOTTOM}"/>`;
  return `<svg class="over-time" viewBox="0 0 ${WIDE} ${HIGH}" role="img" aria-label="${escaped(label)}" data-end="${end}">${lines}${foot}${inside}${cursor}</svg>`;
}

// Neighbouring points of a curve as one, where there are more than can be seen apart.
function coarser(points) {
  const size = Math.ceil(points.length / COLUMNS);
  const found = [];
  for (let i = 0; i < points.length; i += size) {
    const part = points.slice(i, i + size);
    const lows = part.map((each) => each[3]).filter((each) => each !== null), highs = part.map((each) => each[4]).filter((each) => each !== null);
    const [sum, count, broken] = [2, 5, 6].map((at) => part.reduce((total, each) => total + each[at], 0));
    found.push([part[0][0], part[part.length - 1][1], sum, lows.length ? Math.min(...lows) : null, highs.length ? Math.max(...highs) : null, count, broken]);
  }
  return found;
}

// Curves in one chart; each has points [first step, last step, sum, lowest, highest, how many, how many not finite].
function curveChart(series, { log, end, step, label }) {
  const all = series.map(({ points, tone }) => ({ tone, points: coarser(points) }));
  let values = all.flatMap(({ points }) => points.flatMap((each) => (each[5] ? [each[2] / each[5], each[3], each[4]] : [])));
  if (log) values = values.filter((value) => value > 0);
  if (!values.length) return framed("", { at: () => 0, ticks: [] }, end, step, `${label}: no finite number`) + `<p class="strange">no finite number</p>`;
  const scale = heights(Math.min(...values), Math.max(...values), { log });
  const x = across(end);
  const shown = (value) => !log || value > 0;
  const inside = all.map(({ points, tone }) => {
    const finite = points.filter((each) => each[5] && shown(each[2] / each[5]));
    const middle = (each) => x((each[0] + each[1]) / 2);
    const low = Math.min(...values);
    const area = band(finite.map((each) => [middle(each), scale.at(each[4])]), finite.map((each) => [middle(each), scale.at(shown(each[3]) ? each[3] : low)]));
    const broken = points.filter((each) => each[6]).map((each) => `<path class="broken" d="M${middle(each).toFixed(1)} ${TOP}V${HIGH - BOTTOM}"/>`).join("");
    const line = finite.length === 1 ? `<circle class="dot ${tone}" cx="${middle(finite[0])}" cy="${scale.at(finite[0][2] / finite[0][5])}" r="3"/>` : `<path class="mean ${tone}" d="${path(finite.map((each) => [middle(each), scale.at(each[2] / each[5])]))}"/>`;
    return `${broken}<path class="band ${tone}" d="${area}"/>${line}`;
  });
  return framed(inside.join(""), scale, end, step, label);
}

// The range of rows, without the outermost hundredth; null if there is none.
function rangeOf(rows) {
  const known = rows.filter((row) => row && row[Q1] !== null);
  return known.length ? [Math.min(...known.map((row) => row[Q1])), Math.max(...known.map((row) => row[Q99]))] : null;
}

// A distribution over time: [[step, row], ...].
function fanChart(rows, { tone, end, step, label }) {
  const known = rows.filter(([, row]) => row && row[Q1] !== null);
  const range = rangeOf(known.map(([, row]) => row));
  if (!range) return "";
  const widths = known.map(([, row]) => (row[Q84] - row[Q16]) / 2).filter((each) => each > 0).sort((a, b) => a - b);
  const usual = widths[widths.length >> 1] ?? 0;
  const far = Math.max(-range[0], range[1]) > 12 * usual; // a few wild moments must not flatten all others
  const scale = heights(...range, { bend: far ? usual : 0 });
  const x = across(end);
  const line = (at) => known.map(([when, row]) => [x(when), scale.at(row[at])]);
  const single = known.length === 1 ? known.map(([when, row]) => `<path class="mean ${tone}" d="M${x(when)} ${scale.at(row[Q16])}V${scale.at(row[Q84])}"/>`).join("") : "";
  const broken = rows.filter(([, row]) => row && row[BROKEN_COUNT]).map(([when]) => `<path class="broken" d="M${x(when)} ${TOP}V${HIGH - BOTTOM}"/>`).join("");
  const inside = `${broken}<path class="band ${tone}" d="${band(line(Q99), line(Q1))}"/><path class="band inner ${tone}" d="${band(line(Q84), line(Q16))}"/><path class="mean ${tone}" d="${path(line(Q50))}"/>${single}`;
  return framed(inside, scale, end, step, label);
}

// A distribution at one time, over a range that stays the same at all times.
function histogram(row, range, tone, label) {
  if (!row) return "";
  if (row[Q1] === null) return `<span class="strange">no finite number</span>`;
  const [low, high] = range[0] === range[1] ? [range[0] - 1, range[1] + 1] : range;
  const x = (value) => clamp((value - low) / (high - low), 0, 1) * 120;
  const bins = [...row[SHAPE]].map((code) => CODES.indexOf(code) / 61);
  const left = x(row[Q1]), width = Math.max(x(row[Q99]) - left, 1.5) / bins.length;
  const bars = row[Q1] === row[Q99] ? `<path class="bar ${tone}" d="M${left - 1} 2h2.5V28h-2.5z"/>` : `<path class="bar ${tone}" d="M${left.toFixed(1)} 28${bins.map((bin, i) => `V${(28 - 26 * bin).toFixed(1)}H${(left + (i + 1) * width).toFixed(2)}`).join("")}V28Z"/>`;
  const zero = low < 0 && high > 0 ? `<path class="zero" d="M${x(0).toFixed(1)} 1V30"/>` : "";
  const strange = row[BROKEN_COUNT] ? `<b class="strange">${grouped(row[BROKEN_COUNT])} not finite</b>` : "";
  return `<span class="hist" role="img" aria-label="${escaped(label)}: median ${written(row[Q50], 2)}, 98 % from ${written(row[Q1], 2)} to ${written(row[Q99], 2)}"><svg viewBox="0 0 120 30" preserveAspectRatio="none">${zero}<path class="floor" d="M0 28.5H120"/>${bars}</svg><small><span>${short(low)}</span><span>${short(high)}</span></small></span>${strange}`;
}
