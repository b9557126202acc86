"""What PyTorch has and minigrad has not: for each name a word on why, or what does the work instead.

Read only when somebody asks for such a name: by the package itself, and by whatever stands for `torch`.
"""

from __future__ import annotations

_NO_COMPLEX = "there are no complex numbers here"
_NO_SPARSE = "tensors are dense here"
_NO_SMALL = "the floating point types are float16, float32 and float64"
_NO_QUANTIZED = "tensors are not quantized here"

REASONS: dict[str, str] = {
    **dict.fromkeys(("complex", "complex32", "complex64", "complex128", "cfloat", "cdouble", "chalf"), _NO_COMPLEX),
    **dict.fromkeys(("fft", "view_as_complex", "view_as_real", "polar", "stft", "istft", "signal"), _NO_COMPLEX),
    **dict.fromkeys(("bfloat16", "float8_e4m3fn", "float8_e5m2"), _NO_SMALL),
    **dict.fromkeys(("float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu"), _NO_SMALL),
    **dict.fromkeys(("sparse", "sparse_coo_tensor", "sparse_csr_tensor"), _NO_SPARSE),
    **dict.fromkeys(("qint8", "quint8", "qint32", "quint4x2", "quint2x4"), _NO_QUANTIZED),
    **dict.fromkeys(("ao", "quantization", "quantize_per_tensor"), _NO_QUANTIZED),
    **dict.fromkeys(("uint16", "uint32", "uint64"), "the integer types are uint8, int8, int16, int32 and int64"),
    "testing": "numpy.testing.assert_allclose compares tensors too",
    "onnx": "minigrad.save writes NumPy archives",
    "export": "minigrad.save writes NumPy archives",
    **dict.fromkeys(("Storage", "FloatStorage", "DoubleStorage", "IntStorage"), "use TypedStorage(dtype=)"),
    "nested": "pad sequences with minigrad.nn.utils.rnn.pad_sequence",
    "histogram": "use histc, or NumPy's histogram",
    "igamma": "minigrad.distributions.Gamma(...).cdf computes it",
    "quasirandom": "points come from minigrad.rand",
    "combine_state_for_ensemble": "use minigrad.func.stack_module_state",
    **dict.fromkeys(("geqrf", "ormqr", "lu", "lu_solve", "triangular_solve"), "minigrad.linalg.solve and qr are there"),
    "tensorboard": "write figures with matplotlib, or print them",
    "cpp_extension": "write a Function with NumPy: minigrad.autograd.Function",
    "_C": "there is no library in C++ below",
    "xpu": "there is one device, the CPU",
}


def missing(name: str) -> str:
    """What to say when `name`, such as 'nn.LazyLinear' or 'fft', is asked for."""
    for part in reversed(name.split(".")):
        if part in REASONS:
            return f"minigrad leaves out {name!r}: {REASONS[part]}. What else is left out stands in docs/departures.md"
    return f"minigrad has no {name!r}. What is left out, and what to use instead, stands in docs/departures.md"
