"""What is known of a run: curves, images, looks and weights, as they stand in its page and in a checkpoint.

All of it is bounded: a curve becomes coarser, of moments ever fewer are kept, and the more layers there are the fewer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from minigrad.viz.training.images import grid
from minigrad.viz.training.look import Layer
from minigrad.viz.training.page import VERSION
from minigrad.viz.training.series import Curve, Moments

ROWS = 24_000
"""So many distributions are kept, over all layers and times."""
LOOKS = (24, 160)
"""So many looks are kept at least, and at most."""
MAPS = 600
"""So many pictures of weights are kept, of up to 1.4 kilobytes each; of one weight two to twenty-four."""
MOST_IMAGES = 40
MOST_NAMES = 64


class History:
    """The past of one run; `step` is how long it is."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = layers
        self.step = 0
        self.curves: dict[str, Curve] = {}
        self.rates: dict[str, Curve] = {}
        self.images: dict[str, Moments] = {}
        rows = sum(2 + 2 * len(layer.parameters) for layer in layers)
        weights = sum(each.array.ndim >= 2 for layer in layers for each in layer.parameters.values())
        self.looks = Moments(min(LOOKS[1], max(LOOKS[0], ROWS // max(rows, 1))))
        self.weights = Moments(min(24, max(2, MAPS // max(weights, 1))))

    def check_names(self, numbers: Mapping[str, Any], images: Mapping[str, Any]) -> None:
        """TypeError where a curve would become images or images a curve, ValueError for more names than fit a page."""
        for name in numbers:
            if name in self.images:
                raise TypeError(f"log: {name} was images before, and is a number now; give it a name of its own")
        for name in images:
            if name in self.curves:
                raise TypeError(f"log: {name} was a number before, and is images now; give it a name of its own")
        if len({*self.curves, *self.images, *numbers, *images}) > MOST_NAMES:
            raise ValueError(f"log: a page holds up to {MOST_NAMES} names of numbers and images, and these are more")

    def add_images(self, name: str, images: Any) -> None:
        """Note images of this step."""
        self.images.setdefault(name, Moments(MOST_IMAGES)).add(as_json({"step": self.step, **grid(images)}))

    def add_look(self, seen: Mapping[int, Any], pictures: Mapping[str, Any]) -> None:
        """Note what was seen of the layers in this step, and the pictures of their weights."""
        self.looks.add(as_json({"step": self.step, "layers": {str(at): seen[at] for at in sorted(seen)}}))
        if pictures:
            self.weights.add(as_json({"step": self.step, "pictures": pictures}))

    def json(self, title: str, running: bool) -> str:
        """All of it, as a page shows it."""
        head = {
            "version": VERSION,
            "title": title,
            "step": self.step,
            "running": running,
            "curves": {name: each.state() for name, each in self.curves.items()},
            "rates": {name: each.state() for name, each in self.rates.items()},
            "layers": [layer.described for layer in self.layers],
        }
        images = ",".join(f"{as_json(name)}:{each.json()}" for name, each in self.images.items())
        tail = f'"looks":{self.looks.json()},"weights":{self.weights.json()},"images":{{{images}}}'
        return f"{as_json(head)[:-1]},{tail}}}"

    def restored(self, text: Any) -> History:
        """The history that `json` wrote. ValueError if it is none, or one of other layers than these."""
        try:
            data = json.loads(text)
            known = data["version"] == VERSION
        except (KeyError, TypeError, ValueError):
            known = False
        if not known:
            raise ValueError("load_state_dict: this is not what state_dict() of a watch returned")
        own = json.loads(as_json([layer.described for layer in self.layers]))
        if data["layers"] != own:
            here, there = (", ".join(each["name"] for each in layers) for layers in (own, data["layers"]))
            raise ValueError(f"load_state_dict: the state is of the layers {there}, and here there are {here}")
        history = History(self.layers)
        history.step = data["step"]
        history.curves = {name: Curve.of(each) for name, each in data["curves"].items()}
        history.rates = {name: Curve.of(each) for name, each in data["rates"].items()}
        history.looks, history.weights = _moments(data["looks"]), _moments(data["weights"])
        history.images = {name: _moments(each) for name, each in data["images"].items()}
        return history


def as_json(value: Any) -> str:
    """JSON as short as can be."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _moments(state: dict[str, Any]) -> Moments:
    moments = Moments(state["most"])
    moments.restore(state, [as_json(each) for each in state["kept"]])
    return moments
