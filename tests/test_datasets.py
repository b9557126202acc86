"""The digits in the package, and IDX files of every kind: whole, compressed, damaged, foreign."""

from __future__ import annotations

import gzip
import hashlib
import struct

import numpy as np
import pytest

from minigrad.datasets import mnist, mnist5k, read_idx

CODES = {"B": (0x08, np.uint8), "b": (0x09, np.int8), "h": (0x0B, np.int16), "i": (0x0C, np.int32),
         "f": (0x0D, np.float32), "d": (0x0E, np.float64)}  # fmt: skip


def idx(letter, shape, values):
    """An IDX file, byte by byte."""
    header = struct.pack(">BBBB", 0, 0, CODES[letter][0], len(shape)) + struct.pack(f">{len(shape)}I", *shape)
    return header + struct.pack(f">{len(values)}{letter}", *values)


class TestMnist5k:
    def test_the_digits(self):
        images, labels = mnist5k()
        assert images.shape == (5000, 28, 28)
        assert images.dtype == labels.dtype == np.uint8
        assert np.bincount(labels).tolist() == [500] * 10
        assert labels[:10].tolist() == [4, 2, 0, 9, 6, 6, 2, 1, 2, 0]
        assert (images.min(), images.max()) == (0, 255)
        digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
        assert digest == "5837617f6320b5bf46bb0cbecba8522260f30039243b9ee03d46620e2459b943"

    def test_images_look_like_their_labels(self):
        """Classifying by the nearest mean of the other half of the data is right most of the time."""
        images, labels = mnist5k()
        flat = images.reshape(5000, -1).astype(np.float64)
        means = np.stack([flat[:2500][labels[:2500] == digit].mean(0) for digit in range(10)])
        distances = (means**2).sum(-1) - 2 * flat[2500:] @ means.T  # up to what all means have in common
        nearest = distances.argmin(-1)
        assert (nearest == labels[2500:]).mean() > 0.75

    def test_names_and_a_fresh_copy_each_time(self):
        digits = mnist5k()
        digits.images[0] = 0
        digits.labels[0] = 99
        assert mnist5k().labels[0] == 4
        assert mnist5k().images[0].any()


class TestReadIdx:
    @pytest.mark.parametrize("letter", CODES)
    @pytest.mark.parametrize("shape", [(), (5,), (2, 3), (2, 1, 3), (0, 4), (1, 2, 1, 2, 1)])
    def test_every_type_and_rank(self, tmp_path, letter, shape):
        size = int(np.prod(shape))
        values = [(7 * i) % 100 + (0.5 if letter in "fd" else 0) for i in range(size)]
        (tmp_path / "x").write_bytes(idx(letter, shape, values))
        array = read_idx(tmp_path / "x")
        assert array.dtype == CODES[letter][1]
        assert array.dtype.isnative
        assert array.shape == shape
        assert array.ravel().tolist() == values
        array[...] = 0  # it can be written

    def test_negative_and_large_numbers_are_big_endian(self, tmp_path):
        (tmp_path / "x").write_bytes(bytes.fromhex("00000c01 00000002 fffffffe 00000100"))
        assert read_idx(tmp_path / "x").tolist() == [-2, 256]

    def test_compressed(self, tmp_path):
        path = tmp_path / "emnist-digits-train-images-idx3-ubyte.gz"
        path.write_bytes(gzip.compress(idx("B", (1, 2, 2), [1, 2, 3, 4])))
        assert read_idx(str(path)).tolist() == [[[1, 2], [3, 4]]]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "not an IDX file"),
            (b"\x89PNG\r\n", "not an IDX file: its first bytes are 89 50 4e 47"),
            (b"\0\0\x0a\x01\0\0\0\0", "not an IDX file: its first bytes are 00 00 0a 01"),
            (b"\0\0\x08\x03\0\0\0\x01", "cut short: the sizes of its 3 axes are missing"),
            (idx("h", (2, 2), [1, 2, 3, 4])[:-1], r"cut short: \(2, 2\) takes 20 bytes, not 19"),
            (idx("B", (2,), [1, 2]) + b"\0", r"too long: \(2,\) takes 10 bytes, not 11"),
            (b"\0\0\x08\x03" + b"\xff" * 12, "cut short"),
            (gzip.compress(idx("B", (2,), [1, 2]), mtime=0)[:-9], "cannot be unpacked"),
            (b"\x1f\x8b\x08\x00garbage and more", "cannot be unpacked"),
        ],
    )
    def test_damaged_and_foreign_files(self, tmp_path, content, message):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(ValueError, match=f"read_idx: '.*x' .*{message}"):
            read_idx(tmp_path / "x")

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="absent"):
            read_idx(tmp_path / "absent")


def write_mnist(folder, split="train", joint="-", packed="", images=(2, 2, 3), labels=(2,)):
    def write(name, shape):
        content = idx("B", shape, [i % 10 for i in range(int(np.prod(shape)))])
        path = folder / f"{split}-{name}{joint}idx{3 if name == 'images' else 1}-ubyte{packed}"
        path.write_bytes(gzip.compress(content) if packed else content)

    write("images", images)
    write("labels", labels)


class TestMnist:
    @pytest.mark.parametrize("joint", ["-", "."])
    @pytest.mark.parametrize("packed", ["", ".gz"])
    @pytest.mark.parametrize("train", [True, False])
    def test_the_usual_names(self, tmp_path, joint, packed, train):
        write_mnist(tmp_path, "train" if train else "t10k", joint, packed)
        images, labels = mnist(tmp_path, train=train)
        assert images.tolist() == [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 0, 1]]]
        assert labels.tolist() == [0, 1]

    def test_missing_files_are_named_with_their_folder(self, tmp_path):
        write_mnist(tmp_path, "train")
        with pytest.raises(FileNotFoundError) as error:
            mnist(tmp_path, train=False)
        for expected in (str(tmp_path), "t10k-images-idx3-ubyte,", "t10k-images.idx3-ubyte.gz"):
            assert expected in str(error.value)
        with pytest.raises(FileNotFoundError, match="absent' is not a folder"):
            mnist(tmp_path / "absent")

    @pytest.mark.parametrize(
        "shapes",
        [{"images": (3, 2, 2)}, {"images": (2, 4)}, {"labels": (2, 1)}],
        ids=["count", "flat images", "labels with two axes"],
    )
    def test_images_and_labels_that_do_not_go_together(self, tmp_path, shapes):
        write_mnist(tmp_path, **shapes)
        with pytest.raises(ValueError, match=r"mnist: .* do not go together: images have shape"):
            mnist(tmp_path)
