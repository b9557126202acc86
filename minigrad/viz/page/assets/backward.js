// The panel of a step back: what came in, why it is its turn, what it sends where, and what comes to rest in .grad.

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
  if (waiting.length < 2) return "";
  const early = waiting.filter(([key, count]) => count < sharesOf(key).length);
  const uses = turn.received.length;
  const complete = uses === 1 ? "Its only share has come" : `All ${uses} of its shares have come`;
  const rest = early.length ? ` ${plural(early.length, "older node waits", "older nodes wait")} for shares still to come.` : "";
  return section("Why it is its turn", `${chips}<p>${reference(turn.vertex)} is the youngest of ${waiting.length} nodes that wait. ${complete}: nobody else can add to its gradient.${rest}</p>`);
}

// The shares of a gradient one by one, with the sum so far.
function collected(turn) {
  const key = turn.vertex;
  if (VERTICES[key].several) {
    const rows = turn.received.map((edge) => row(derivative(EDGES[edge].target), EDGES[edge].share.added));
    return section("Gradients that come in, one for each result", rows.join("") + `<p>Its <code>backward</code> takes all of them at once.</p>`);
  }
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

// The chain rule of one edge: what goes on = what came in · what the operation does, in symbols and, beneath, in numbers.
function chain(edge, turn) {
  const { source, target, local, share } = EDGES[edge];
  const several = sharesOf(source).length > 1;
  const factor = (kind, symbols, index, words) => `<span class="factor ${kind}"><span>${symbols}</span><span class="worth">${index === null ? "" : inline(index)}</span><small>${words}</small></span>`;
  const known = local !== null && local !== undefined;
  const parts = [
    factor("out", derivative(source), share.given, share.summed.length ? "goes on, before the sum" : "goes on"),
    `<span class="op">${several ? "+=" : "="}</span>`,
    factor("in", derivative(target), turn.gradient, "<i>g</i>, came in"),
    `<span class="op">·</span>`,
    factor("local", partial(symbolOf(target), symbolOf(source)), known ? local : null, known ? "local" : "a linear map, written out below"),
  ];
  return `<div class="chain scroll">${parts.join("")}</div>`;
}

function gift(edge, turn) {
  const { source, rule, share } = EDGES[edge];
  const all = sharesOf(source);
  const position = all.indexOf(edge) + 1;
  const left = `${derivative(source)} ${all.length > 1 ? "+=" : "="}`;
  if (VERTICES[source].several) return `<section class="part gift"><h3>To ${reference(source)}</h3><p>It is one of several results. Its gradient is handed on as it is: the <code>backward</code> of ${reference(source)} takes those of all results at once.</p></section>`;
  const shown = rule ? formula(rule, left, share.given) : `<div class="formula"><div>${left} what the function's own <code>backward</code> returns</div></div>`;
  const still = all.slice(position).map((each) => reference(EDGES[each].target));
  const unique = [...new Set(still)];
  let sum;
  if (all.length === 1) sum = `<p>It is the only share of ${reference(source)}: its gradient is complete.</p>`;
  else {
    const sofar = `sum so far ${inline(share.total)}`;
    sum = `<p class="tally"><b>${ordinal(position)} of ${all.length} shares</b> for ${reference(source)}: ${sofar}. ${still.length ? `${plural(still.length, "share is", "shares are")} still to come, from ${unique.slice(0, 6).join(", ")}${unique.length > 6 ? " …" : ""}: it waits.` : "None is still to come: its gradient is complete."}</p>`;
  }
  return `<section class="part gift"><h3>To ${reference(source)}${asArgument(edge)}</h3>${chain(edge, turn)}${shown}${share.steps.length > 1 ? overTime(share.steps) : ""}${broadcast(share, source) || (isSingle(ARRAYS[share.given]) ? "" : view(share.given))}${sum}</section>`;
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
  const end = `${reference(turn.vertex)} is a leaf: nothing made it, so`;
  if (turn.after === null) return section("It ends here", `<p>${end} its gradient is a result of the pass. ${DATA.adds ? "Nobody holds the tensor any more" : `<code>autograd.grad</code> returned it, and ${name} stayed as it was`}.</p>`);
  const adds = `<p>${end} its gradient comes to rest in ${name}. <code>backward()</code> adds to what is there; <code>zero_grad()</code> would clear it first:</p>`;
  const part = (shown, words) => `<span class="term"><span>${shown}</span><small>${words}</small></span>`;
  const before = turn.before === null ? "<code>None</code>" : inline(turn.before);
  const terms = [part(before, ".grad before"), "+", part(inline(turn.gradient), "this gradient"), "=", part(inline(turn.after), ".grad after")];
  return section("It is added to .grad", `${adds}<div class="formula terms">${terms.join("")}</div>${isSingle(ARRAYS[turn.after]) ? "" : view(turn.after)}`, "result");
}

function backwardWords(position) {
  const turn = DATA.backward[position];
  const vertex = VERTICES[turn.vertex];
  const gifts = turn.gives.map((edge) => gift(edge, turn)).join("");
  const ways = vertex.leaf ? `<p><button type="button" class="wide" data-path="${turn.vertex}">Show its paths to ${escaped(LOSS)}</button></p>` : "";
  const html = [head("Backward", turn.vertex, vertex.kind === "operation" ? vertex.title : called(turn.vertex)), collected(turn), gifts, inside(vertex, "gradient"), vertex.leaf ? leafWords(turn) : "", GIVEN.includes(turn.vertex) ? section("Turn it", dial(turn.vertex), "dials") : "", ways, whyNow(position)];
  const arrives = VERTICES[turn.vertex].several ? "one gradient for each result" : spoken(turn.gradient);
  const sends = turn.gives.map((edge) => `${spoken(EDGES[edge].share.added)} to ${called(EDGES[edge].source)}`).join(", ");
  const sentence = `Backward: the gradient of ${called(turn.vertex)} is ${arrives}${turn.received.length > 1 ? `, the sum of ${turn.received.length} shares` : ""}. ${vertex.leaf ? (turn.after === null ? "It ends here." : "It is added to its grad.") : `It sends ${sends || "nothing on"}.`}`;
  return [html.join(""), sentence];
}

// The norms of the gradients of all parameters, on a logarithmic scale: where it thins out, and where it swells.
function flow() {
  const turns = DATA.backward.filter((turn) => VERTICES[turn.vertex].kind === "parameter" && turn.size !== undefined).sort((a, b) => PLACE_OF_USE(a.vertex) - PLACE_OF_USE(b.vertex));
  if (turns.length < 2) return "";
  const sizes = turns.flatMap((turn) => (turn.size === null ? [] : [turn.size]));
  const [low, high] = [Math.floor(Math.min(...sizes)), Math.max(...sizes)];
  const bars = turns.slice(0, 80).map((turn) => {
    const wide = turn.size === null ? 0 : Math.max(2, (100 * (turn.size - low)) / (high - low || 1));
    return `<span>${reference(turn.vertex)}</span><i style="width:${wide.toFixed(1)}%"></i><span class="worth">${turn.size === null ? "0" : written(10 ** turn.size, 3)}</span>`;
  });
  return section("How the gradient flows", `<p>The norm of each parameter's gradient, from the input to the end; a tenth of the norm is a step shorter by the same length.</p><div class="bars">${bars.join("")}</div>`);
}
// When a parameter is first used, and there, as which argument.
const PLACE_OF_USE = (key) => Math.min(...outgoing[key].map((edge) => (forwardStep.get(EDGES[edge].target) ?? Infinity) + incoming[EDGES[edge].target].indexOf(edge) / 100));

// A recurrence unrolled: how much of the gradient is left at each step of time.
function overTime(steps) {
  const sizes = steps.map((each) => (each > 0 ? Math.log10(each) : -Infinity));
  const finite = sizes.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const bars = sizes.map((size, step) => `<i style="height:${Number.isFinite(size) ? 4 + (96 * (size - low)) / (high - low || 1) : 0}%" title="step ${step}: ${written(steps[step])}"></i>`).join("");
  return `<p>Unrolled over ${steps.length} steps of time, the norm of the gradient goes from ${written(steps[steps.length - 1])} at the last to ${written(steps[0])} at the first (heights are logarithms):</p><div class="over-time" role="img" aria-label="Norm of the gradient at each step of time">${bars}</div>`;
}

function endWords() {
  const leaves = DATA.backward.filter((turn) => VERTICES[turn.vertex].leaf || !turn.gives.length);
  const rows = leaves.slice(0, 60).map((turn) => row(derivative(turn.vertex) + ` <button type="button" class="ref" data-path="${turn.vertex}">paths</button>`, turn.gradient));
  const rules = DATA.backward.reduce((sum, turn) => sum + turn.gives.length, 0);
  const careless = rulesWithoutOrder();
  const saved = careless > BigInt(rules)
    ? `<p class="note"><b>What the order saves.</b> Every node was taken once, and ${plural(rules, "rule")} ran. Handing each share on at once, without waiting for the others, would have run ${large(careless)}, for a node would be walked once for each path that leads to it.</p>`
    : `<p>Every node was taken once, and ${plural(rules, "rule")} ran.</p>`;
  return [head("Done", null, "All gradients are known") + saved + flow() + section("Gradients", rows.join("")), `Done: ${plural(leaves.length, "gradient")} found.`];
}

const large = (count) => (count < 1000000n ? String(count) : `about ${String(count)[0]}.${String(count).slice(1, 3)}·10${String(String(count).length - 1).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])}`);
