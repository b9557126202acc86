"""Saving and loading: what comes back, what the file holds, and what a failure leaves behind."""

from __future__ import annotations

import copy
import io
import json
import math
import os
import pickle
import subprocess
import sys
import tracemalloc
import zipfile
from argparse import Namespace
from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import minigrad
import minigrad as mg
from minigrad.io import atomic_write


def round_trip(value):
    file = io.BytesIO()
    minigrad.save(value, file)
    file.seek(0)
    return minigrad.load(file)


def assert_same(left, right):
    """The same types and values throughout; NaN is itself, and 0.0 is not -0.0."""
    assert type(left) is type(right)
    if isinstance(left, dict):
        assert len(left) == len(right)
        for (left_key, left_value), (right_key, right_value) in zip(left.items(), right.items(), strict=True):
            assert_same(left_key, right_key)
            assert_same(left_value, right_value)
    elif isinstance(left, (list, tuple)):
        assert len(left) == len(right)
        for left_part, right_part in zip(left, right, strict=True):
            assert_same(left_part, right_part)
    elif isinstance(left, minigrad.Tensor):
        assert left.requires_grad == right.requires_grad
        assert_same(left.array, right.array)
    elif isinstance(left, (np.ndarray, np.generic)):
        assert left.dtype == right.dtype
        assert left.shape == right.shape
        assert left.tobytes() == right.tobytes()
    elif isinstance(left, float):
        assert left.hex() == right.hex()
    else:
        assert left == right


arrays = npst.arrays(
    dtype=npst.scalar_dtypes().filter(lambda dtype: dtype.kind != "O"),
    shape=npst.array_shapes(min_dims=0, min_side=0),
)
tensors = st.builds(
    lambda array, flag: minigrad.tensor(array, requires_grad=flag and array.dtype.kind == "f"),
    npst.arrays(dtype=st.sampled_from(["f2", "f4", "f8", "i8", "u1", "?"]), shape=npst.array_shapes(min_dims=0)),
    st.booleans(),
)
keys = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False))
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), arrays, tensors,
    npst.arrays(dtype=npst.scalar_dtypes(), shape=()).map(lambda array: array[()]),
)  # fmt: skip
states = st.recursive(
    leaves,
    lambda parts: st.one_of(st.lists(parts), st.lists(parts).map(tuple), st.dictionaries(keys, parts, max_size=5)),
    max_leaves=8,
)


class TestRoundTrip:
    @given(states)
    def test_every_part_comes_back(self, state):
        assert_same(round_trip(state), state)

    @pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, -0.0, 5e-324, 1.7976931348623157e308, 0.1])
    def test_floats_are_exact(self, value):
        assert_same(round_trip([value]), [value])

    def test_integers_have_no_limit(self):
        assert round_trip({"inc": 2**127 + 1}) == {"inc": 2**127 + 1}

    def test_the_state_of_a_generator_goes_on_where_it_was(self):
        generator = minigrad.Generator().manual_seed(3)
        generator.numpy.normal(size=5)
        state = round_trip(generator.get_state())
        expected = generator.numpy.normal(size=5)
        other = minigrad.Generator()
        other.set_state(state)
        np.testing.assert_array_equal(other.numpy.normal(size=5), expected)

    def test_subclasses_come_back_plain(self):
        assert_same(round_trip(OrderedDict(a=1, b=2)), {"a": 1, "b": 2})

    @pytest.mark.parametrize(
        "array", [np.arange(12).reshape(3, 4).T, np.arange(10)[::-2], np.broadcast_to(1.5, (2, 3))]
    )
    def test_layout_of_memory_does_not_matter(self, array):
        loaded = round_trip(array)
        np.testing.assert_array_equal(loaded, array)
        loaded[...] = 0  # what is loaded can be written

    def test_big_endian_and_structured_arrays(self):
        record = np.array([(1, 2.5)], dtype=[("index", ">i4"), ("value", "<f8")])
        assert_same(round_trip(record), record)


