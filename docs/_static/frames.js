// Stepping pages in frames take the theme of the page around them, now and whenever it is switched.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const frames = [...document.querySelectorAll("figure.stepping iframe")];
  const tell = (frame) => frame.contentWindow.postMessage({ theme: document.body.dataset.theme }, "*");
  for (const frame of frames) frame.addEventListener("load", () => tell(frame));
  frames.forEach(tell);
  new MutationObserver(() => frames.forEach(tell)).observe(document.body, { attributeFilter: ["data-theme"] });
});
