// Curves of numbers and rates, and samples: what was noted in a run, up to a time.

// The point of a curve that a step belongs to.
const pointAt = (points, step) => points.reduce((found, point) => (point[0] <= step ? point : found), points[0]);

function worthAt(curve, step) {
  const point = pointAt(curve.points, step);
  const worth = point[5] ? written(point[2] / point[5]) : "NaN";
  return `<span class="${point[6] ? "strange" : ""}">${worth}${point[5] && point[6] ? " and NaN" : ""}</span>`;
}

// One chart for each name; runs that have it share it.
function chartsOf(kind, { log, step }) {
  const names = [...new Set(RUNS.flatMap((run) => Object.keys(run[kind])))];
  return names.map((name) => {
    const having = RUNS.filter((run) => run[kind][name]);
    const series = having.map((run) => ({ points: run[kind][name].points, tone: toneOf(run, kind === "rates" ? "rate" : "first") }));
    const worths = having.map((run) => `${tag(run)}<b class="number">${worthAt(run[kind][name], step)}</b>`).join(" ");
    return `<figure class="chart" data-name="${escaped(name)}"><figcaption><span>${escaped(name)}</span><span>${worths}</span></figcaption>${curveChart(series, { log, end: END, step, label: `${name} over ${grouped(END)} steps` })}</figure>`;
  }).join("");
}

function samplesAt(step) {
  const names = [...new Set(RUNS.flatMap((run) => Object.keys(run.images)))];
  return names.flatMap((name) => RUNS.filter((run) => run.images[name]).map((run) => {
    const image = lastBefore(run.images[name].kept, step);
    const scale = Math.max(1, Math.min(4, Math.floor(340 / image.width)));
    const count = image.shown < image.of ? `${image.shown} of ${image.of}` : plural(image.of, "image");
    return `<figure class="sample"><figcaption><span>${tag(run)}${escaped(name)}</span><span class="quiet">step ${grouped(image.step)} · ${count}</span></figcaption><img src="data:image/png;base64,${image.png}" width="${image.width * scale}" height="${image.height * scale}" alt="${escaped(name)} at step ${grouped(image.step)}"></figure>`;
  })).join("");
}