class TestSharing:
    def test_shared_memory_is_written_once_and_shared_again(self):
        weight = np.arange(1000.0)
        file = io.BytesIO()
        one, other = minigrad.from_numpy(weight), minigrad.from_numpy(weight)
        minigrad.save({"encoder": one, "decoder": other, "raw": weight[:]}, file)
        assert len(file.getvalue()) < 2 * weight.nbytes
        file.seek(0)
        loaded = minigrad.load(file)
        loaded["encoder"].array[0] = 7.0
        assert loaded["decoder"].array[0] == 7.0
        assert loaded["raw"][0] == 7.0

    def test_parts_of_one_array_are_different_arrays(self):
        base = np.arange(6.0)
        loaded = round_trip([base[:3], base[3:], base[:3].reshape(1, 3), base[:3].view(np.int64)])
        np.testing.assert_array_equal(loaded[0], [0, 1, 2])
        np.testing.assert_array_equal(loaded[1], [3, 4, 5])
        np.testing.assert_array_equal(loaded[2], [[0, 1, 2]])
        assert loaded[3].dtype == np.int64


class TestFormat:
    def test_numpy_opens_the_arrays_under_their_place(self, tmp_path):
        state = {
            "model": {"0.weight": minigrad.tensor([[1.0, 2.0]])},
            "steps": [np.array([3]), np.array([4])],
        }
        minigrad.save(state, tmp_path / "state.mg")
        with np.load(tmp_path / "state.mg") as archive:
            np.testing.assert_array_equal(archive["model.0.weight"], [[1.0, 2.0]])
            np.testing.assert_array_equal(archive["steps.0"], [3])
            np.testing.assert_array_equal(archive["steps.1"], [4])

    def test_names_that_would_collide_or_escape_are_made_safe(self):
        state = {"a": {"b": np.array(1)}, "a.b": np.array(2), "../../x": np.array(3), "": np.array(4)}
        file = io.BytesIO()
        minigrad.save(state, file)
        names = zipfile.ZipFile(file).namelist()
        assert len(set(names)) == 5
        assert not any("/" in name for name in names)
        file.seek(0)
        loaded = minigrad.load(file)
        assert (loaded["a"]["b"], loaded["a.b"], loaded["../../x"], loaded[""]) == (1, 2, 3, 4)

    def test_the_structure_is_standard_json(self):
        file = io.BytesIO()
        minigrad.save({"loss": math.nan, 1: (True, None)}, file)

        def refuse(constant):
            raise AssertionError(f"{constant} is not JSON")

        content = json.loads(zipfile.ZipFile(file).read("minigrad.json"), parse_constant=refuse)
        assert content["object"] == {"dict": [["loss", {"float": "nan"}], [1, {"tuple": [True, None]}]]}

    def test_options_of_a_program_come_back(self):
        found = round_trip({"args": Namespace(lr=0.1, sizes=(1, 2), name=None)})
        assert found == {"args": Namespace(lr=0.1, sizes=(1, 2), name=None)}

    def test_of_a_module_its_state_is_saved(self):
        model = minigrad.nn.Linear(2, 1)
        with pytest.warns(UserWarning, match=r"state\['model'\]: of a Linear its state_dict\(\) is saved"):
            found = round_trip({"model": model})
        assert list(found["model"]) == ["weight", "bias"]
        np.testing.assert_array_equal(found["model"]["weight"], model.weight.detach())

    def test_equal_states_give_equal_bytes(self):
        files = [io.BytesIO(), io.BytesIO()]
        for file in files:
            minigrad.save({"w": np.ones(3), "lr": 0.1}, file)
        assert files[0].getvalue() == files[1].getvalue()


class Hook:
    def state_dict(self):
        return {}


