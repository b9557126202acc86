// The panel: what happens in a step, in words, formulas and numbers.

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
const derivative = (key) => `<span class="partial">∂${escaped(LOSS)}/∂${escaped(called(key))}</span>`;
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
  const where = expression.where.map(([name, index, text]) => `<li><i>${escaped(name)}</i> = ${text ? `<code>${escaped(text)}</code>` : inline(index)}</li>`).join("");
  return `<div class="formula"><div>${left} ${expression.symbols}</div>${put}${where ? `<ul class="where">${where}</ul>` : ""}</div>`;
}

function row(title, index) {
  return `<div class="row"><div class="what">${title}</div>${view(index)}</div>`;
}

// -- forward ----------------------------------------------------------------------------------------------------------

function givenWords() {
  const kinds = [["input", "Inputs"], ["parameter", "Parameters"], ["constant", "Constants"]];
  const lists = kinds.map(([kind, title]) => {
    const keys = VERTICES.flatMap((vertex, key) => (vertex.kind === kind ? [key] : []));
    if (!keys.length) return "";
    const shown = keys.slice(0, 60).map((key) => row(reference(key), VERTICES[key].value)).join("");
    return section(title, shown + (keys.length > 60 ? `<p class="quiet">and ${keys.length - 60} more</p>` : ""));
  });
  const recorded = DATA.recorded ? "The backward pass is the one that the program ran." : "";
  const intro = `<p>${plural(DATA.forward.length, "operation")} make ${reference(DATA.loss)} from what is given here. Then the gradient
    of ${escaped(LOSS)} goes back through ${plural(DATA.backward.length, "node")}. ${recorded} Press <kbd>→</kbd> to step.</p>`;
  return [head("Given", null, "What the graph starts from") + intro + lists.join(""), `Beginning: inputs and parameters are given. ${plural(DATA.forward.length, "operation")} follow.`];
}

function forwardWords(key) {
  const vertex = VERTICES[key];
  const inputs = incoming[key].map((edge) => {
    const { source, dead } = EDGES[edge];
    const mark = dead ? ` <span class="dead">no gradient: ${escaped(dead.replace("_", " "))}</span>` : "";
    return row(`${reference(source)}${asArgument(edge)}${mark}`, VERTICES[source].value);
  });
  const settings = vertex.settings.length ? `<p class="settings">${vertex.settings.map((each) => `<code>${escaped(each)}</code>`).join(" ")}</p>` : "";
  const bytes = vertex.saved.reduce((sum, each) => sum + each[2], 0);
  const saved = vertex.saved.map(([name, shape]) => `<i>${escaped(name)}</i> ${shape.length ? `<code>${shapeText(shape)}</code>` : ""}`);
  const keeps = saved.length
    ? `<p>Keeps ${saved.join(", ")} (${plural(bytes, "byte")}): its rules ask for ${saved.length > 1 ? "them" : "it"} on the way back.</p>`
    : vertex.differentiable ? `<p>Keeps no array: its rules need only the gradient that comes in.</p>` : "<p>No gradient is wanted of it: nothing is kept.</p>";
  const html = [
    head("Forward", key, vertex.title),
    vertex.formula ? section("Formula", formula(vertex.formula, `<i>${escaped(vertex.formula.left)}</i> =`, vertex.value) + settings) : "",
    section("From", inputs.join("")),
    section("Gives", row(reference(key), vertex.value), "result"),
    section("For the way back", keeps, "aside"),
  ];
  return [html.join(""), `Forward: ${vertex.title} gives ${called(key)}, ${spoken(vertex.value)}.`];
}

// -- backward ---------------------------------------------------------------------------------------------------------

function seedWords() {
  const turn = DATA.backward[0];
  const sum = ARRAYS[turn.gradient].shape.length ? " The gradient is that of the sum of all its elements: a one for each." : "";
  const html = [
    head("Backward", DATA.loss, "It begins at the end"),
    section("Seed", `<p>How much does ${escaped(LOSS)} change with itself? As much as it changes.${DATA.recorded ? "" : sum}</p><div class="formula"><div>${derivative(DATA.loss)} = ${inline(turn.gradient)}</div></div>`),
    section("The rule of the order", `<p>From here the pass always takes the <b>youngest node that waits</b>. Whatever uses a value was made after it and is younger, so
      when a node's turn comes, all its uses have sent their share, and its gradient is complete.</p>`, "aside"),
  ];
  return [html.join(""), `Backward begins at ${LOSS} with ${spoken(turn.gradient)}.`];
}

