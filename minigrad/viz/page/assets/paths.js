// The panel of a leaf's paths to the loss: products of local derivatives, and their sum.

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
    const partials = edges.map((edge) => partial(symbolOf(EDGES[edge].target), symbolOf(EDGES[edge].source))).join(" · ") || "1";
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
    return `<tr><td>× ${partial(symbolOf(target), symbolOf(source))}</td><td>${shape}</td><td class="total">${inline(share.added)}</td></tr>`;
  });
  return `<div class="scroll"><table class="sums factors"><thead><tr><th>factor</th><th>local derivative</th><th>share behind it</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
