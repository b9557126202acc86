"""The state of a module: its parameters and buffers by path, written down and loaded.

Loading is whole: all of it fits, or nothing is changed and one error lists what does not. So each module of the tree
first says what it would change (`_load_from_state_dict`), and only then is it done.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from minigrad.engine.node import plain
from minigrad.engine.versions import writes
from minigrad.engine.whole import made_whole
from minigrad.nn.modules.hook_table import Hook, of_kind
from minigrad.nn.modules.hooks import Hooked
from minigrad.nn.modules.tree import Tree
from minigrad.nn.parameter import Parameter
from minigrad.sharing import from_numpy
from minigrad.tensor import RemovableHandle, Tensor

EXTRA = "_extra_state"


class _IncompatibleKeys(NamedTuple):
    """The keys that a state lacked, and those that the module has no place for."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not any(self):
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class Loading(dict[str, Any]):
    """A state on its way into a tree of modules: what is to change, and which keys have found their place."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__(given)
        self._metadata = getattr(given, "_metadata", {})
        self.changes: list[Callable[[], None]] = []
        self.known: set[str] = set()
        self.checked: set[str] = set()
        """The paths of the modules that looked for their keys as all do, and so know what is too much."""


class State(Tree, Hooked):
    """What a Module knows of its state."""

    _version: int = 1
    """For subclasses whose state has changed its form: it is noted with the state, and told to who loads it."""

    def state_dict(
        self, *, destination: dict[str, Any] | None = None, prefix: str = "", keep_vars: bool = False
    ) -> dict[str, Any]:
        """All parameters and persistent buffers by path, as tensors on the same memory without history.

        Entered into `destination` if there is one. `keep_vars` gives the parameters themselves. An attribute
        `_metadata` of the dict has the version of each module.
        """
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()  # type: ignore[attr-defined]
        metadata = getattr(destination, "_metadata", {})

        def speaks_for_itself(module: State) -> bool:
            return module is not self and type(module).state_dict is not State.state_dict

        for module, path, entering in self._walk(prefix, speaks_for_itself):
            if speaks_for_itself(module):
                module.state_dict(destination=destination, prefix=path, keep_vars=keep_vars)
            elif entering:
                for hook in of_kind("state_dict_pre", module._hooks):
                    hook.call(module, path, keep_vars)
                metadata[path[:-1]] = {"version": module._version}
                module._save_to_state_dict(destination, path, keep_vars)
            else:
                for hook in of_kind("state_dict", module._hooks):
                    if hook.call(module, destination, path, metadata[path[:-1]]) is not None:
                        raise RuntimeError("state_dict post-hook must return None")
        return destination

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> _IncompatibleKeys:
        """Copy tensors or NumPy arrays, named as in `state_dict()`, into the parameters and buffers.

        Either all of it fits and is copied, in the dtypes of this module, or nothing changes and one RuntimeError lists
        what is missing, unexpected, or of another shape. `strict=False` lets keys be missing and unexpected. With
        `assign` the given tensors themselves, in their dtypes, take the places of the old ones.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"load_state_dict: Expected state_dict to be dict-like, got {type(state_dict).__name__}: it holds "
                "tensors by name"
            )
        state, missing, problems = Loading(state_dict), list[str](), list[str]()
        unexpected: list[str] = []
        afterwards: list[tuple[State, Hook]] = []
        paths: set[str] = set()
        for module, path, entering in self._walk(""):
            paths.add(path)
            if entering:
                local = {**state._metadata.get(path[:-1], {}), **({"assign_to_params_buffers": True} if assign else {})}
                module._load_from_state_dict(state, path, local, True, missing, unexpected, problems)
            else:
                afterwards += [(module, hook) for hook in of_kind("load_state_dict", module._hooks)]
        unexpected += [key for key in state if key not in state.known and _innermost(key, paths) in state.checked]
        keys = _IncompatibleKeys(missing, unexpected)
        if problems or not afterwards:  # hooks may yet forgive what is missing
            self._check(keys, problems, strict)
        made_whole(state.changes)
        for module, hook in afterwards:
            if hook.call(module, keys) is not None:
                raise RuntimeError(
                    "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new "
                    "values, if incompatible_keys need to be modified, it should be done inplace."
                )
        self._check(keys, problems, strict)
        return keys

    def _check(self, keys: _IncompatibleKeys, problems: list[str], strict: bool) -> None:
        found = []
        for kind, names in zip(("Missing", "Unexpected"), keys, strict=True):
            if strict and names:
                found.append(f"{kind} key(s) in state_dict: " + ", ".join(f'"{name}"' for name in names) + ".")
        if found or problems:
            listed = "\n\t".join([*found, *problems])
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{listed}")

    # -- of one module of the tree -------------------------------------------------------------------------------

    def _own_state(self) -> dict[str, Any]:
        tensors = {**self._parameters, **self._buffers}
        return {name: each for name, each in tensors.items() if each is not None and name not in self._transient}

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        """Enter what this module itself has; for subclasses to extend."""
        for name, value in self._own_state().items():
            destination[prefix + name] = value if keep_vars else value.detach()
        if type(self).get_extra_state is not State.get_extra_state:
            destination[prefix + EXTRA] = self.get_extra_state()

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Find in `state_dict` what belongs to this module itself; for subclasses to extend.

        What does not fit is entered into the lists. Given a dict of one's own, changes are made at once.
        """
        for hook in of_kind("load_state_dict_pre", self._hooks):
            hook.call(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        own, changes = self._own_state(), []
        assign = local_metadata.get("assign_to_params_buffers", False)
        for name, target in own.items():
            if prefix + name in state_dict:
                given = state_dict[prefix + name]
                _ = getattr(given, "shape", None)  # of a parameter that has none yet an error
                problem = _misfit(prefix + name, plain(given), target)
                if problem:
                    error_msgs.append(problem)
                else:
                    changes.append(partial(self._assign if assign else _copy, name, target, given))
            elif strict:
                missing_keys.append(prefix + name)
        if type(self).set_extra_state is not State.set_extra_state:
            own[EXTRA] = None
            if prefix + EXTRA in state_dict:
                changes.append(partial(self.set_extra_state, state_dict[prefix + EXTRA]))
            elif strict:
                missing_keys.append(prefix + EXTRA)
        if isinstance(state_dict, Loading):
            state_dict.checked.add(prefix)
            state_dict.known.update(prefix + name for name in own)
            state_dict.changes += changes
        else:
            for change in changes:
                change()

    def _assign(self, name: str, target: Tensor, given: Any) -> None:
        value = given if isinstance(given, Tensor) else from_numpy(given)
        if isinstance(target, Parameter) and not isinstance(value, Parameter):
            value = Parameter(value, target.requires_grad)
        setattr(self, name, value.requires_grad_(target.requires_grad))

    def get_extra_state(self) -> Any:
        """What else belongs to the state; for subclasses to define, together with `set_extra_state`."""
        raise RuntimeError(f"{type(self).__name__} has no extra state: define get_extra_state and set_extra_state")

    def set_extra_state(self, state: Any) -> None:
        """Take over what `get_extra_state` returned."""
        raise RuntimeError(f"{type(self).__name__} has no extra state: define get_extra_state and set_extra_state")

    # -- hooks ---------------------------------------------------------------------------------------------------

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before the state of the module is written down."""
        return self._hook(Hook("state_dict_pre", hook))

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` when it is; the hook may change the dict."""
        return self._hook(Hook("state_dict", hook))

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook` before the state of the module is loaded; it may change what is loaded.

        It gets (module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs).
        """
        return self._hook(Hook("load_state_dict_pre", hook))

    def _register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any], with_module: bool = False
    ) -> RemovableHandle:
        """An older form: the hook gets no module unless `with_module`."""
        return self.register_load_state_dict_pre_hook(hook if with_module else lambda module, *rest: hook(*rest))

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` when a state is loaded; it may take keys out of the lists."""
        return self._hook(Hook("load_state_dict", hook))


def _copy(name: str, target: Tensor, given: Any) -> None:
    target.array[...] = plain(given)
    writes.note(target.array, "load_state_dict")


def _innermost(key: str, paths: set[str]) -> str:
    """The longest of the `paths`, which end in a dot, that `key` begins with."""
    path = key
    while path not in paths:
        path = path.rstrip(".").rpartition(".")[0]
        path += "." if path else ""
    return path


def _misfit(key: str, value: Any, target: Tensor) -> str | None:
    """Why `value` cannot be loaded into `target`."""
    if getattr(getattr(value, "dtype", None), "kind", "") not in ("b", "i", "u", "f"):
        kind = f"{type(value).__name__} of {value.dtype}" if hasattr(value, "dtype") else type(value).__name__
        return f"{key} must be a Tensor or an array of real numbers, not {kind}."
    if value.shape != target.array.shape:
        seen, wanted = value.shape, target.array.shape
        return (
            f"size mismatch for {key}: copying a param with shape {seen} from checkpoint, the shape in current model "
            f"is {wanted}."
        )
    return None
