// The table of derivatives: leaves the rows that fit what is typed and which families are ticked.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector(".derivatives-controls");
  if (!form) return;
  const rows = [...document.querySelectorAll("table.derivatives tr[data-family]")];
  const sections = [...document.querySelectorAll("section.derivatives")];
  const query = form.elements.q;
  query.value = new URLSearchParams(location.search).get("q") || "";
  function show() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const families = [...form.querySelectorAll("[name=family]:checked")].map((box) => box.value);
    let count = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.dataset.text.includes(word)) && (!families.length || families.includes(row.dataset.family));
      row.hidden = !fits;
      const code = row.nextElementSibling;
      if (code && code.classList.contains("code")) code.hidden = !fits || !form.elements.code.checked;
      count += fits;
    }
    for (const section of sections) section.hidden = !section.querySelector("tr[data-family]:not([hidden])");
    form.querySelector("output").textContent = `${count} of ${rows.length} operations`;
  }
  // a row is led to from elsewhere: it must be there
  window.addEventListener("hashchange", () => {
    if (document.getElementById(location.hash.slice(1))?.hidden) form.reset(), show();
  });
  form.addEventListener("input", show);
  show();
});
