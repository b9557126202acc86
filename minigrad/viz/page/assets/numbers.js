// Numbers and arrays: how one number is written, and how an array is shown, as a table, a heat map or images.

const { vertices: VERTICES, edges: EDGES, boxes: BOXES, arrays: ARRAYS } = DATA;

const shapeText = (shape) => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`);
const isSingle = (array) => array.shape.reduce((product, n) => product * n, 1) === 1;

const numeric = (value) => (typeof value === "string" ? Number(value.replace("inf", "Infinity")) : value);

function number(value) {
  const strange = typeof value === "string" ? " strange" : "";
  return `<span class="number${strange}" data-value="${value}" title="${value}">${written(value)}</span>`;
}

// -- pictures ---------------------------------------------------------------------------------------------------------

const pictures = new Map();

const pictureURL = (index) => {
  if (!pictures.has(index)) pictures.set(index, painted(ARRAYS[index].picture));
  return pictures.get(index);
};

function cellTint(value, scale) {
  if (typeof value === "string") return "background:rgb(236 30 140);color:#fff";
  const [r, g, b] = value < 0 ? NEGATIVE : POSITIVE;
  return `background:rgb(${r} ${g} ${b} / ${(0.62 * Math.min(1, Math.abs(value) / (scale || 1))).toFixed(3)})`;
}

// -- views ------------------------------------------------------------------------------------------------------------

function facts(array) {
  const parts = [`<code>${shapeText(array.shape)}</code>`, array.dtype];
  if (array.low !== undefined) parts.push(`${written(array.low)} … ${written(array.high)}`, `mean ${written(array.mean)}`);
  if (array.broken) parts.push(`<b class="strange">${array.broken} not finite</b>`);
  return `<div class="facts">${parts.join(" · ")}</div>`;
}

// An array in full: a number, a table where it is small, else its picture.
function view(index) {
  if (index === null || index === undefined) return `<span class="none">not known</span>`;
  const array = ARRAYS[index];
  if (isSingle(array)) {
    const around = array.shape.length ? ` <code class="quiet">${shapeText(array.shape)}</code>` : "";
    return `<span class="single" data-array="${index}">${number(array.numbers[0])}${around}</span>`;
  }
  if (!array.shape.every(Boolean)) return `<div class="array" data-array="${index}">${facts(array)}empty</div>`;
  const cols = array.shape[array.shape.length - 1];
  const small = array.numbers && array.shape.length <= 2 && cols <= 8 && array.picture.kind !== "image";
  const body = small ? table(array, cols) : picture(index) + (array.numbers ? listed(array, cols) : "");
  return `<div class="array" data-array="${index}">${facts(array)}${body}</div>`;
}

// The rows of numbers, and below them, if `sums` is given, the row that they add up to.
function table(array, cols, sums) {
  const scale = Math.max(...array.numbers.map((value) => Math.abs(numeric(value))).filter(Number.isFinite), 0);
  const row = (values, kind = "") => `<tr${kind}>${values.map((value) => `<td style="${cellTint(value, scale)}">${number(value)}</td>`).join("")}</tr>`;
  let rows = "";
  for (let i = 0; i < array.numbers.length; i += cols) rows += row(array.numbers.slice(i, i + cols));
  return `<div class="scroll"><table class="numbers">${rows}${sums ? row(sums.numbers, ' class="sum"') : ""}</table></div>`;
}

function listed(array, cols) {
  return `<details><summary>${array.numbers.length} numbers</summary>${table(array, cols)}</details>`;
}

function picture(index) {
  const { kind, rows, cols, planes, scale } = ARRAYS[index].picture;
  const cell = Math.max(kind === "image" ? 2 : 3, Math.min(22, Math.floor(300 / cols), Math.floor(220 / rows)));
  const what = kind === "image" ? "Images" : "Heat map";
  const { which = [], cell: block } = ARRAYS[index].picture;
  const shown = planes ? `<div class="facts">${kind === "image" ? plural(planes[0], "image") : plural(planes[0], "plane")} of ${planes[1]}${which.length ? `: ${which.join(", ")}` : ""}</div>` : "";
  const means = block ? ` <span>each cell is the mean of up to ${block.join(" × ")} numbers</span>` : "";
  const ends = scale ? `<span>−${written(scale)}</span><i></i><span>${written(scale)}</span>` : "<span>all zero</span>";
  const legend = kind === "heat" ? `<div class="ramp">${ends}</div>${means ? `<div class="facts">${means}</div>` : ""}` : "";
  return `<img class="${kind}" src="${pictureURL(index)}" width="${cols * cell}" height="${rows * cell}" alt="${what} of ${shapeText(ARRAYS[index].shape)}">${shown}${legend}`;
}

// In a line of text: the number, or the shape with a thumbnail.
function inline(index) {
  if (index === null || index === undefined) return "";
  const array = ARRAYS[index];
  if (isSingle(array)) return `<span data-array="${index}">${number(array.numbers[0])}</span>`;
  const thumb = array.picture ? `<img class="thumb ${array.picture.kind}" src="${pictureURL(index)}" alt="">` : "";
  return `<span class="inline" data-array="${index}">${thumb}<code>${shapeText(array.shape)}</code></span>`;
}

// A few words for a screen reader.
function spoken(index) {
  if (index === null || index === undefined) return "not known";
  const array = ARRAYS[index];
  if (isSingle(array)) return written(array.numbers[0]);
  return `array of shape ${shapeText(array.shape)}` + (array.low !== undefined ? ` from ${written(array.low)} to ${written(array.high)}` : "");
}
