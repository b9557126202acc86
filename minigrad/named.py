"""The name under which the package shows itself: its own, or `torch` while it stands for it (`minigrad.as_torch`)."""

package = "minigrad"
