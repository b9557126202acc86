// The runs, and what is known of each at a time.

const RUNS = DATA.runs.map(({ name, run }) => ({ name, ...run }));
const END = Math.max(1, ...RUNS.map((run) => run.step));
const SEVERAL = RUNS.length > 1;
const TONES = ["first", "second"];

// With one run colours say what a number is, with two they say whose it is.
const toneOf = (run, kind) => (SEVERAL ? TONES[RUNS.indexOf(run)] : kind);
const tag = (run) => (SEVERAL ? `<span class="tag ${TONES[RUNS.indexOf(run)]}">${escaped(run.name)}</span>` : "");

const TIMES = [...new Set(RUNS.flatMap((run) => [...run.looks.kept, ...Object.values(run.images).flatMap((each) => each.kept)].map((each) => each.step)))].sort((a, b) => a - b);
if (!TIMES.length) TIMES.push(END);

// The last of some moments that is not after a step; before all of them the first.
function lastBefore(moments, step) {
  let found = moments[0];
  for (const each of moments) if (each.step <= step) found = each;
  return found;
}

const LAYERS = [...new Set(RUNS.flatMap((run) => run.layers.map((layer) => layer.name)))].map((name) => ({
  name,
  of: RUNS.map((run) => {
    const at = run.layers.findIndex((layer) => layer.name === name);
    return at < 0 ? null : { run, at, ...run.layers[at] };
  }).filter(Boolean),
}));

// What a look saw of a layer; nothing, if it did not run.
const seenIn = (look, layer) => look?.layers[layer.at] ?? {};
const seenAt = (layer, step) => seenIn(lastBefore(layer.run.looks.kept, step), layer);
const overTime = (layer, pick) => layer.run.looks.kept.map((look) => [look.step, pick(seenIn(look, layer)) ?? null]);

// The parameter that stands for a layer: its weight, or whatever is a matrix, or the first.
function mainParameter(layer) {
  const names = Object.keys(layer.parameters);
  return names.includes("weight") ? "weight" : names.find((name) => layer.parameters[name].length > 1) ?? names[0];
}

// -- findings ---------------------------------------------------------------------------------------------------------

const SILENT = 0.5, WILD = 0.1, STILL = 1e-6, BEHIND = 1e-3, VANISHED = 1e-5;

// What a person who knows would point at, at a step: [text, step to go to, layer to open].
function findingsAt(step) {
  return RUNS.flatMap((run) => {
    const found = [];
    for (const [name, curve] of Object.entries(run.curves)) {
      if (curve.brokenAt !== null) found.push([`${name} is not a finite number at step ${grouped(curve.brokenAt)}`, curve.brokenAt, null]);
    }
    const look = lastBefore(run.looks.kept, step);
    const sizes = [];
    const moves = look ? Object.values(look.layers).flatMap((seen) => Object.values(seen.parameters ?? {})).map((each) => each.update ?? 0).sort((a, b) => a - b) : [];
    const usual = moves[moves.length >> 1]; // where all stand still, it is the rate
    for (const group of look ? LAYERS : []) {
      const layer = group.of.find((each) => each.run === run);
      if (!layer) continue;
      const seen = seenIn(look, layer), main = seen.parameters?.[mainParameter(layer)];
      if (seen.out?.[BROKEN_COUNT]) found.push([`${layer.name} puts out ${grouped(seen.out[BROKEN_COUNT])} numbers that are not finite`, null, layer.name]);
      if (seen.silent >= SILENT) found.push([`${layer.name}: ${Math.round(100 * seen.silent)} % of its units are silent`, null, layer.name]);
      if (!main) continue;
      if (main.update >= WILD) found.push([`${layer.name}: an update is ${Math.round(100 * main.update)} % of the weights`, null, layer.name]);
      else if (main.grad && main.update !== null && usual >= STILL && main.update < Math.min(STILL, BEHIND * usual)) found.push([`${layer.name} hardly moves: an update is ${main.update ? written(main.update, 2) : "0"} of the weights`, null, layer.name]);
      const wide = layer.parameters[mainParameter(layer)].length > 1;
      if (wide && main.grad && main.grad[RMS] !== null) sizes.push([main.grad[RMS], layer.name]);
    }
    sizes.sort((a, b) => a[0] - b[0]);
    if (sizes.length > 1 && sizes[0][0] < VANISHED * sizes[sizes.length - 1][0]) {
      const ratio = sizes[0][0] / sizes[sizes.length - 1][0];
      found.push([`${sizes[0][1]} gets ${ratio ? `${written(ratio, 1)} of the gradient of ${sizes[sizes.length - 1][1]}` : "no gradient but zero"}`, null, sizes[0][1]]);
    }
    return found.map(([text, when, layer]) => [SEVERAL ? `${run.name}: ${text}` : text, when, layer]);
  });
}