class TestRefusals:
    @pytest.mark.parametrize(
        ("state", "message"),
        [
            ({"optimizer": {"hook": len}}, r"state\['optimizer'\]\['hook'\]: cannot save a builtin_function"),
            ([1, (2, {3})], r"state\[1\]\[1\]: cannot save a set"),
            (Ellipsis, r"state: cannot save an ellipsis"),
            ({"a": np.array([None])}, r"state\['a'\]: cannot save an array of dtype object"),
            ({"a": {(1, 2): 0}}, r"state\['a'\]: cannot save the key \(1, 2\), a tuple"),
            ({np.int64(1): 0}, r"state: cannot save the key .*1.*, an int64"),
        ],
    )
    def test_what_cannot_be_saved_is_named_and_nothing_is_written(self, tmp_path, state, message):
        path = tmp_path / "state.mg"
        path.write_text("what was here before")
        with pytest.raises(TypeError, match=message):
            minigrad.save(state, path)
        assert path.read_text() == "what was here before"
        assert os.listdir(tmp_path) == ["state.mg"]

    def test_an_object_that_contains_itself(self, tmp_path):
        state = {}
        state["state"] = state
        with pytest.raises(ValueError, match="contains itself"):
            minigrad.save(state, tmp_path / "state.mg")

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"absent\.mg"):
            minigrad.load(tmp_path / "absent.mg")

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "it is empty"),
            (b"hello", "no known format"),
            (pickle.dumps({"w": 1}), "it is a pickle"),
            (b"\x93NUMPY\x01\x00", "it is a NumPy array"),
            (b"PK\x03\x04 and so on", "cut short"),
        ],
    )
    def test_a_file_of_another_kind(self, tmp_path, content, reason):
        path = tmp_path / "x.pt"
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"load: '.*x\.pt' is not a minigrad file \({reason}|{reason}"):
            minigrad.load(path)

    def test_a_zip_of_another_kind(self, tmp_path):
        np.savez(tmp_path / "x.npz", a=np.ones(2))
        with pytest.raises(ValueError, match=r"not a minigrad file \(it is a NumPy archive; numpy.load"):
            minigrad.load(tmp_path / "x.npz")
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr("readme.txt", "hello")
        with pytest.raises(ValueError, match=r"not a minigrad file \(it is a zip of other things"):
            minigrad.load(tmp_path / "x.zip")

    @pytest.mark.torch
    @pytest.mark.parametrize("as_zip", [True, False])
    def test_a_file_of_pytorch_is_recognized(self, tmp_path, as_zip):
        torch = pytest.importorskip("torch")
        path = tmp_path / "x.pt"
        torch.save({"w": torch.ones(2)}, path, _use_new_zipfile_serialization=as_zip)
        with pytest.raises(ValueError, match=r"x\.pt' is not a minigrad file \(.*PyTorch"):
            minigrad.load(path)

    def test_a_later_version(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "x.mg", "w") as archive:
            archive.writestr("minigrad.json", '{"version": 99, "object": null}')
        with pytest.raises(ValueError, match="version 99"):
            minigrad.load(tmp_path / "x.mg")

    @pytest.mark.parametrize(
        "structure",
        [
            '{"array": "absent"}',
            '{"code": "x"}',
            '{"dict": [1]}',
            '{"array": 3}',
            "[",
            '{"dict": [[[], 1]]}',
            '{"dict": [["a", 1], ["a", 2]]}',
            '{"dict": [[{"tuple": []}, 1]]}',
            '{"tuple": [], "tuple": [1]}',
            '{"tuple": [], "dict": []}',
            '{"bytes": "AA==*"}',
            '{"bytes": "A"}',
            '{"float": "1e5"}',
            '{"float": "Infinity"}',
            '{"tensor": "w"}',
            '{"tensor": "w", "requires_grad": 1}',
            "NaN",
            "-Infinity",
            "[" * 100_000,
        ],
    )
    def test_a_structure_that_makes_no_sense(self, tmp_path, structure):
        with zipfile.ZipFile(tmp_path / "x.mg", "w") as archive:
            archive.writestr("minigrad.json", f'{{"version": 1, "object": {structure}}}')
        with pytest.raises(ValueError, match=r"x\.mg' cannot be read"):
            minigrad.load(tmp_path / "x.mg")

    @pytest.mark.parametrize("version", ["true", "1.0", '"1"', "null", "-1", "[1]"])
    def test_an_odd_version(self, tmp_path, version):
        with zipfile.ZipFile(tmp_path / "x.mg", "w") as archive:
            archive.writestr("minigrad.json", f'{{"version": {version}, "object": null}}')
        with pytest.raises(ValueError, match=r"x\.mg' cannot be read: its format is version"):
            minigrad.load(tmp_path / "x.mg")

    @pytest.mark.parametrize("content", ["[]", '{"version": 1}', '{"version": 1, "object": 1, "more": 2}', "1"])
    def test_an_odd_content(self, tmp_path, content):
        with zipfile.ZipFile(tmp_path / "x.mg", "w") as archive:
            archive.writestr("minigrad.json", content)
        with pytest.raises(ValueError, match="must have a version and an object"):
            minigrad.load(tmp_path / "x.mg")

    def test_an_array_entry_that_is_a_pickle_is_not_loaded(self, tmp_path):
        entry = io.BytesIO()
        np.lib.format.write_array(entry, np.array([Hook()]), allow_pickle=True)
        with zipfile.ZipFile(tmp_path / "x.mg", "w") as archive:
            archive.writestr("minigrad.json", '{"version": 1, "object": {"array": "a"}}')
            archive.writestr("a.npy", entry.getvalue())
        with pytest.raises(ValueError, match="cannot be read: Object arrays cannot be loaded"):
            minigrad.load(tmp_path / "x.mg")


