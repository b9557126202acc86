"""`viz.watch`: a training run on one page, which can be read while the run goes on.

    with viz.watch(model, optimizer, path="runs/first/watch.html") as watch:
        for x, y in loader:
            ...
            optimizer.step()
            watch.log(loss=loss)

`log` ends a step. What it is given, and the learning rates, are curves; now and then a step is looked at more closely:
activations, gradients, weights and updates of every layer. How often is such that the run takes a few per cent longer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from os import PathLike
from time import perf_counter
from typing import Any

import numpy as np

from minigrad.io.atomic import StrPath
from minigrad.nn.modules.module import Module
from minigrad.optim.optimizer import Optimizer
from minigrad.viz.engine import Variable
from minigrad.viz.page.file import Page
from minigrad.viz.recording.names import caller
from minigrad.viz.training.images import grid, is_image
from minigrad.viz.training.look import Layer, Look, layers_of
from minigrad.viz.training.naming import named
from minigrad.viz.training.pace import Pace
from minigrad.viz.training.page import VERSION, page_of
from minigrad.viz.training.series import Curve, Moments

ROWS = 24_000
"""So many distributions a page holds, over all layers and times."""
LOOKS = (24, 160)
"""So many looks are kept at least, and at most."""
MAPS = 600
"""So many pictures of weights a page holds, of up to 1.4 kilobytes each."""
MOST_NAMES = 64
MOST_IMAGES = 40


class Watch:
    """A run that is being watched. `step` counts the calls of `log`; `page()` is what there is to see now."""

    def __init__(
        self,
        models: dict[str, Module],
        optimizers: dict[str, Optimizer],
        path: StrPath | None,
        every: int | None,
        layers: bool,
        title: str,
    ) -> None:
        self.path = path
        self.title = title
        self.step = 0
        self.optimizers = optimizers
        self.layers: list[Layer] = layers_of(models)
        self.curves: dict[str, Curve] = {}
        self.rates: dict[str, Curve] = {}
        self.images: dict[str, Moments] = {}
        rows = sum(2 + 2 * len(layer.parameters) for layer in self.layers)
        weights = sum(each.array.ndim >= 2 for layer in self.layers for each in layer.parameters.values())
        self.looks = Moments(min(LOOKS[1], max(LOOKS[0], ROWS // max(rows, 1))))
        self.weights = Moments(min(24, max(2, MAPS // max(weights, 1))))
        self._hooks = layers
        self._pace = Pace(every)
        self._look: Look | None = None
        self._closed = False
        self._begin()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def log(self, **values: Any) -> None:
        """End a step, and note what belongs to it.

        Args:
            values: by their names numbers (a Python number or a tensor of one element), which become curves, and
                images: tensors or arrays (N, C, H, W), (C, H, W) with 1 or 3 channels, (N, H, W) or (H, W), of which
                the first 36 are shown. Bytes are shown as they are, floats as numbers from 0 to 1 or from -1 to 1.

        NaN and infinities are noted as such. TypeError for anything else, and RuntimeError after `close`; then
        nothing is noted, and the step has not ended.
        """
        if self._closed:
            raise RuntimeError("log: this watch has been closed; watch the model anew to go on")
        numbers: dict[str, float] = {}
        pictures: dict[str, Any] = {}
        for name, value in values.items():
            array = value.array if isinstance(value, Variable) else value
            if isinstance(array, (int, float)) or getattr(array, "size", 0) == 1:
                numbers[name] = float(array if isinstance(array, (int, float)) else array.reshape(())[()])
            elif isinstance(array, np.ndarray) and is_image(array):
                pictures[name] = array
            else:
                raise TypeError(f"log: {name} must be a number or images, not {_described(value)}")
        self._check_names(numbers, pictures)
        self.step = step = self.step + 1
        for name, number in numbers.items():
            curve = self.curves.get(name)
            if curve is None:
                curve = self.curves[name] = Curve()
            curve.add(step, number)
        for name, array in pictures.items():
            self.images.setdefault(name, Moments(MOST_IMAGES)).add(_json({"step": step, **grid(array)}))
        for name, optimizer in self.optimizers.items():
            for index, group in enumerate(optimizer.param_groups):
                key = name if index == 0 else f"{name}[{index}]"
                curve = self.rates.get(key)
                if curve is None:
                    curve = self.rates[key] = Curve()
                curve.add(step, float(group["lr"]))
        if self._look is not None:
            self._end_look()
        if self._pace.due(step + 1):
            self._begin()
        if self.path is not None and self._pace.page_is_due():
            self.write()

    def page(self) -> Page:
        """The page as it is now, which a notebook displays."""
        return Page(page_of([self.data()], self.title), self.title, "The training of")

    def write(self) -> None:
        """Write the page to `path` now, whole or not at all; OSError if it cannot be written."""
        if self.path is None:
            raise ValueError(
                "write: this watch has no path; viz.watch(model, optimizer, path='watch.html') gives it one"
            )
        started = perf_counter()
        self.page().write(self.path)
        self._pace.wrote(perf_counter() - started)

    def close(self) -> None:
        """End the watch: take all hooks away, and write the page if it has a path. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        if self._look is not None:
            self._look.release()  # of a step that never ended nothing is told
            self._look = None
        if self.path is not None:
            self.write()

    def state_dict(self) -> dict[str, Any]:
        """All that is known of the run, to go on later: {"watch": text}, a few hundred kilobytes at most."""
        return {"watch": self.data()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on with the page of a run, from where its `state_dict()` was taken.

        ValueError if it is no state of a watch, or one of other layers; nothing is changed then.
        """
        try:
            data = json.loads(state_dict["watch"])
            known = data["version"] == VERSION
        except (KeyError, TypeError, ValueError):
            known = False
        if not known:
            raise ValueError("load_state_dict: this is not what state_dict() of a watch returned")
        own = json.loads(_json([layer.described for layer in self.layers]))
        if data["layers"] != own:
            here, there = (", ".join(each["name"] for each in layers) for layers in (own, data["layers"]))
            raise ValueError(f"load_state_dict: the state is of the layers {there}, and here there are {here}")
        self.step = data["step"]
        self.curves = {name: Curve.of(each) for name, each in data["curves"].items()}
        self.rates = {name: Curve.of(each) for name, each in data["rates"].items()}
        self.looks, self.weights = _restored(data["looks"]), _restored(data["weights"])
        self.images = {name: _restored(each) for name, each in data["images"].items()}
        if self._look is not None:
            self._look.release()
            self._look = None
        if self._pace.due(self.step + 1):
            self._begin()

    def data(self) -> str:
        """All that is known of the run, as JSON: what its page shows."""
        head = {
            "version": VERSION,
            "title": self.title,
            "step": self.step,
            "running": not self._closed,
            "curves": {name: each.state() for name, each in self.curves.items()},
            "rates": {name: each.state() for name, each in self.rates.items()},
            "layers": [layer.described for layer in self.layers],
        }
        images = ",".join(f"{_json(name)}:{each.json()}" for name, each in self.images.items())
        tail = f'"looks":{self.looks.json()},"weights":{self.weights.json()},"images":{{{images}}}'
        return f"{_json(head)[:-1]},{tail}}}"

    def _repr_html_(self) -> str:
        return self.page()._repr_html_()

    def __repr__(self) -> str:
        return f"<Watch of {self.title} at step {self.step}>"

    def _begin(self) -> None:
        self._look = Look(self.layers, list(self.optimizers.values()), self._hooks)

    def _end_look(self) -> None:
        look, self._look = self._look, None
        assert look is not None
        seen = look.end()
        pictures = look.pictures()
        started = perf_counter()
        self.looks.add(_json({"step": self.step, "layers": {str(at): seen[at] for at in sorted(seen)}}))
        if pictures:
            self.weights.add(_json({"step": self.step, "pictures": pictures}))
        self._pace.looked(look.seconds + perf_counter() - started)

    def _check_names(self, numbers: Mapping[str, Any], pictures: Mapping[str, Any]) -> None:
        """What was a curve stays a curve, and there are not so many names that a page could not hold them."""
        for name in numbers:
            if name in self.images:
                raise TypeError(f"log: {name} was images before, and is a number now; give it a name of its own")
        for name in pictures:
            if name in self.curves:
                raise TypeError(f"log: {name} was a number before, and is images now; give it a name of its own")
        if len({*self.curves, *self.images, *numbers, *pictures}) > MOST_NAMES:
            raise ValueError(f"log: a page holds up to {MOST_NAMES} names of numbers and images, and these are more")


def watch(
    model: Module | Sequence[Module] | Mapping[str, Module],
    optimizer: Optimizer | Sequence[Optimizer] | Mapping[str, Optimizer] | None = None,
    *,
    path: StrPath | None = None,
    every: int | None = None,
    layers: bool = True,
    title: str | None = None,
) -> Watch:
    """Watch a run of training: a context whose `log` ends each step, and whose page shows how the run goes.

    Args:
        model: a module, or several: a list, or a dict that names them. Without a dict they go by the names that they
            have in the caller's code.
        optimizer: what trains them, likewise; None shows no learning rates.
        path: the page, which is written anew every few seconds, whole, and at the end (default None: none is written;
            a notebook displays the watch, or `page()`).
        every: look at the layers in every so manieth step (default None: as often as costs some two per cent of the
            time, so that the looks of two runs are at different steps).
        layers: whether to look at activations and their gradients, by hooks (default True). False looks at parameters
            only and uses no hook, for models and steps that `minigrad.compile` runs.
        title: what the page is headed (default None: the names of the models).

    The curves of a long run become coarser and its looks fewer, so that memory and page stay small. Where a layer is
    called several times in a step the first is looked at.

    TypeError if a model is no module, an optimizer none, or another argument of a wrong kind; ValueError if there is no
    model, two have one name, or `every` is not at least 1.

    >>> import minigrad as mg
    >>> from minigrad import nn, optim, viz
    >>> net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    >>> adam = optim.Adam(net.parameters(), lr=0.01)
    >>> with viz.watch(net, adam) as watch:
    ...     for _ in range(3):
    ...         adam.zero_grad()
    ...         loss = net(mg.randn(16, 2)).square().mean()
    ...         loss.backward()
    ...         adam.step()
    ...         watch.log(loss=loss)
    >>> watch
    <Watch of net at step 3>
    """
    frame = caller()
    models = named(model, Module, "model", "a module", frame)
    optimizers = {} if optimizer is None else named(optimizer, Optimizer, "optimizer", "an optimizer", frame)
    if path is not None and not isinstance(path, (str, PathLike)):
        raise TypeError(f"watch: path is the file to write, a text or a Path, not {type(path).__name__}")
    if every is not None and (isinstance(every, bool) or not isinstance(every, int)):
        raise TypeError(f"watch: every is a number of steps or None, not {type(every).__name__}")
    if every is not None and every < 1:
        raise ValueError(f"watch: every must be at least 1, not {every}")
    if not isinstance(layers, bool):
        raise TypeError(f"watch: layers is True or False, not {layers!r}")
    if title is not None and not isinstance(title, str):
        raise TypeError(f"watch: title is a text, not {type(title).__name__}")
    return Watch(models, optimizers, path, every, layers, ", ".join(models) if title is None else title)


def _restored(state: dict[str, Any]) -> Moments:
    moments = Moments(state["most"])
    moments.restore(state, [_json(each) for each in state["kept"]])
    return moments


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _described(value: Any) -> str:
    shape = getattr(value, "shape", None)
    return type(value).__name__ if shape is None else f"{type(value).__name__} of shape {tuple(shape)}"
