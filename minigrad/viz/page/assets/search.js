// Search: nodes by name, operation, module or line of code.

const search = element("search"), found = element("found");
const searchable = VERTICES.map((vertex, key) => {
  const boxes = [];
  for (let box = vertex.box; box !== null; box = BOXES[box].parent) boxes.push(BOXES[box].heading, BOXES[box].path);
  return [called(key), vertex.title, vertex.kind, ...boxes, vertex.place?.text ?? ""].join(" ").toLowerCase();
});

function find() {
  const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (key) => ([called(key), VERTICES[key].title].some((name) => name.toLowerCase().startsWith(terms[0])) ? 0 : 1);
  const keys = terms.length ? VERTICES.map((_, key) => key).filter((key) => terms.every((term) => searchable[key].includes(term))) : [];
  const best = keys.sort((a, b) => rank(a) - rank(b) || a - b).slice(0, 12);
  found.innerHTML = best.map((key, i) => `<li role="option" id="hit-${i}" data-go="${key}" aria-selected="${i === 0}"><b>${escaped(called(key))}</b> <span>${escaped(VERTICES[key].kind === "operation" ? VERTICES[key].title : VERTICES[key].kind)}</span></li>`).join("")
    + (terms.length && !best.length ? `<li class="none">nothing found</li>` : "");
  listOpen(terms.length > 0);
  hits = new Set(keys);
  cards.forEach((card) => card.shown && paintCard(card));
}

function listOpen(open) {
  found.hidden = !open;
  search.setAttribute("aria-expanded", String(open));
  const chosen = found.querySelector('[aria-selected="true"]');
  if (open && chosen) search.setAttribute("aria-activedescendant", chosen.id);
  else search.removeAttribute("aria-activedescendant");
}

function choose(move) {
  const options = [...found.querySelectorAll("[role=option]")];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === (at + move + options.length) % options.length)));
  listOpen(true);
}

function endSearch(key) {
  search.value = "";
  find();
  if (key !== undefined) {
    let box = hiddenBy(VERTICES[key].box);
    for (; box !== null; box = hiddenBy(VERTICES[key].box)) setFolded([box], false), byItself.delete(box);
    goTo(key);
  }
  focusCard(key ?? STEPS[current].vertex ?? roving);
}

search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter") {
    const chosen = found.querySelector('[aria-selected="true"]');
    if (chosen) endSearch(Number(chosen.dataset.go));
  } else if (event.key === "Escape") endSearch();
  else return;
  event.preventDefault();
});
search.addEventListener("blur", () => setTimeout(() => listOpen(false), 150));
found.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[data-go]");
  if (option) event.preventDefault(), endSearch(Number(option.dataset.go));
});