// The nodes that wait before a turn: how many of their shares have come, youngest first.
function waitingBefore(position) {
  const count = new Map([[DATA.backward[0].vertex, 1]]);
  for (const turn of DATA.backward.slice(0, position)) {
    count.delete(turn.vertex);
    for (const edge of turn.gives) count.set(EDGES[edge].source, (count.get(EDGES[edge].source) ?? 0) + 1);
  }
  return [...count].sort(([a], [b]) => VERTICES[b].age - VERTICES[a].age);
}

const sharesOf = (key) => DATA.backward[turnOf.get(key)].received;

function queue(position) {
  const waiting = waitingBefore(position);
  const chips = waiting.slice(0, 12).map(([key, count], place) => {
    const whole = sharesOf(key).length;
    return `<li class="${place ? "" : "next"}${count < whole ? " partial-sum" : ""}"><button type="button" class="ref" data-go="${key}">${escaped(called(key))}</button><span class="age">#${VERTICES[key].age}</span><span class="count">${count}/${whole}</span></li>`;
  });
  const more = waiting.length > 12 ? `<li class="more">${waiting.length - 12} older</li>` : "";
  return [waiting, `<ol class="queue" aria-label="Nodes that wait, youngest first">${chips.join("")}${more}</ol>`];
}

function whyNow(position) {
  const turn = DATA.backward[position];
  const [waiting, chips] = queue(position);
  const early = waiting.filter(([key, count]) => count < sharesOf(key).length);
  const uses = turn.received.length;
  const complete = uses === 1 ? "Its only share has come" : `All ${uses} of its shares have come`;
  const rest = early.length ? ` ${plural(early.length, "older node waits", "older nodes wait")} for shares still to come.` : "";
  return section("Why it is its turn", `${chips}<p>${reference(turn.vertex)} is ${waiting.length === 1 ? "the only node that waits" : `the youngest of ${waiting.length} nodes that wait`}. ${complete}: nobody else can add to its gradient.${rest}</p>`);
}

// The shares of a gradient one by one, with the sum so far.
function collected(turn) {
  const key = turn.vertex;
  const left = `<div class="formula"><div>${derivative(key)} = ${inline(turn.gradient)}</div></div>`;
  const hook = turn.hooked ? `<p class="note">A hook has changed the sum.</p>` : "";
  if (turn.received.length < 2) return section("Gradient that comes in", left + hook + (isSingle(ARRAYS[turn.gradient]) ? "" : view(turn.gradient)));
  const rows = turn.received.map((edge, i) => {
    const { share, target } = EDGES[edge];
    return `<tr><td>${i ? "+" : ""}</td><td>${inline(share.added)}</td><td>from ${reference(target)}${asArgument(edge)}</td><td class="total">${inline(share.total)}</td></tr>`;
  });
  const table = `<div class="scroll"><table class="sums"><thead><tr><th></th><th>share</th><th></th><th>sum so far</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  return section(`Gradient that comes in: the sum of ${turn.received.length} shares`, left + table + hook + (isSingle(ARRAYS[turn.gradient]) ? "" : view(turn.gradient)) + whyWait(turn));
}

// What would go wrong if a node with several uses were taken after the first of them.
function whyWait(turn) {
  const first = EDGES[turn.received[0]].share;
  const says = isSingle(ARRAYS[first.total])
    ? `it would have passed on ${inline(first.total)} instead of ${inline(turn.gradient)}`
    : "it would have passed on only the first share";
  const before = turn.gives.length ? `${says}, and would have to be walked again for each further share` : `<code>.grad</code> would hold only a part`;
  return `<p class="note"><b>Why it waited.</b> ${escaped(called(turn.vertex))} is used ${turn.received.length} times, and each use changes ${escaped(LOSS)}: the changes add up. Taken after the first share, ${before}.</p>`;
}

function gift(edge, turn) {
  const { source, rule, share } = EDGES[edge];
  const all = sharesOf(source);
  const position = all.indexOf(edge) + 1;
  const left = `<span class="partial">∂${escaped(LOSS)}/∂${escaped(called(source))}</span> ${all.length > 1 ? "+=" : "="}`;
  const shown = rule ? formula(rule, left, share.given) : `<p>${left} what the function's own <code>backward</code> returns</p>`;
  const still = all.slice(position).map((each) => reference(EDGES[each].target));
  const unique = [...new Set(still)];
  let sum;
  if (all.length === 1) sum = `<p>It is the only share of ${reference(source)}: its gradient is complete.</p>`;
  else {
    const sofar = `sum so far ${inline(share.total)}`;
    sum = `<p class="tally"><b>${ordinal(position)} of ${all.length} shares</b> for ${reference(source)}: ${sofar}. ${still.length ? `${plural(still.length, "share is", "shares are")} still to come, from ${unique.slice(0, 6).join(", ")}${unique.length > 6 ? " …" : ""}: it waits.` : "None is still to come: its gradient is complete."}</p>`;
  }
  return `<section class="part gift"><h3>To ${reference(source)}${asArgument(edge)}</h3>${shown}${broadcast(share, source) || (isSingle(ARRAYS[share.given]) ? "" : view(share.given))}${sum}</section>`;
}

