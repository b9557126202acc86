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

from collections.abc import Mapping, Sequence
from os import PathLike
from time import perf_counter
from typing import Any

import numpy as np

from minigrad.io.atomic import StrPath
from minigrad.nn.modules.module import Module
from minigrad.optim.optimizer import Optimizer
from minigrad.viz.engine import Variable, caller
from minigrad.viz.page.file import Page
from minigrad.viz.training.history import History
from minigrad.viz.training.images import is_image
from minigrad.viz.training.look import Look, layers_of
from minigrad.viz.training.naming import named
from minigrad.viz.training.pace import Pace
from minigrad.viz.training.page import page_of
from minigrad.viz.training.series import Curve


class Watch:
    """A run that is being watched; `watch` makes one, and tells what its arguments are.

    Args:
        models, optimizers: what is watched, by name.
        path, every, layers, title: as `watch` takes them; `title` is a text.
    """

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
        self.optimizers = optimizers
        self.layers = layers_of(models)
        self.history = History(self.layers)
        self._hooks = layers
        self._pace = Pace(every)
        self._look: Look | None = None
        self._closed = False
        self._begin()

    @property
    def step(self) -> int:
        """How many steps there were: the calls of `log`."""
        return self.history.step

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
        history = self.history
        history.check_names(numbers, pictures)
        history.step = step = history.step + 1
        for name, number in numbers.items():
            curve = history.curves.get(name)
            if curve is None:
                curve = history.curves[name] = Curve()
            curve.add(step, number)
        for name, array in pictures.items():
            history.add_images(name, array)
        for name, optimizer in self.optimizers.items():
            for index, group in enumerate(optimizer.param_groups):
                key = name if index == 0 else f"{name}[{index}]"
                curve = history.rates.get(key)
                if curve is None:
                    curve = history.rates[key] = Curve()
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
        self.history = self.history.restored(state_dict.get("watch") if isinstance(state_dict, dict) else None)
        if self._look is not None:
            self._look.release()
            self._look = None
        if self._pace.due(self.step + 1):
            self._begin()

    def data(self) -> str:
        """All that is known of the run, as JSON: what its page shows."""
        return self.history.json(self.title, not self._closed)

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
        self.history.add_look(seen, pictures)
        self._pace.looked(look.seconds + perf_counter() - started)


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


def _described(value: Any) -> str:
    shape = getattr(value, "shape", None)
    return type(value).__name__ if shape is None else f"{type(value).__name__} of shape {tuple(shape)}"