def npy(shape, data, descr="<f8"):
    """An entry whose header declares `shape`, whatever `data` holds."""
    entry = io.BytesIO()
    np.lib.format.write_array_header_1_0(entry, {"descr": descr, "fortran_order": False, "shape": shape})
    return entry.getvalue() + data


class TestDeclarations:
    """A file of some hundred bytes that declares 80 GB is refused before anyone asks for the memory."""

    def load(self, *entries, **options):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", **options) as archive:
            archive.writestr("minigrad.json", '{"version": 1, "object": {"array": "a"}}')
            for name, content in entries:
                archive.writestr(name, content)
        return self.read(file)

    def read(self, file):
        file.seek(0)
        tracemalloc.start()
        try:
            return minigrad.load(file)
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert peak < 1 << 20

    def test_what_is_declared_is_what_is_there(self):
        np.testing.assert_array_equal(self.load(("a.npy", npy((2, 1), bytes(16)))), np.zeros((2, 1)))

    @pytest.mark.parametrize(
        ("shape", "data"),
        [
            ((10**10,), b""),
            ((10**5, 10**5), bytes(8)),
            ((2**40, 2**40), bytes(8)),
            ((2,), bytes(8)),
            ((2,), bytes(24)),
            ((), b""),
            ((), bytes(16)),
            ((-1,), bytes(8)),
            ((-1, -1), bytes(8)),
        ],
    )
    def test_a_shape_that_the_data_do_not_have(self, shape, data):
        with pytest.raises(ValueError, match=rf"declares float64 of shape .*, .* bytes; it has {len(data)}"):
            self.load(("a.npy", npy(shape, data)))

    @pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_a_compressed_entry(self, kind):
        with pytest.raises(ValueError, match="compressed"):
            self.load(("a.npy", npy((10,), bytes(80))), compression=kind)

    def test_an_entry_that_is_there_twice(self):
        with (
            pytest.warns(UserWarning, match="Duplicate name"),
            pytest.raises(ValueError, match=r"the entry 'a\.npy' 2 times"),
        ):
            self.load(("a.npy", npy((1,), bytes(8))), ("a.npy", npy((1,), b"\1" * 8)))

    def test_entries_that_share_their_bytes(self):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("minigrad.json", '{"version": 1, "object": {"array": "a0"}}')
            archive.writestr("a0.npy", npy((1000,), bytes(8000)))
            for i in range(1, 9):
                twin = copy.copy(archive.getinfo("a0.npy"))
                twin.filename = f"a{i}.npy"
                archive.filelist.append(twin)
                archive.NameToInfo[twin.filename] = twin
        with pytest.raises(ValueError, match="overlap"):
            self.read(file)


def sample_bytes():
    file = io.BytesIO()
    minigrad.save({"w": np.arange(6.0), "step": 3, "names": ("a", "b")}, file)
    return file.getvalue()


