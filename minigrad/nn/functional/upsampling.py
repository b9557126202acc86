"""Images in another size under the older names: `interpolate` with some of its options fixed."""

from __future__ import annotations

from typing import Any

from minigrad.ops.resampling import interpolate


def upsample(
    input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None
) -> Any:
    """As interpolate."""
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """As interpolate in mode "nearest"."""
    return interpolate(input, size, scale_factor)


def upsample_bilinear(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """As interpolate in mode "bilinear", with the corners kept."""
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)
