"""The attributes of a module, sorted into tables as they are assigned.

A module keeps three tables: its parameters, which learn; its buffers, which are state that no gradient reaches; and its
children, which are modules again. `self.weight = Parameter(...)` is all that it takes to enter one.
"""

from __future__ import annotations

from typing import Any

from minigrad.engine.gate import Constructed
from minigrad.nn.modules.hook_table import registrations
from minigrad.nn.parameter import Buffer, Parameter
from minigrad.tensor import Tensor

TABLES = {
    "_parameters": ("parameter", "a Parameter"),
    "_modules": ("child module", "a Module"),
    "_buffers": ("buffer", "a Tensor"),
}
"""The tables, with the words for what they hold."""


class Registry(Constructed):
    """An object whose attributes are looked up in tables, where they are of a kind that has one."""

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Any]
    _transient: set[str]
    """The buffers that are not saved."""

    def __init__(self) -> None:
        # Past __setattr__, which looks into these tables.
        self.__dict__.update(_parameters={}, _buffers={}, _modules={}, _transient=set())

    def __getattr__(self, name: str) -> Any:
        # Python comes here for what is no ordinary attribute. Layers do at every call, hence no call of _table_of.
        own = self.__dict__
        for table in TABLES:
            if table in own and name in own[table]:
                return own[table][name]
        hint = "" if "_modules" in own else ": Module.__init__() was not called, call super().__init__() first"
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Parameter):
            self._enter("_parameters", name, value, replace=True)
        elif isinstance(value, Registry):
            self._enter("_modules", name, value, replace=True)
        elif isinstance(value, Buffer):
            self._enter("_buffers", name, value, replace=True)
            if not value.persistent:
                self._transient.add(name)
        else:
            table = self._table_of(name)
            if table is None:
                super().__setattr__(name, value)
            elif value is None or (table == "_buffers" and isinstance(value, Tensor)):
                self.__dict__[table][name] = value
            else:
                raise self._refused(table, name, value)

    def __delattr__(self, name: str) -> None:
        table = self._table_of(name)
        if table is None:
            super().__delattr__(name)
        else:
            del self.__dict__[table][name]
            self._transient.discard(name)

    def __dir__(self) -> list[str]:
        names = {*super().__dir__(), *self._parameters, *self._buffers, *self._modules}
        return sorted(name for name in names if not name[:1].isdigit())  # "0" cannot be written as an attribute

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over the attributes of a copy, or of what was pickled; a class of one's own may add to them here."""
        self.__dict__.update(state)

    def _table_of(self, name: str) -> str | None:
        """The table that has `name`; None for ordinary attributes."""
        own = self.__dict__
        for table in TABLES:
            if table in own and name in own[table]:
                return table
        return None

    def _enter(self, table: str, name: str, value: Any, replace: bool = False) -> None:
        """Put `value` into a table; with `replace`, an attribute of that name elsewhere makes way for it."""
        own = self.__dict__
        kind = TABLES[table][0]
        if "_modules" not in own:
            raise AttributeError(f"cannot assign {kind}s before Module.__init__() call: call super().__init__() first")
        if not isinstance(name, str):
            raise TypeError(f"{kind.split()[-1]} name should be a string. Got {type(name).__name__}")
        if "." in name or not name:
            raise KeyError(f"the name of a {kind} must not be empty or contain '.', got {name!r}")
        if name not in own[table]:
            if hasattr(self if not replace else type(self), name):
                raise KeyError(f"attribute {name!r} already exists")
            for place in (own, *(own[each] for each in TABLES)):
                place.pop(name, None)
        for hook in list(registrations.values()):
            if hook.kind == table:
                changed = hook.call(self, name, value)
                value = value if changed is None else changed
        own[table][name] = value
        self._transient.discard(name)

    def _refused(self, table: str, name: str, value: Any) -> TypeError:
        kind, wanted = TABLES[table]
        return TypeError(f"cannot assign {type(value).__name__!r} as {kind} {name!r} ({wanted} or None expected)")

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter; None keeps the name for one that this module does without."""
        if param is not None and not isinstance(param, Parameter):
            raise self._refused("_parameters", name, param)
        self._enter("_parameters", name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add state that is no parameter, such as a running mean; `state_dict` has it if it is `persistent`."""
        if tensor is not None and not isinstance(tensor, Tensor):
            raise self._refused("_buffers", name, tensor)
        self._enter("_buffers", name, tensor)
        if not persistent:
            self._transient.add(name)

    def add_module(self, name: str, module: Any) -> None:
        """Add a child."""
        if module is not None and not isinstance(module, Registry):
            raise self._refused("_modules", name, module)
        self._enter("_modules", name, module)

    register_module = add_module