// Where the argument was stretched on the way forward, its share is summed on the way back.
function broadcast(share, source) {
  if (!share.summed.length) return "";
  const [given, added] = [ARRAYS[share.given], ARRAYS[share.added]];
  const dims = `dim${share.summed.length > 1 ? "s" : ""} ${share.summed.join(", ")}`;
  const times = share.summed.reduce((product, axis) => product * given.shape[axis], 1);
  const words = `<p>On the way forward ${reference(source)} of shape <code>${shapeText(added.shape)}</code> was stretched to <code>${shapeText(given.shape)}</code>: each of its numbers was used ${times} times. So on the way back the shares of all uses are summed over ${dims}.</p>`;
  const tabular = given.numbers && added.numbers && given.shape.length === 2 && share.summed.join() === "0" && given.shape[1] <= 8;
  if (tabular) return `<div class="broadcast">${words}<div class="array" data-array="${share.added}">${facts(given)}${table(given, given.shape[1], added)}<p class="facts">the last row is the sum <code>${shapeText(added.shape)}</code></p></div></div>`;
  return `<div class="broadcast">${words}<div class="fold">${view(share.given)}<div class="sigma">Σ over ${dims} ↓</div>${view(share.added)}</div></div>`;
}

function leafWords(turn) {
  const name = `<code>${escaped(called(turn.vertex))}.grad</code>`;
  if (turn.after === null) return section("It ends here", `<p>${reference(turn.vertex)} is a leaf: nothing made it, so its gradient is a result of the pass. ${name} is empty now: the gradient was handed out, or cleared since.</p>`);
  if (DATA.recorded) return section("It is added to .grad", `<p>${reference(turn.vertex)} is a leaf: nothing made it, so its gradient comes to rest in ${name}, which now holds</p>${row(name, turn.after)}`, "result");
  const before = turn.before === null ? "<code>None</code>" : inline(turn.before);
  return section("It is added to .grad", `<p>${reference(turn.vertex)} is a leaf: nothing made it, so its gradient comes to rest in ${name}. <code>backward()</code> adds to what is there${turn.before === null ? "" : "; <code>zero_grad()</code> would clear it first"}:</p>
    <div class="formula"><div>${before} + ${inline(turn.gradient)} → ${inline(turn.after)}</div></div>${isSingle(ARRAYS[turn.after]) ? "" : view(turn.after)}`, "result");
}

function backwardWords(position) {
  const turn = DATA.backward[position];
  const vertex = VERTICES[turn.vertex];
  const gifts = turn.gives.map((edge) => gift(edge, turn)).join("");
  const ways = vertex.leaf ? `<p><button type="button" class="wide" data-path="${turn.vertex}">Show its paths to ${escaped(LOSS)}</button></p>` : "";
  const html = [head("Backward", turn.vertex, vertex.kind === "operation" ? vertex.title : called(turn.vertex)), collected(turn), gifts, vertex.leaf ? leafWords(turn) : "", ways, whyNow(position)];
  const sends = turn.gives.map((edge) => `${spoken(EDGES[edge].share.added)} to ${called(EDGES[edge].source)}`).join(", ");
  const sentence = `Backward: the gradient of ${called(turn.vertex)} is ${spoken(turn.gradient)}${turn.received.length > 1 ? `, the sum of ${turn.received.length} shares` : ""}. ${vertex.leaf ? "It is added to its grad." : `It sends ${sends || "nothing on"}.`}`;
  return [html.join(""), sentence];
}

function endWords() {
  const leaves = DATA.backward.filter((turn) => VERTICES[turn.vertex].leaf);
  const rows = leaves.slice(0, 60).map((turn) => row(derivative(turn.vertex) + ` <button type="button" class="ref" data-path="${turn.vertex}">paths</button>`, turn.gradient));
  const rules = DATA.backward.reduce((sum, turn) => sum + turn.gives.length, 0);
  const careless = rulesWithoutOrder();
  const saved = careless > BigInt(rules)
    ? `<p class="note"><b>What the order saves.</b> Every node was taken once, and ${plural(rules, "rule")} ran. Handing each share on at once, without waiting for the others, would have run ${large(careless)}, for a node would be walked once for each path that leads to it.</p>`
    : `<p>Every node was taken once, and ${plural(rules, "rule")} ran.</p>`;
  return [head("Done", null, "All gradients are known") + saved + section("Gradients", rows.join("")), `Done: ${plural(leaves.length, "gradient")} found.`];
}

