"""PyTorch's façade of the engine: derivatives on request, gradcheck, Functions, modes, anomalies, forward mode."""

import importlib as _importlib
from typing import Any as _Any

from minigrad.autograd import forward_ad, functional, graph
from minigrad.autograd.anomaly import detect_anomaly, set_detect_anomaly
from minigrad.autograd.function import Function, once_differentiable
from minigrad.autograd.gradcheck import GradcheckError, gradcheck, gradgradcheck
from minigrad.autograd.gradients import grad
from minigrad.autograd.variable import Variable
from minigrad.engine.grad import backward
from minigrad.engine.inference import inference_mode
from minigrad.engine.mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.engine.primitive import PRIMITIVES, bilinear, elementwise, general, linear
from minigrad.types import show_types

__all__ = [
    "PRIMITIVES",
    "Function",
    "GradcheckError",
    "Variable",
    "backward",
    "bilinear",
    "detect_anomaly",
    "elementwise",
    "enable_grad",
    "forward_ad",
    "functional",
    "general",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "graph",
    "inference_mode",
    "is_grad_enabled",
    "linear",
    "no_grad",
    "once_differentiable",
    "set_detect_anomaly",
    "set_grad_enabled",
]

show_types(globals(), __all__)


def __getattr__(name: str) -> _Any:
    if name == "profiler":  # loaded when it is first asked for
        return _importlib.import_module("minigrad.autograd.profiler")
    raise AttributeError(f"module 'minigrad.autograd' has no attribute {name!r}")
