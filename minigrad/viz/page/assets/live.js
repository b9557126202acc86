// Live numbers: on a page of single numbers, an input can be turned, and all values and gradients follow at once.
// The page carries the program of its own graph: for each operation what it computes, and its slope in each argument.

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const one = (run, slope) => ({ run, slopes: [slope] }); // slopes get the arguments, and last the result
const PROGRAM = {
  add: { run: (a, b) => a + b, slopes: [() => 1, () => 1] },
  sub: { run: (a, b) => a - b, slopes: [() => 1, () => -1] },
  mul: { run: (a, b) => a * b, slopes: [(a, b) => b, (a) => a] },
  div: { run: (a, b) => a / b, slopes: [(a, b) => 1 / b, (a, b) => -a / (b * b)] },
  pow: { run: (a, b) => a ** b, slopes: [(a, b) => (b === 0 ? 0 : b * a ** (b - 1)), (a, b, y) => y * Math.log(a)] },
  maximum: { run: Math.max, slopes: [(a, b) => (a > b ? 1 : a === b ? 0.5 : 0), (a, b) => (b > a ? 1 : a === b ? 0.5 : 0)] },
  minimum: { run: Math.min, slopes: [(a, b) => (a < b ? 1 : a === b ? 0.5 : 0), (a, b) => (b < a ? 1 : a === b ? 0.5 : 0)] },
  neg: one((x) => -x, () => -1),
  square: one((x) => x * x, (x) => 2 * x),
  reciprocal: one((x) => 1 / x, (x) => -1 / (x * x)),
  abs: one(Math.abs, (x) => Math.sign(x)),
  sqrt: one(Math.sqrt, (x, y) => 0.5 / y),
  exp: one(Math.exp, (x, y) => y),
  log: one(Math.log, (x) => 1 / x),
  log1p: one(Math.log1p, (x) => 1 / (1 + x)),
  sin: one(Math.sin, (x) => Math.cos(x)),
  cos: one(Math.cos, (x) => -Math.sin(x)),
  tan: one(Math.tan, (x, y) => 1 + y * y),
  tanh: one(Math.tanh, (x, y) => 1 - y * y),
  sigmoid: one(sigmoid, (x, y) => y * (1 - y)),
  relu: one((x) => Math.max(x, 0), (x, y) => (y > 0 ? 1 : 0)),
  silu: one((x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
  sum: one((x) => x, () => 1),
  mean: one((x) => x, () => 1),
};

const singleAt = (index) => index !== null && index !== undefined && isSingle(ARRAYS[index]) && typeof ARRAYS[index].numbers[0] === "number";
// All values are single numbers, and every operation has its program.
const ALL_SINGLE = VERTICES.every((vertex) => singleAt(vertex.value)) && DATA.backward.every((turn) => singleAt(turn.gradient) && !turn.hooked);
const LIVE = ALL_SINGLE && DATA.forward.every((key) => PROGRAM[VERTICES[key].program]);
const GIVEN = VERTICES.flatMap((vertex, key) => ((vertex.kind === "input" || vertex.kind === "parameter") && LIVE ? [key] : []));
const AT_FIRST = new Map(VERTICES.map((vertex, key) => [key, LIVE ? ARRAYS[vertex.value].numbers[0] : 0]));
const turned = new Map();

// Run the program: values, gradients, and what comes back across each edge, for some inputs that are other than recorded.
function computed(changes) {
  const values = VERTICES.map((vertex, key) => (vertex.kind === "operation" ? NaN : (changes.get(key) ?? AT_FIRST.get(key))));
  const locals = EDGES.map(() => null), shares = EDGES.map(() => null), totals = EDGES.map(() => null);
  for (const key of DATA.forward) {
    const args = incoming[key].map((edge) => values[EDGES[edge].source]);
    const { run, slopes } = PROGRAM[VERTICES[key].program];
    values[key] = run(...args);
    incoming[key].forEach((edge, i) => (locals[edge] = slopes[i](...args, values[key])));
  }
  const made = EDGES[DATA.backward[0].received[0]].source;
  values[DATA.loss] = values[made];
  const gradients = VERTICES.map(() => 0);
  gradients[made] = ARRAYS[DATA.backward[0].gradient].numbers[0];
  for (const turn of DATA.backward) {
    for (const edge of turn.gives) {
      shares[edge] = gradients[turn.vertex] * locals[edge];
      totals[edge] = gradients[EDGES[edge].source] += shares[edge];
    }
  }
  return { values, gradients, locals, shares, totals };
}

// A number of its own for each place, so that one can change without another.
function place_(owner, name, value) {
  const old = owner[name];
  if (old === null || old === undefined) return;
  if (!owner.own?.[name]) {
    owner.own = { ...owner.own, [name]: true };
    owner[name] = ARRAYS.push({ ...ARRAYS[old] }) - 1;
  }
  ARRAYS[owner[name]] = { ...ARRAYS[owner[name]], numbers: [Number.isFinite(value) ? value : String(value).replace("Infinity", "inf").toLowerCase()] };
}

// A formula with other numbers put in for its names; nothing where a name is raised, which text cannot replace.
function withNumbers({ text, bare }, pairs) {
  const put = new Map(pairs);
  if (bare) return pairs.length ? written(pairs[0][1]) : "";
  const number = (value) => (value < 0 ? `(${written(value)})` : written(value));
  const name = /(?<![\p{L}_₀-₉])\p{L}[\p{L}0-9₀-₉_′]*/gu;
  const found = text.replace(name, (name, at) => (put.has(name) ? (/\d/.test(text[at - 1] ?? "") ? " · " : "") + number(put.get(name)) : name));
  return /[ᵃ-ᵛˣʸᶻ]/.test(found) ? "" : escaped(found);
}

function turnTo(key, value) {
  turned.set(key, value);
  const { values, gradients, locals, shares, totals } = computed(turned);
  const given = (key) => incoming[key].map((edge) => EDGES[edge].source).filter((source) => VERTICES[source].kind !== "constant").map((source) => [symbolOf(source), values[source]]);
  VERTICES.forEach((vertex, key) => {
    place_(vertex, "value", values[key]);
    if (vertex.formula) vertex.formula.numbers = withNumbers(vertex.formula, given(key));
  });
  DATA.backward.forEach((turn) => {
    place_(turn, "gradient", gradients[turn.vertex]);
    place_(turn, "after", (turn.before === null ? 0 : (ARRAYS[turn.before]?.numbers[0] ?? 0)) + gradients[turn.vertex]);
  });
  EDGES.forEach((edge, i) => {
    if (!edge.share || shares[i] === null) return;
    for (const [name, value] of [["given", shares[i]], ["added", shares[i]], ["total", totals[i]]]) place_(edge.share, name, value);
    place_(edge, "local", locals[i]);
    if (edge.rule) edge.rule.numbers = withNumbers(edge.rule, [["g", gradients[edge.target]], ["g′", gradients[edge.target]], [symbolOf(edge.target), values[edge.target]], ...given(edge.target)]);
  });
  cards.forEach((card) => Object.values(card.slots).forEach((slot) => (slot.shown = undefined)));
  draw(current === 0 ? STEPS.length - 1 : current); // at the beginning all is shown, for all of it changes
}

// How far the end moves if an input is nudged, divided by the nudge: nearly its gradient.
function nudge(key, epsilon = 1e-4) {
  const at = turned.get(key) ?? AT_FIRST.get(key);
  const [before, after] = [computed(turned), computed(new Map(turned).set(key, at + epsilon))];
  return (after.values[DATA.loss] - before.values[DATA.loss]) / epsilon;
}

function dial(key) {
  const at = turned.get(key) ?? AT_FIRST.get(key);
  const reach = Math.max(1, 2 * Math.abs(AT_FIRST.get(key)));
  const name = escaped(called(key));
  return `<div class="dial"><label for="dial-${key}"><i>${name}</i> = <output>${written(at)}</output></label>
    <input id="dial-${key}" data-dial="${key}" type="range" min="${AT_FIRST.get(key) - reach}" max="${AT_FIRST.get(key) + reach}" step="${reach / 200}" value="${at}">
    <div class="facts nudge">${nudgeWords(key)}</div></div>`;
}

function nudgeWords(key) {
  if (!turnOf.has(key)) return "";
  const gradient = computed(turned).gradients[key];
  return `nudged by 0.0001, ${escaped(LOSS)} moves by ${written(nudge(key))} times that: the gradient is ${written(gradient)}`;
}

const dials = () => (GIVEN.length ? section("Turn the numbers", `<p>All values and gradients follow at once.</p>${GIVEN.map(dial).join("")}`, "dials") : "");

document.getElementById("panel").addEventListener("input", (event) => {
  const key = event.target.dataset.dial;
  if (key === undefined) return;
  turnTo(Number(key), Number(event.target.value));
  event.target.closest(".dial").querySelector("output").textContent = written(Number(event.target.value));
  document.querySelectorAll("[data-dial]").forEach((each) => (each.closest(".dial").querySelector(".nudge").innerHTML = nudgeWords(Number(each.dataset.dial))));
});