const large = (count) => (count < 1000000n ? String(count) : `about ${String(count)[0]}.${String(count).slice(1, 3)}·10${String(String(count).length - 1).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])}`);

// -- paths ------------------------------------------------------------------------------------------------------------

// In how many ways the loss is reached from each vertex.
const pathCounts = (() => {
  const counts = new Map([[DATA.loss, 1n]]);
  for (const turn of DATA.backward) counts.set(turn.vertex, turn.received.reduce((sum, edge) => sum + (counts.get(EDGES[edge].target) ?? 0n), 0n));
  return counts;
})();

const rulesWithoutOrder = () => DATA.backward.reduce((sum, turn) => sum + BigInt(turn.gives.length) * pathCounts.get(turn.vertex), 0n);

// The first few paths from a vertex to the loss, each a list of edges from the loss downwards.
function pathsFrom(key, most = 8) {
  const found = [];
  const pending = [[key, []]];
  while (pending.length && found.length < most) {
    const [at, edges] = pending.pop();
    if (at === DATA.loss) found.push(edges);
    else for (const edge of [...sharesOf(at)].reverse()) pending.push([EDGES[edge].target, [edge, ...edges]]);
  }
  return found.map((edges) => edges.slice(1)); // the edge to the output itself is no operation
}

function pathWords(key, chosen) {
  const turn = DATA.backward[turnOf.get(key)];
  const paths = pathsFrom(key);
  const count = pathCounts.get(key);
  const items = paths.map((edges, i) => {
    const partials = edges.map((edge) => `<span class="partial">∂${escaped(called(EDGES[edge].target))}/∂${escaped(called(EDGES[edge].source))}</span>`).join(" · ") || "1";
    return `<li><button type="button" class="way" data-way="${i}" aria-pressed="${chosen === i}"><span>${partials}</span>${product(edges)}</button>${chosen === i || paths.length === 1 ? factors(edges) : ""}</li>`;
  });
  const more = count > BigInt(paths.length) ? `<p class="quiet">and ${large(count - BigInt(paths.length))} more</p>` : "";
  const total = `<div class="formula"><div>${derivative(key)} = ${inline(turn.gradient)}</div></div>`;
  const html = [
    head("Paths", key, `From ${called(key)} to ${LOSS}`),
    `<p>${large(count)} ${count === 1n ? "path leads" : "paths lead"} from ${reference(key)} to ${reference(DATA.loss)}. Along a path the local derivatives multiply; over all paths the products add up. The backward pass finds that sum without walking a path twice.</p>`,
    section(count === 1n ? "The product" : "The products", `<ol class="ways">${items.join("")}</ol>${more}`),
    section(count === 1n ? "Their value" : "Their sum", total + (isSingle(ARRAYS[turn.gradient]) ? "" : view(turn.gradient)), "result"),
    `<p><button type="button" class="wide" data-leave="">Back to the steps</button></p>`,
  ];
  return [html.join(""), `${large(count)} ${count === 1n ? "path" : "paths"} from ${called(key)} to ${LOSS}.`];
}

// The product of the local derivatives, where each is a single number.
function product(edges) {
  const locals = edges.map((edge) => EDGES[edge].local);
  if (!locals.length || !locals.every((local) => local !== null && local !== undefined && isSingle(ARRAYS[local]))) return "";
  const values = locals.map((local) => numeric(ARRAYS[local].numbers[0]));
  const whole = values.reduce((product, value) => product * value, 1);
  const shown = Number.isFinite(whole) ? whole : String(whole).replace("Infinity", "inf").toLowerCase();
  return `<span class="put">= ${locals.map((local) => number(ARRAYS[local].numbers[0])).join(" · ")} = <b class="product">${number(shown)}</b></span>`;
}

// The factors of one path, from the loss downwards, with what the gradient is behind each.
function factors(edges) {
  const rows = edges.map((edge) => {
    const { source, target, local, rule, share } = EDGES[edge];
    const shape = local === null || local === undefined ? `<span class="quiet">a linear map: <i>g</i> → </span>${rule ? rule.symbols : "its backward"}` : inline(local);
    return `<tr><td>× <span class="partial">∂${escaped(called(target))}/∂${escaped(called(source))}</span></td><td>${shape}</td><td class="total">${inline(share.added)}</td></tr>`;
  });
  return `<div class="scroll"><table class="sums factors"><thead><tr><th>factor</th><th>local derivative</th><th>share behind it</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
