// What all pages share: their data, how a number is written, how codes become a picture, light and dark.

const DATA = JSON.parse(document.getElementById("data").textContent);
const POSITIVE = [16, 150, 90], NEGATIVE = [124, 58, 237], BROKEN = 254, GAP = 255;

const element = (id) => document.getElementById(id);
const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const plural = (count, one, many = one + "s") => `${count} ${count === 1 ? one : many}`;

// Four significant digits, with a true minus sign.
function written(value, digits = 4) {
  if (typeof value === "string") return { nan: "NaN", inf: "∞", "-inf": "−∞" }[value];
  let text;
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) text = String(value);
  else if (size >= 1e5 || size < 1e-3) {
    const [factor, power] = value.toExponential(Math.min(2, digits - 1)).split("e");
    const raised = String(Number(power)).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");
    text = `${Number(factor)}·10${raised}`;
  } else text = String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

// A picture of an array, one pixel for a cell, as an address. Zero is transparent, so that it suits light and dark.
function painted({ kind, rows, cols, codes, channels }) {
  const canvas = document.createElement("canvas");
  canvas.width = cols;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(cols, rows);
  const bytes = Uint8Array.from(atob(codes), (c) => c.charCodeAt(0));
  for (let i = 0; i < rows * cols; i++) {
    image.data.set(kind === "image" ? pixel(bytes, i, channels) : tint(bytes[i]), 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

const pixel = (bytes, i, channels) => [0, 1, 2].map((c) => bytes[i * channels + (channels === 3 ? c : 0)]).concat(255);

function tint(code) {
  if (code === GAP) return [128, 128, 128, 70];
  if (code === BROKEN) return [236, 30, 140, 255];
  const level = (code - 127) / 126;
  return [...(level < 0 ? NEGATIVE : POSITIVE), Math.round(255 * Math.min(1, Math.abs(level)))];
}

function switchTheme() {
  const dark = getComputedStyle(document.documentElement).getPropertyValue("--is-dark").trim() === "1";
  document.documentElement.dataset.theme = dark ? "light" : "dark";
}

// A page that shows this one in a frame says which theme its reader has chosen.
addEventListener("message", ({ source, data }) => {
  if (source === parent && ["light", "dark", "auto"].includes(data?.theme)) document.documentElement.dataset.theme = data.theme;
});