@pytest.mark.parametrize("f", [None, 3, b"a", io.StringIO()])
def test_what_is_no_binary_file_is_named(f):
    with pytest.raises(TypeError, match=f"save: takes a path, or a binary file open to write, not {type(f).__name__}"):
        minigrad.save({}, f)
    with pytest.raises(TypeError, match=f"load: takes a path, or a binary file open to read, not {type(f).__name__}"):
        minigrad.load(f)


class TestDamage:
    @given(st.data())
    def test_a_file_cut_short_is_refused(self, data):
        content = sample_bytes()
        length = data.draw(st.integers(0, len(content) - 1))
        with pytest.raises(ValueError, match="load: the file"):
            minigrad.load(io.BytesIO(content[:length]))

    @given(st.data())
    def test_a_changed_byte_gives_the_same_state_or_a_clear_error(self, data):
        content = bytearray(sample_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
        try:
            state = minigrad.load(io.BytesIO(content))
        except ValueError as error:
            message = str(error)
        else:
            assert_same(state, {"w": np.arange(6.0), "step": 3, "names": ("a", "b")})
            return
        assert message.startswith("load: the file")


KILLED = """
import os, signal, sys
from minigrad.io import atomic_write
with atomic_write(sys.argv[1]) as file:
    file.write(b"half of")
    file.flush()
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    print("writing", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
class TestKilled:
    """What a process leaves that cannot clean up behind itself."""

    def start(self, path, how):
        command = [sys.executable, "-c", KILLED, str(path), how]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def test_the_next_write_removes_what_is_left(self, tmp_path):
        path, other = tmp_path / "x.mg", tmp_path / "y.mg"
        path.write_bytes(b"before")
        for each in (path, path, other):
            with self.start(each, "killed") as process:
                process.communicate()
                assert process.returncode < 0
        assert path.read_bytes() == b"before"
        assert len(os.listdir(tmp_path)) == 3
        minigrad.save({"step": 1}, path)
        assert minigrad.load(path) == {"step": 1}
        assert len(os.listdir(tmp_path)) == 2, "what was left for another file is that file's"
        minigrad.save({"step": 1}, other)
        assert sorted(os.listdir(tmp_path)) == ["x.mg", "y.mg"]

    def test_what_is_being_written_stays(self, tmp_path):
        path = tmp_path / "x.mg"
        with self.start(path, "slow") as process:
            assert process.stdout.readline() == "writing\n"
            minigrad.save({"step": 1}, path)
            assert len(os.listdir(tmp_path)) == 2
            process.communicate("go on\n")
            assert process.returncode == 0
        assert path.read_bytes() == b"half of"
        assert os.listdir(tmp_path) == ["x.mg"]


class Slow(io.RawIOBase):
    """A file that takes half of what it is given at a time."""

    def __init__(self):
        self.taken = b""

    def writable(self):
        return True

    def write(self, data):
        half = bytes(data[: -(-len(data) // 2)])
        self.taken += half
        return len(half)


def test_a_file_that_takes_less_than_it_is_given_gets_all():
    file = Slow()
    mg.save({"x": mg.arange(100)}, file)
    assert mg.load(io.BytesIO(file.taken))["x"].tolist() == list(range(100))


class TestAtomicWrite:
    def test_the_file_appears_at_the_end(self, tmp_path):
        path = tmp_path / "log.csv"
        with atomic_write(path, "w", newline="\r\n") as file:
            file.write("α\n")
            assert not path.exists()
        assert path.read_bytes() == "α\r\n".encode()
        assert os.listdir(tmp_path) == ["log.csv"]

    @pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
    def test_a_link_in_a_circle_stays(self, tmp_path):
        (tmp_path / "a").symlink_to("b")
        (tmp_path / "b").symlink_to("a")
        with pytest.raises(OSError, match="leads in a circle"), atomic_write(tmp_path / "a"):
            pass
        assert (tmp_path / "a").is_symlink()

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
    def test_a_failure_leaves_what_was_there(self, tmp_path, error):
        path = tmp_path / "x.bin"
        path.write_bytes(b"before")

        def write_half():
            with atomic_write(path) as file:
                file.write(b"half of")
                raise error

        with pytest.raises(error):
            write_half()
        assert path.read_bytes() == b"before"
        assert os.listdir(tmp_path) == ["x.bin"]

    def test_a_failure_in_the_middle_of_save(self, tmp_path, monkeypatch):
        path = tmp_path / "x.mg"
        minigrad.save({"step": 1}, path)

        def full(*arguments, **options):
            raise OSError("no space left on device")

        monkeypatch.setattr(np.lib.format, "write_array", full)
        with pytest.raises(OSError, match="no space"):
            minigrad.save({"step": 2, "w": np.ones(3)}, path)
        assert minigrad.load(path) == {"step": 1}
        assert os.listdir(tmp_path) == ["x.mg"]

    def test_it_is_on_the_disk_before_it_takes_its_name(self, tmp_path, monkeypatch):
        calls = []
        fsync, replace = os.fsync, os.replace
        monkeypatch.setattr(os, "fsync", lambda file: (calls.append("fsync"), fsync(file)))
        monkeypatch.setattr(os, "replace", lambda *paths: (calls.append("replace"), replace(*paths)))
        with atomic_write(tmp_path / "x") as file:
            file.write(b"x")
        assert calls == ["fsync", "replace"]

    def test_permissions_are_those_of_any_new_file_or_of_the_file_that_was_there(self, tmp_path):
        usual, written = tmp_path / "usual", tmp_path / "written"
        usual.write_bytes(b"")
        with atomic_write(written) as file:
            file.write(b"")
        assert written.stat().st_mode == usual.stat().st_mode
        written.chmod(0o640)
        with atomic_write(written) as file:
            file.write(b"again")
        assert written.stat().st_mode & 0o777 == 0o640

    def test_a_link_stays_a_link(self, tmp_path):
        target, link = tmp_path / "target", tmp_path / "link"
        target.write_bytes(b"before")
        link.symlink_to(target)
        with atomic_write(link) as file:
            file.write(b"after")
        assert link.is_symlink()
        assert target.read_bytes() == b"after"

    @pytest.mark.parametrize(
        ("name", "error", "message"),
        [
            ("absent/x", FileNotFoundError, "there is no folder '.*absent'; make it first"),
            ("file/x", NotADirectoryError, "'.*file' is not a folder"),
            ("folder", IsADirectoryError, "it is a folder"),
            ("pipe", OSError, "it is a device or pipe"),
        ],
    )
    def test_places_that_cannot_be_written(self, tmp_path, name, error, message):
        (tmp_path / "file").write_bytes(b"")
        (tmp_path / "folder").mkdir()
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(error, match=message), atomic_write(tmp_path / name):
            pass

    def test_a_folder_without_permission(self, tmp_path, monkeypatch):
        monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
        with pytest.raises(PermissionError, match="cannot be written"), atomic_write(tmp_path / "x"):
            pass


def test_arguments_of_pytorch_are_taken(tmp_path):
    minigrad.save([1], str(tmp_path / "x.pt"))
    assert minigrad.load(str(tmp_path / "x.pt"), map_location="cpu", weights_only=True) == [1]


def test_arguments_about_pickles_change_nothing(tmp_path):
    path = tmp_path / "x.pt"
    mg.save({"x": mg.ones(2)}, path, _use_new_zipfile_serialization=False, pickle_protocol=4)
    assert mg.load(path, "cpu", weights_only=False, mmap=True)["x"].tolist() == [1.0, 1.0]


def test_a_file_that_does_not_say_whether_it_can_seek():
    class Plain:
        def __init__(self, content):
            inside = io.BytesIO(content)
            self.read, self.seek, self.tell = inside.read, inside.seek, inside.tell

    buffer = io.BytesIO()
    minigrad.save({"x": minigrad.arange(3)}, buffer)
    assert minigrad.load(Plain(buffer.getvalue()))["x"].tolist() == [0, 1, 2]
