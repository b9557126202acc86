"""Names by rule: the entropy against an enumeration, the laws by hand, the networks' look ahead, and the run."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from outcome import check_again

import minigrad as mg

EXAMPLE = "characters"


@pytest.mark.long
def test_same_seed_same_bits_and_a_report(quick, tmp_path, capsys):
    check_again(EXAMPLE, quick, tmp_path, capsys)


def test_the_entropy_is_that_of_all_names(monkeypatch):
    """With few letters all names can be listed with their probabilities."""
    import characters

    for name, letters in (("CONSONANTS", "bd"), ("LIGHT", "ei"), ("DARK", "ou"), ("SYLLABLES", (1, 2))):
        monkeypatch.setattr(characters, name, letters)
    names = {}
    for count, vowels in itertools.product((1, 2), ("ei", "ou")):
        for consonants in itertools.product("bd", repeat=count):
            for chosen in itertools.product(vowels, repeat=count):
                name = "".join(map("".join, zip(consonants, chosen))) + consonants[0]
                names[name] = 1 / 2 / 2 / 2**count / 2**count
    assert sum(names.values()) == pytest.approx(1)
    nats = -sum(p * math.log(p) for p in names.values())
    letters = sum(p * (len(name) + 1) for name, p in names.items())
    assert characters.entropy() == pytest.approx(nats / letters)


@pytest.mark.parametrize(
    ("name", "obeyed"),
    [
        ("bab", (False, True, True)),
        ("kinek", (True, True, True)),
        ("kinok", (True, False, True)),
        ("kinel", (True, True, False)),
        ("kinekk", (False, True, True)),
        ("", (False, True, True)),
    ],
)
def test_laws(name, obeyed):
    import characters

    assert tuple(characters.laws(name).values()) == obeyed


def test_invented_names_obey_all_laws():
    import characters

    names = [characters.invent() for _ in range(300)]
    assert all(all(characters.laws(name).values()) for name in names)
    assert len(set(names)) > 250


def test_letters_and_what_follows_them():
    import characters

    letters, following = characters.encode(["bib", "kadak"])

    def spell(row):
        return "".join(characters.LETTERS[i] for i in row if i >= 0)

    assert spell(letters[1, :6].tolist()) == ".kadak"
    assert spell(following[1].tolist()) == "kadak."
    assert spell(following[0].tolist()) == "bib."


@pytest.mark.parametrize("kind", ["Embedding", "LSTM", "Attention"])
def test_no_network_sees_the_future(kind):
    import characters

    network = getattr(characters, kind)()
    letters, _ = characters.encode(["gosurog"])
    changed = letters.clone()
    changed[0, 5] = 1
    before, after = network(letters).detach().numpy(), network(changed).detach().numpy()
    np.testing.assert_allclose(after[0, :5], before[0, :5], rtol=1e-5, atol=1e-6)
    assert abs(after[0, 5] - before[0, 5]).max() > 1e-3


def test_an_embedding_alone_learns_pairs_of_letters_at_best():
    """No loss can be below the entropy of a letter given the one before, counted in the same names."""
    import characters

    names = [characters.invent() for _ in range(400)]
    pairs = np.zeros((len(characters.LETTERS),) * 2)
    for name in names:
        for a, b in itertools.pairwise(f".{name}."):
            pairs[characters.LETTERS.index(a), characters.LETTERS.index(b)] += 1
    given = pairs / pairs.sum(1, keepdims=True)
    least = -(pairs[pairs > 0] * np.log(given[pairs > 0])).sum() / pairs.sum()
    network = characters.Embedding()
    optimizer = mg.optim.Adam(network.parameters(), 0.05)
    for _ in range(150):
        optimizer.zero_grad()
        nats = characters.loss(network, names)
        nats.backward()
        optimizer.step()
    assert least < nats.item() < least + 0.02


def test_even_a_quick_run_learns_something(quick):
    """Better than to take all 19 letters for equally probable; never better than the rule allows."""
    for result in quick.metrics["results"].values():
        assert quick.metrics["entropy"] < result["nats"] < math.log(19) - 0.3
