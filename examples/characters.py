"""Three networks learn to invent names, letter by letter: an embedding alone, an LSTM, and attention.

The names are made by rule, so that what there is to learn is known exactly. A name has two to four syllables, each a
consonant and a vowel; its vowels are all light or all dark; and it ends with the consonant that it began with. Who
sees the last letter only can know none of the two laws. Both others can look back, one by a state that it carries
along, the other by asking all letters so far. The entropy of the rule is the loss that no network can go below.

    python examples/characters.py            # a minute; pictures appear in runs/characters/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

import minigrad as mg
from minigrad import nn, optim
from minigrad.nn import functional as F
from shared.options import Option
from shared.pictures import BLUE, GRAY, GREEN, ORANGE, figure, show
from shared.run import Run, start

# -- the names ---------------------------------------------------------------------------------------------------------

CONSONANTS, LIGHT, DARK = "bdfgklmnrstv", "eiy", "aou"
SYLLABLES = (2, 3, 4)
LETTERS = "." + CONSONANTS + LIGHT + DARK
"""A dot is before the first letter and behind the last."""

LONGEST = 2 * max(SYLLABLES) + 2
"""Letters of the longest name, with one dot."""


def invent() -> str:
    """A name by the rule."""

    def one_of(choices: Sequence[Any]) -> Any:
        return choices[mg.randint(0, len(choices), ()).item()]

    vowels = one_of((LIGHT, DARK))
    consonants = [one_of(CONSONANTS) for _ in range(one_of(SYLLABLES))]
    return "".join(consonant + one_of(vowels) for consonant in consonants) + consonants[0]


def laws(name: str) -> dict[str, bool]:
    """Which laws a name obeys: the pattern of its letters, its vowels, its end."""
    vowels = set(name) - set(CONSONANTS)
    pattern = "".join("c" if letter in CONSONANTS else "v" for letter in name)
    return {
        "syllables": pattern in {"cv" * count + "c" for count in SYLLABLES},
        "vowels of one kind": vowels <= set(LIGHT) or vowels <= set(DARK),
        "ends as it begins": name[:1] == name[-1:],
    }


def entropy() -> float:
    """Nats for each letter and the closing dot, which the best of all predictions still pays.

    The choices in a name are even: a kind of vowels, a count, and in every syllable a consonant and one of its vowels.
    """
    syllables = sum(SYLLABLES) / len(SYLLABLES)
    name = np.log(2) + np.log(len(SYLLABLES)) + syllables * np.log(len(CONSONANTS) * len(LIGHT))
    return name / (2 * syllables + 2)


def encode(names: Sequence[str]) -> tuple[mg.Tensor, mg.Tensor]:
    """Inputs and targets, each (N, LONGEST) of int64: letters, and the one after each, or -100 behind the end."""
    numbers = np.zeros((len(names), LONGEST), dtype=np.int64)
    targets = np.full_like(numbers, -100)
    for i, name in enumerate(names):
        places = [LETTERS.index(letter) for letter in name]
        numbers[i, 1 : len(name) + 1] = places
        targets[i, : len(name) + 1] = [*places, 0]
    return mg.from_numpy(numbers), mg.from_numpy(targets)


# -- the networks ------------------------------------------------------------------------------------------------------


class Embedding(nn.Module):
    """Letters (N, L) to the logits of the next ones (N, L, letters), each from one letter alone."""

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        self.letters = nn.Embedding(len(LETTERS), size)
        self.following = nn.Linear(size, len(LETTERS))

    def read(self, letters: mg.Tensor) -> mg.Tensor:
        """What is known at each letter, (N, L, size)."""
        return self.letters(letters)

    def forward(self, letters: mg.Tensor) -> mg.Tensor:
        return self.following(self.read(letters))


class LSTM(Embedding):
    """The same, with a state that goes along from letter to letter."""

    def __init__(self, size: int = 64) -> None:
        super().__init__(size)
        self.lstm = nn.LSTM(size, size, batch_first=True)

    def read(self, letters: mg.Tensor) -> mg.Tensor:
        return self.lstm(super().read(letters))[0]


class Attention(Embedding):
    """The same, where each letter asks all up to itself: a layer of a transformer (Vaswani et al. 2017)."""

    def __init__(self, size: int = 64, heads: int = 4) -> None:
        super().__init__(size)
        self.places = nn.Embedding(LONGEST, size)
        self.attention = nn.MultiheadAttention(size, heads, batch_first=True)
        self.think = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, 2 * size), nn.ReLU(), nn.Linear(2 * size, size))

    def look(self, letters: mg.Tensor) -> tuple[mg.Tensor, mg.Tensor]:
        """What is known at each letter, (N, L, size), and what it looked at for it, (N, heads, L, L)."""
        length = letters.shape[1]
        known = super().read(letters) + self.places(mg.arange(length))
        future = mg.ones(length, length, dtype=mg.bool).triu(1)
        heard, weights = self.attention(known, known, known, attn_mask=future, average_attn_weights=False)
        return known + heard, weights

    def read(self, letters: mg.Tensor) -> mg.Tensor:
        known, _ = self.look(letters)
        return known + self.think(known)


# -- learning ----------------------------------------------------------------------------------------------------------


def loss(network: nn.Module, names: Sequence[str]) -> mg.Tensor:
    """Nats for each letter and the closing dot."""
    letters, following = encode(names)
    return F.cross_entropy(network(letters).flatten(0, 1), following.flatten())


@mg.no_grad()
def speak(network: nn.Module, count: int) -> list[str]:
    """Names by the network: each letter drawn from the probabilities that it gives, up to the dot."""
    letters = mg.zeros(count, 1, dtype=mg.int64)
    for _ in range(LONGEST - 1):
        letters = mg.cat([letters, mg.multinomial(network(letters)[:, -1].softmax(1), 1)], 1)
    return ["".join(LETTERS[i] for i in row).partition(".")[0] for row in letters[:, 1:].tolist()]


def shares(names: Sequence[str]) -> dict[str, float]:
    """The share of names that obey each law, and all of them."""
    obeyed = [laws(name) for name in names]
    each = {law: float(np.mean([name[law] for name in obeyed])) for law in obeyed[0]}
    return {**each, "all laws": float(np.mean([all(name.values()) for name in obeyed]))}


class Record(NamedTuple):
    """What a network did while it learned: the loss of every step, and which laws its names obeyed after some."""

    losses: list[float]
    said: dict[int, dict[str, float]]


def learn(network: nn.Module, steps: int, run: Run) -> Record:
    """Train on new names in every step; after 1, 3, 10, 32 … steps have the network speak, and print some of it."""
    record, name = Record([], {}), type(network).__name__
    optimizer = optim.Adam(network.parameters(), 4e-3)
    schedule = optim.lr_scheduler.LinearLR(optimizer, 1, 0, steps)
    bar = run.progress(range(1, steps + 1), name)
    for step in bar:
        optimizer.zero_grad()
        nats = loss(network, [invent() for _ in range(32)])
        nats.backward()
        optimizer.step()
        schedule.step()
        record.losses.append(nats.item())
        if step in {round(10 ** (i / 2)) for i in range(20)} | {steps}:
            spoken = speak(network, 300)
            record.said[step] = shares(spoken)
            bar.write(f"{name:>9} after {step:4} steps: {'  '.join(spoken[:8])}")
    return record


# -- what there is to see ----------------------------------------------------------------------------------------------

COLOUR = {"Embedding": ORANGE, "LSTM": BLUE, "Attention": GREEN}


def draw_learning(records: dict[str, Record]) -> Figure:
    """The loss above the entropy of the rule, and the share of names that obey every law."""
    picture, (left, right) = figure(1, 2, (8, 3.6))
    for name, record in records.items():
        window = max(1, len(record.losses) // 60)
        losses = np.array(record.losses[: len(record.losses) // window * window]).reshape(-1, window).mean(1)
        left.plot(window * np.arange(1, len(losses) + 1), losses, color=COLOUR[name], label=name)
        right.plot(list(record.said), [said["all laws"] for said in record.said.values()], "o-", color=COLOUR[name])
    left.axhline(entropy(), color=GRAY, linestyle=":", label="entropy of the rule")
    left.set(xlabel="steps", ylabel="nats for each letter")
    left.legend()
    right.set(xscale="log", xlabel="steps", ylim=(-0.03, 1.03), title="share of names that obey all laws")
    return picture


@mg.no_grad()
def draw_attention(network: Attention, name: str) -> Figure:
    """Which letters each head looks at (columns) for the letter that follows each letter (rows)."""
    letters, _ = encode([name])
    _, weights = network.look(letters[:, : len(name) + 1])
    picture, panels = figure(1, weights.shape[1], (8, 2.6))
    for i, axes in enumerate(panels):
        show(axes, weights[0, i].numpy(), f"head {i + 1}", cmap="Blues", vmin=0, vmax=1)
        places = range(len(name) + 1)
        axes.set(xticks=places, xticklabels="." + name, yticks=places, yticklabels="." + name)
        axes.tick_params(length=0, labelsize=8)
    panels[0].set_ylabel("after this letter")
    picture.supxlabel("it looks at these", fontsize=10)
    return picture


def main(arguments: Sequence[str] | None = None) -> None:
    run = start("characters", __doc__, arguments, steps=Option(1500, 40, "steps of each network, 32 names in each"))
    networks = {kind.__name__: kind() for kind in (Embedding, LSTM, Attention)}
    records = {name: learn(network, run.options.steps, run) for name, network in networks.items()}
    unseen = [invent() for _ in range(1000)]
    run.save_figure("learning", draw_learning(records))
    run.save_figure("attention", draw_attention(networks["Attention"], "gosurobag"))
    results = {}
    for name, network in networks.items():
        results[name] = {"nats": loss(network, unseen).item(), **shares(speak(network, 1000))}
    table = [["", *results["LSTM"]]]
    table += [[name, *(f"{value:.3f}" for value in result.values())] for name, result in results.items()]
    table += [["the rule itself", f"{entropy():.3f}", *["1.000"] * 4]]
    nats = {name: f"{result['nats']:.3f}" for name, result in results.items()}
    lawful = {name: f"{result['all laws']:.1%}" for name, result in results.items()}
    sentences = [
        f"An embedding alone comes to {nats['Embedding']} nats for each letter, an LSTM to {nats['LSTM']}, attention "
        f"to {nats['Attention']}, where {entropy():.3f} is the least; {lawful['Embedding']}, {lawful['LSTM']} and "
        f"{lawful['Attention']} of their names obey all laws.",
        "Chapter 7 says that the output of a recurrent layer, length × hidden size, must become a vector for the fully "
        "connected layer behind: not here, where nn.Linear reads the state at each letter by itself.",
    ]
    shown = {
        "learning.png": "Three networks learn to invent names; the dotted line is the entropy of the rule.",
        "attention.png": "Where attention looks: before the last letter of a name, at the first.",
    }
    run.finish({"entropy": entropy(), "results": results}, table, sentences, shown)


if __name__ == "__main__":
    main()
