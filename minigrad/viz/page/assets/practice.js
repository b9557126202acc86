// Practice: the next gradient is hidden, and the reader works it out. The page says what was right, and what is missing.

const practice = { on: false, solved: new Set() };

// Whether a step waits for answers: it gives shares, and all of them are single numbers.
function asks(step) {
  const { kind, position } = STEPS[step];
  if (!practice.on || kind !== "backward" || practice.solved.has(step)) return false;
  const { gives } = DATA.backward[position];
  return gives.length > 0 && gives.every((edge) => singleAt(EDGES[edge].share.added) && singleAt(EDGES[edge].local));
}

const near = (a, b) => Math.abs(a - b) <= 0.01 * Math.max(Math.abs(b), 1e-3);

// What an answer says of how it was found.
function judged(edge, answer) {
  const { source, target, local, share } = EDGES[edge];
  const [given, slope, came] = [share.added, local, DATA.backward[turnOf.get(target)].gradient].map((index) => ARRAYS[index].numbers[0]);
  const total = ARRAYS[share.total].numbers[0];
  const [of, by] = [partial(LOSS, symbolOf(target)), partial(symbolOf(target), symbolOf(source))];
  if (!Number.isFinite(answer)) return [false, "That is no number."];
  if (near(answer, given)) return [true, `Right: ${of} · ${by} = ${written(came)} · ${written(slope)} = ${written(given)}.`];
  if (near(answer, total)) return [false, "That is the sum of all shares so far. What does this edge alone bring?"];
  if (near(answer, -given)) return [false, "The size is right. And the sign?"];
  if (near(answer, came)) return [false, `That is what came in. The local factor ${by} is missing.`];
  if (near(answer, slope)) return [false, `That is the local factor. What came in, ${of}, is missing.`];
  if (near(answer, came + slope)) return [false, "Along a path the factors multiply; sums are for paths that meet."];
  return [false, `Not yet. Multiply what came in, ${of}, by the local factor ${by}.`];
}

function quiz(position) {
  const turn = DATA.backward[position];
  const rows = turn.gives.map((edge) => {
    const { source } = EDGES[edge];
    const sign = sharesOf(source).length > 1 ? "+=" : "=";
    return `<form class="question" data-edge="${edge}"><label>${derivative(source)} ${sign} <input type="text" inputmode="decimal" autocomplete="off" aria-label="The share of ${escaped(called(source))}"></label><button>Check</button><p class="verdict" role="status"></p></form>`;
  });
  const formula = VERTICES[turn.vertex].formula;
  const shown = formula ? `<div class="formula"><div><i>${escaped(formula.left)}</i> = ${formula.symbols}</div></div>` : "";
  const html = [
    head("Practice", turn.vertex, VERTICES[turn.vertex].title),
    shown,
    section("It came in", `<div class="formula"><div>${derivative(turn.vertex)} = ${inline(turn.gradient)}</div></div>`),
    section("What goes on?", rows.join("") + `<p><button type="button" class="wide" data-reveal="">Show the answers</button></p>`),
  ];
  return [html.join(""), `Practice: what does ${called(turn.vertex)} send on?`];
}

function answer(form) {
  const edge = Number(form.dataset.edge);
  const text = form.querySelector("input").value.trim().replace("−", "-").replace(",", ".");
  const [right, words] = judged(edge, text === "" ? NaN : Number(text));
  form.classList.toggle("right", right);
  form.classList.toggle("wrong", !right);
  form.querySelector(".verdict").innerHTML = words;
  if (!right || !panel.querySelectorAll(".question:not(.right)").length === false) return;
  practice.solved.add(current);
  setTimeout(() => asks(current) || show(true), 900);
}

// Which node's turn is next? A click on a card answers.
function guessed(key) {
  const next = STEPS[current + 1];
  if (next?.kind !== "backward") return false;
  if (next.vertex === key) go(current + 1);
  else {
    const waits = waitingBefore(next.position).some(([each]) => each === key);
    element("status").textContent = waits ? `${called(key)} waits, but a younger node waits too.` : `${called(key)} does not wait: no share has come to it, or it has been taken.`;
    panel.querySelector(".guess")?.remove();
    panel.insertAdjacentHTML("afterbegin", `<p class="note guess">${escaped(element("status").textContent)}</p>`);
  }
  return true;
}

function togglePractice() {
  practice.on = !practice.on;
  practice.solved.clear();
  element("practice").setAttribute("aria-pressed", String(practice.on));
  if (practice.on && current < SEED) go(SEED);
  else show();
}

document.getElementById("panel").addEventListener("submit", (event) => {
  event.preventDefault();
  answer(event.target);
});
