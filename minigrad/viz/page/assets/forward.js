// The panel: what a step of the forward pass does, in words, formulas and numbers; and what all panels share.

const incoming = VERTICES.map(() => []), outgoing = VERTICES.map(() => []);
EDGES.forEach((edge, key) => {
  incoming[edge.target].push(key);
  outgoing[edge.source].push(key);
});
const turnOf = new Map(DATA.backward.map((turn, position) => [turn.vertex, position]));

const LOSS = VERTICES[DATA.loss].name;

// What a vertex is called in a sentence, as plain text.
function called(key) {
  const vertex = VERTICES[key];
  if (vertex.name) return vertex.name;
  if (vertex.kind === "operation") return vertex.title + (vertex.age === null ? "" : ` #${vertex.age}`);
  return titleOf(vertex);
}

const reference = (key) => `<button type="button" class="ref" data-go="${key}">${escaped(called(key))}</button>`;
// What a value is called in a formula: short, and by nobody's name but its own.
const symbolOf = (key) => VERTICES[key].symbol || called(key);
const partial = (of, by) => `<span class="partial">∂${escaped(of)}/∂${escaped(by)}</span>`;
const derivative = (key) => partial(LOSS, symbolOf(key));
const ordinal = (n) => n + (["th", "st", "nd", "rd"][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? "th");

// Which argument a value is: by name where the name says something, else by its place.
function asArgument(edge) {
  const { target, argument } = EDGES[edge];
  if (incoming[target].length < 2) return "";
  const which = argument.length > 1 ? escaped(argument) : `${ordinal(incoming[target].indexOf(edge) + 1)} argument`;
  return ` <span class="quiet">as ${which}</span>`;
}

const section = (title, body, kind = "") => `<section class="part ${kind}"><h3>${title}</h3>${body}</section>`;

function head(phase, key, title) {
  const vertex = key === null ? null : VERTICES[key];
  const name = vertex?.name && !title.includes(vertex.name) ? ` <em>${escaped(vertex.name)}</em>` : "";
  const age = vertex?.age && vertex.kind !== "output" ? ` <span class="age">#${vertex.age}</span>` : "";
  return `<header class="${phase.toLowerCase()}"><span class="phase">${phase}</span><h2>${escaped(title)}${name}${age}</h2>${origin(vertex)}</header>`;
}

// Where in the program a vertex comes from: module and line.
function origin(vertex) {
  if (!vertex) return "";
  const trail = [];
  for (let box = vertex.box; box !== null; box = BOXES[box].parent) trail.unshift(escaped(BOXES[box].heading));
  const module = trail.length ? `<div class="module" title="Module">${trail.join(" › ")}</div>` : "";
  const place = vertex.place;
  const inside = place && place.function !== "<module>" ? ` in ${escaped(place.function)}` : "";
  const line = place ? `<div class="source"><code>${escaped(place.text)}</code><span>${escaped(place.line)}${inside}</span></div>` : "";
  return module + line;
}

// A formula, the same with the numbers put in, what it comes to, and what its names stand for.
function formula(expression, left, result) {
  const outcome = result !== null && result !== undefined && isSingle(ARRAYS[result]) ? ` = ${number(ARRAYS[result].numbers[0])}` : "";
  const put = expression.numbers ? `<div class="put">= ${expression.numbers}${expression.bare ? "" : outcome}</div>` : "";
  const where = expression.where.map(([name, index, text, called]) => `<li><i>${escaped(name)}</i> = ${text ? `<code>${escaped(text)}</code>` : `${called ? `${escaped(called)} ` : ""}${inline(index)}`}</li>`).join("");
  const helpers = expression.helpers.map(([name, words]) => `<li><i>${escaped(name)}</i>: ${escaped(words)}</li>`).join("");
  return `<div class="formula"><div>${left} ${expression.symbols}</div>${put}${where || helpers ? `<ul class="where">${where}${helpers}</ul>` : ""}</div>`;
}

function row(title, index) {
  if (index === null) return `<div class="row"><div class="what">${title}</div></div>`;
  return `<div class="row"><div class="what">${title}</div>${view(index)}</div>`;
}

// The operations that a public call consists of, each with its value or its gradient.
function inside(vertex, what) {
  if (!vertex.inside.length) return "";
  const parts = vertex.inside.map((part) => row(`<b>${escaped(part.title)}</b> ${part.symbols}`, part[what])).join("");
  return `<section class="part"><details class="inside"><summary>What ${escaped(vertex.title)} consists of: ${plural(vertex.inside.length, "operation")}</summary>${parts}</details></section>`;
}

// Whether a backward pass carried an operation out, and recorded it.
const derived = (key) => VERTICES[key].box !== null && BOXES[VERTICES[key].box].heading.endsWith(" derivative");

// -- forward ----------------------------------------------------------------------------------------------------------

function givenWords() {
  const kinds = [["input", "Inputs"], ["parameter", "Parameters"]];
  const lists = kinds.map(([kind, title]) => {
    const keys = VERTICES.flatMap((vertex, key) => (vertex.kind === kind && !GIVEN.includes(key) ? [key] : [])); // a dial says its own number
    if (!keys.length) return "";
    const shown = keys.slice(0, 60).map((key) => row(reference(key), VERTICES[key].value)).join("");
    return section(title, shown + (keys.length > 60 ? `<p class="quiet">and ${keys.length - 60} more</p>` : ""));
  });
  const recorded = DATA.recorded ? "The backward pass is the one that the program ran." : "";
  const intro = `<p>${plural(DATA.forward.length, "operation")} make ${reference(DATA.loss)} from what is given here. Then the gradient
    of ${escaped(LOSS)} goes back through ${plural(DATA.backward.length, "node")}. ${recorded} Press <kbd>→</kbd> to step.</p>`;
  return [head("Given", null, "What the graph starts from") + intro + dials() + lists.join(""), `Beginning: inputs and parameters are given. ${plural(DATA.forward.length, "operation")} follow.`];
}

function forwardWords(key) {
  const vertex = VERTICES[key];
  const inputs = incoming[key].map((edge) => {
    const { source, dead } = EDGES[edge];
    const mark = dead ? ` <span class="dead">no gradient: ${escaped(dead.replace("_", " "))}</span>` : "";
    return row(`${reference(source)}${asArgument(edge)}${mark}`, VERTICES[source].value);
  });
  const settings = vertex.settings.length ? `<p class="settings">${vertex.settings.map((each) => `<code>${escaped(each)}</code>`).join(" ")}</p>` : "";
  const saved = vertex.saved.map(([name, shape]) => `<i>${escaped(vertex.letters[name] ?? name)}</i>${shape.length ? ` <code>${shapeText(shape)}</code>` : ""}`);
  const keeps = saved.length
    ? `<p>Keeps ${saved.join(", ")}: its rules ask for ${saved.length > 1 ? "them" : "it"} on the way back.</p>`
    : vertex.differentiable ? `<p>Keeps no array: its rules need only the gradient that comes in.</p>` : "<p>No gradient is wanted of it: nothing is kept.</p>";
  const act = derived(key) ? `<p class="note">A second act: the backward pass carried this operation out and recorded it, so that the gradient can be differentiated in its turn.</p>` : "";
  const html = [
    head("Forward", key, vertex.title) + act,
    vertex.formula ? section("Formula", formula(vertex.formula, `<i>${escaped(vertex.formula.left)}</i> =`, vertex.value) + settings) : "",
    section("From", inputs.join("")),
    inside(vertex, "value"),
    section("Gives", vertex.several ? outgoing[key].map((edge) => row(reference(EDGES[edge].target), VERTICES[EDGES[edge].target].value)).join("") : row(reference(key), vertex.value), "result"),
    section("For the way back", keeps, "aside"),
  ];
  return [html.join(""), `Forward: ${vertex.title} gives ${vertex.several ? "several results" : `${called(key)}, ${spoken(vertex.value)}`}.`];
}
