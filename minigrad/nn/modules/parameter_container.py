"""Lists and dicts of parameters, for a module to use in its forward.

A plain Python list would hide what it holds from `parameters()`; these do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

from minigrad.nn.modules.container import Container, NamedContainer, OrderedContainer
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.tensor import Tensor


class _Attributes(MutableMapping[str, Any]):
    """The entries of a container that are attributes of it, so that each goes where its kind belongs."""

    def __init__(self, owner: Module) -> None:
        self.owner: Module = owner
        self.names: dict[str, None] = owner.__dict__.setdefault("_names", {})

    def __getitem__(self, name: str) -> Any:
        if name not in self.names:
            raise KeyError(name)
        return getattr(self.owner, name)

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self.owner, name, value)
        self.names[name] = None

    def __delitem__(self, name: str) -> None:
        delattr(self.owner, name)
        del self.names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


class _OfParameters(Container):
    """What the two containers of parameters share: tensors become parameters, and anything else is kept beside them."""

    @property
    def _entries(self) -> MutableMapping[str, Any]:
        return _Attributes(self)

    def _set(self, name: str, value: Any) -> None:
        self._entries[name] = value

    def _admitted(self, value: Any) -> Any:
        return Parameter(value) if isinstance(value, Tensor) and not isinstance(value, Parameter) else value

    def _type_of(self, tensor: Tensor) -> str:
        return str(tensor.dtype)

    def extra_repr(self) -> str:
        return "\n".join(
            f"  ({name}): Parameter containing: [{self._type_of(each)} of size {'x'.join(map(str, each.shape))}]"
            if isinstance(each, Tensor)
            else f"  ({name}): Object of type: {type(each).__name__}"
            for name, each in self._entries.items()
        )


class ParameterList(_OfParameters, OrderedContainer):
    """A list of parameters, for a module to use in its forward.

    Args:
        values: what is in it in the beginning; tensors become parameters (default None: nothing).

    >>> len(nn.ParameterList([mg.zeros(2), mg.zeros(3)]))
    2
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._hold(() if values is None else values)


class ParameterDict(_OfParameters, NamedContainer):
    """Parameters by name, for a module to use in its forward; tensors become parameters.

    >>> list(nn.ParameterDict({"scale": mg.ones(2)}))
    ['scale']
    """

    def _type_of(self, tensor: Tensor) -> str:
        return str(tensor.type())
