// The layers, a row each: what they put out, the gradient that comes back, and how their weights move.

const opened = new Set();

// Ranges are those of all times, so that what moves is the layer and not the scale.
const ranges = new Map();
function rangeOverTime(layer, what, pick) {
  const key = `${RUNS.indexOf(layer.run)} ${layer.at} ${what}`;
  if (!ranges.has(key)) ranges.set(key, rangeOf(overTime(layer, pick).map(([, row]) => row)));
  return ranges.get(key);
}

const GRADIENTS = RUNS.flatMap((run) => run.looks.kept.flatMap((look) => Object.values(look.layers).map((seen) => seen.grad?.[RMS]))).filter((size) => size > 0);
const [SMALLEST, LARGEST] = GRADIENTS.length ? [Math.log10(Math.min(...GRADIENTS)), Math.log10(Math.max(...GRADIENTS))] : [0, 0];

function gradientBar(layer, seen) {
  const size = seen.grad?.[RMS];
  if (seen.grad?.[BROKEN_COUNT]) return `<b class="strange">${grouped(seen.grad[BROKEN_COUNT])} not finite</b>`;
  if (size === undefined || size === null) return `<span class="quiet">none</span>`;
  const share = size > 0 ? (LARGEST > SMALLEST ? (Math.log10(size) - SMALLEST) / (LARGEST - SMALLEST) : 1) : 0;
  return `<span class="flow"><i class="${toneOf(layer.run, "second")}" style="width:${(4 + 96 * share).toFixed(1)}%"></i></span><span class="number">${written(size, 2)}</span>`;
}

function silentShare(seen) {
  if (seen.silent === undefined || seen.silent === null) return "";
  return `<span class="number ${seen.silent >= SILENT ? "strange" : ""}">${Math.round(100 * seen.silent)} %</span>`;
}

// Where an update stands between a millionth of the weights and all of them.
function updateDial(layer, update) {
  if (update === undefined || update === null) return "";
  const place = update > 0 ? clamp((Math.log10(update) + 6) / 6, 0, 1) : 0;
  return `<span class="dial-line"><i class="${toneOf(layer.run, "first")}" style="left:${(100 * place).toFixed(1)}%"></i></span><span class="number">${written(update, 2)}</span>`;
}

const HEADS = ["Layer", "Activations", "Gradient", "Silent", "Weights", "Update"];

function layersAt(step) {
  const known = RUNS.some((run) => run.looks.kept.length);
  if (!known) return `<p class="quiet">No look at the layers has ended yet.</p>`;
  const head = `<div class="heads" aria-hidden="true">${HEADS.map((each) => `<span>${each}</span>`).join("")}</div>`;
  return head + LAYERS.map((group) => row(group, step)).join("");
}

function row(group, step) {
  const open = opened.has(group.name);
  const kinds = [...new Set(group.of.map((layer) => layer.kind))].join(" / ");
  const cells = group.of.map((layer) => {
    const seen = seenAt(layer, step), name = mainParameter(layer), main = seen.parameters?.[name];
    const out = seen.out ? histogram(seen.out, rangeOverTime(layer, "out", (each) => each.out), toneOf(layer.run, "first"), "activations") : "";
    const weight = main?.weight ? histogram(main.weight, rangeOverTime(layer, name, (each) => each.parameters?.[name]?.weight), toneOf(layer.run, "weight"), "weights") : "";
    const cell = (head, inside) => `<span class="cell ${inside ? "" : "nothing"}" data-head="${head}">${inside}</span>`;
    return `<span class="cells">${tag(layer.run)}${cell("Activations", out)}${cell("Gradient", gradientBar(layer, seen))}${cell("Silent", silentShare(seen))}${cell("Weights", weight)}${cell("Update", updateDial(layer, main?.update))}</span>`;
  }).join("");
  const head = `<button type="button" class="layer" data-layer="${escaped(group.name)}" aria-expanded="${open}"><span class="who"><b>${escaped(group.name)}</b><small>${escaped(kinds)}</small></span><span class="of">${cells}</span></button>`;
  return `<div class="entry ${open ? "open" : ""}">${head}${open ? details(group, step) : ""}</div>`;
}

// A layer over time.
function details(group, step) {
  return `<div class="details">${group.of.map((layer) => {
    const fan = (title, pick, kind) => {
      const chart = fanChart(overTime(layer, pick), { tone: toneOf(layer.run, kind), end: END, step, label: `${title} of ${layer.name} over time` });
      return chart && `<figure class="chart"><figcaption><span>${title}</span></figcaption>${chart}</figure>`;
    };
    const parts = [fan("activations", (seen) => seen.out, "first"), fan("gradient of the activations", (seen) => seen.grad, "second")];
    if (overTime(layer, (seen) => seen.silent).some(([, share]) => share > 0)) parts.push(measure(layer, "silent units", (seen) => seen.silent, step, false));
    for (const name of Object.keys(layer.parameters)) {
      const of = (seen) => seen.parameters?.[name];
      parts.push(weightPicture(layer, name, step), fan(escaped(name), (seen) => of(seen)?.weight, "weight"), fan(`gradient of ${escaped(name)}`, (seen) => of(seen)?.grad, "second"), measure(layer, `update of ${escaped(name)}, beside its size`, (seen) => of(seen)?.update, step, true));
    }
    return `<div class="charts">${SEVERAL ? `<p class="whose">${tag(layer.run)}</p>` : ""}${parts.join("")}</div>`;
  }).join("")}</div>`;
}

// A number of a layer over time.
function measure(layer, title, pick, step, log) {
  const points = overTime(layer, pick).filter(([, value]) => value !== null).map(([when, value]) => [when, when, value, value, value, 1, 0]);
  if (!points.length || (log && points.every((point) => point[2] <= 0))) return "";
  const chart = curveChart([{ points, tone: toneOf(layer.run, "rate") }], { log, end: END, step, label: `${title} of ${layer.name} over time` });
  return `<figure class="chart"><figcaption><span>${title}</span><b class="number">${written(pointAt(points, step)[2], 2)}</b></figcaption>${chart}</figure>`;
}

function weightPicture(layer, name, step) {
  const moment = lastBefore(layer.run.weights.kept, step);
  const map = moment?.pictures[`${layer.name}.${name}`];
  if (!map) return "";
  const cell = Math.max(3, Math.min(16, Math.floor(280 / map.cols), Math.floor(130 / map.rows)));
  const ends = map.scale ? `±${written(map.scale, 2)}` : "all zero";
  return `<figure class="chart"><figcaption><span>${escaped(name)} <code>${layer.parameters[name].join("×")}</code></span><span class="quiet">step ${grouped(moment.step)} · ${ends}</span></figcaption><img class="weights" src="${painted(map)}" width="${map.cols * cell}" height="${map.rows * cell}" alt="${escaped(name)} of ${escaped(layer.name)} at step ${grouped(moment.step)}"></figure>`;
}
