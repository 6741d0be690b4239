"""CUHK Student is found, paired and checked. Its names are real here, and its images made up."""

from __future__ import annotations

import io
import os
import sys
import tarfile
import types
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from sketchlib.commands.data import app
from sketchlib.data import archives, cuhk, cuhk_reference, load_faces
from sketchlib.data.cuhk import fetch, load_cuhk, verify
from sketchlib.data.cuhk_files import kind_of, pair_id, scan, split_of, to_pixels
from sketchlib.data.cuhk_reference import measure, reference, write_manifest
from sketchlib.data.cuhk_verify import RETOUCHED_SSIM_GAIN

PAIRS = {pair: entry["split"] for pair, entry in reference()["pairs"].items()}
KEYS = [(pair, kind) for pair in PAIRS for kind in ("photo", "sketch")]
Files = dict[str, bytes]
Name = Callable[[str, str], str]


@cache
def picture(pair: str, kind: str) -> np.ndarray:
    """A flat image of its own shade, with a black wedge at the top left of every second one."""
    number = list(PAIRS).index(pair)
    color = (60 + number, 250 - number, 120) if kind == "photo" else (60 + number,) * 3
    pixels = np.full((250, 200, 3), color, dtype=np.uint8)
    if number % 2:
        pixels[:20, :150] = 0
    return pixels if kind == "photo" else pixels[..., 0]


def encode(pixels: np.ndarray, form: str = "PNG", mode: str | None = None) -> bytes:
    stream = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(stream, form)
    return stream.getvalue()


@cache
def image_bytes(pair: str, kind: str) -> bytes:
    return encode(picture(pair, kind))


def copy_named(name: Name) -> Files:
    return {name(pair, kind): image_bytes(pair, kind) for pair, kind in KEYS}


def by_split(pair: str, kind: str) -> str:
    folder = "photos" if kind == "photo" else "sketches"
    return f"{PAIRS[pair]}/{folder}/{file_name(pair, kind)}"


def file_name(pair: str, kind: str) -> str:
    return f"{pair}.jpg" if kind == "photo" else f"{pair}-sz1.jpg"


def titled(pair: str, kind: str) -> str:
    return f"{'Training' if PAIRS[pair] == 'train' else 'Testing'} {kind}/{file_name(pair, kind)}"


def flat(pair: str, kind: str) -> str:
    return f"{'photos' if kind == 'photo' else 'sketches'}/{file_name(pair, kind)}"


def kaggle(pair: str, kind: str) -> str:
    if kind == "photo":
        short = pair.replace("2-", "-", 1) if PAIRS[pair] == "train" else pair
        return f"archive/CUFS/photos/photos/{short}.JPG"
    return f"archive/CUFS/sketches/sketches/{pair.capitalize()}-sz1.png"


def same_names(pair: str, kind: str) -> str:
    return f"{PAIRS[pair]}/{kind}s/{pair}.png".replace("sketchs", "sketches")


def one_folder(pair: str, kind: str) -> str:
    return f"face-sketches/{file_name(pair, kind)}"


LAYOUTS = [by_split, titled, flat, kaggle, same_names, one_folder]


def write_folder(root: Path, files: Files) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def write_zip(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def write_tar(path: Path, files: Files) -> Path:
    mode = {".gz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}.get(path.suffix, "w")
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


@pytest.fixture(scope="session")
def made_up_manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the manifest of the made-up images."""
    folder = tmp_path_factory.mktemp("reference")
    write_zip(folder / "copy.zip", copy_named(by_split))
    write_manifest(scan(folder / "copy.zip", PAIRS), folder / "cuhk_student.json")
    return folder


@pytest.fixture
def made_up_reference(made_up_manifest: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The made-up images become the reference copy."""
    monkeypatch.setattr(cuhk_reference, "files", lambda package: made_up_manifest)
    reference.cache_clear()
    yield
    reference.cache_clear()


def assert_is_the_copy(path: Path) -> None:
    for faces, split, count in zip(load_cuhk(path), ("train", "test"), (88, 100), strict=True):
        assert (len(faces), faces.split, faces.name) == (count, split, "cuhk-student")
        assert faces.ids == tuple(sorted(pair for pair in PAIRS if PAIRS[pair] == split))
        for row in (0, 1, count - 1):
            photo = faces.photos[row].permute(1, 2, 0).numpy()
            assert np.array_equal(photo, picture(faces.ids[row], "photo"))
            assert np.array_equal(faces.sketches[row, 0].numpy(), picture(faces.ids[row], "sketch"))


class TestFinds:
    @pytest.mark.parametrize("name", LAYOUTS)
    def test_every_layout(self, name: Name, tmp_path: Path, made_up_reference: None) -> None:
        assert_is_the_copy(write_folder(tmp_path / "data", copy_named(name)))

    def test_nothing_to_say_of_the_reference_copy(self, tmp_path: Path, made_up_reference: None) -> None:
        report = verify(write_folder(tmp_path, copy_named(by_split)))
        assert (report.pairs, report.differing, report.retouched) == (188, (), False)
        assert report.findings == (
            "All 376 images equal the reference copy pixel for pixel, so scores compare with the book's.",
        )

    @pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
    def test_every_archive(self, ending: str, tmp_path: Path, made_up_reference: None) -> None:
        write = write_zip if ending == ".zip" else write_tar
        path = write(tmp_path / f"copy{ending}", copy_named(titled))
        assert_is_the_copy(path)
        assert list(tmp_path.iterdir()) == [path]  # nothing is unpacked

    def test_the_official_zips_in_a_folder(self, tmp_path: Path, made_up_reference: None) -> None:
        for split in ("train", "test"):
            for kind in ("photo", "sketch"):
                files = {f"{pair}.jpg": image_bytes(pair, kind) for pair in PAIRS if PAIRS[pair] == split}
                write_zip(tmp_path / f"CUHK_{split}ing_cropped_{kind}s.zip", files)
        assert_is_the_copy(tmp_path)

    def test_skips_junk(self, tmp_path: Path, made_up_reference: None) -> None:
        junk = (".DS_Store", "Thumbs.db", "photos/._f-039-01.jpg", "__MACOSX/photos/f-039-01.jpg")
        files = copy_named(flat) | dict.fromkeys(junk, b"no image")
        files["photos/readme.txt"] = b"no image"
        assert_is_the_copy(write_folder(tmp_path, files))
        assert len(verify(tmp_path).findings) == 1

    def test_a_name_that_leaves_the_archive_is_only_a_name(self, tmp_path: Path) -> None:
        files = {"../../f-039-01.jpg": b"", "/f-039-01.jpg": b"", "a/f-040-01.jpg": b""}
        for path in (write_zip(tmp_path / "a.zip", files), write_tar(tmp_path / "a.tar", files)):
            found = [image.name for image in scan(path, PAIRS).unreadable]
            assert found == ["f-039-01.jpg", "a/f-040-01.jpg"]
        assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.tar", "a.zip"]

    def test_load_faces_takes_a_path(self, tmp_path: Path, made_up_reference: None) -> None:
        train, test = load_faces(str(write_zip(tmp_path / "copy.zip", copy_named(flat))))
        assert (train.name, len(train), len(test)) == ("cuhk-student", 88, 100)

    def test_load_faces_gives_the_toy_faces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sketchlib.data.drawn_once", lambda draw: draw.__name__)
        assert load_faces() == load_faces("toy") == "toy_faces"

    def test_load_faces_names_what_it_takes(self) -> None:
        with pytest.raises(FileNotFoundError, match='dataset is "tpy", expected "toy" or the path'):
            load_faces("tpy")


class TestNames:
    @pytest.mark.parametrize(
        ("name", "pair"),
        [
            ("f2-005-01.jpg", "f2-005-01"),
            ("f2-005-01-sz1.jpg", "f2-005-01"),
            ("f-005-01.jpg", "f2-005-01"),
            ("photos/F2-005-01-sz1.JPG", "f2-005-01"),
            ("m-008-01.png", "m2-008-01"),
            ("f-039-01.jpg", "f-039-01"),
            ("M1-041-01-SZ1.PNG", "m1-041-01"),
            ("f2-039-01.jpg", None),  # a test face is never of the training prefix
            ("m-001-01.jpg", None),
            ("f-005-02.jpg", None),
            ("contact sheet.jpg", None),
        ],
    )
    def test_pair_id(self, name: str, pair: str | None) -> None:
        assert pair_id(name, PAIRS) == pair

    def test_no_short_name_stands_for_two_pairs(self) -> None:
        short = [pair.replace("2-", "-", 1) for pair, split in PAIRS.items() if split == "train"]
        assert not set(short) & set(PAIRS)

    def test_the_prefix_tells_the_split(self) -> None:
        prefixes = [pair.split("-")[0] for pair in PAIRS]
        counts = {prefix: prefixes.count(prefix) for prefix in prefixes}
        assert counts == {"f2": 34, "m2": 54, "f": 5, "f1": 15, "m": 39, "m1": 41}
        assert all((pair[1] == "2") == (split == "train") for pair, split in PAIRS.items())

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("f-039-01-sz1.jpg", "sketch"),
            ("photos/f-039-01-sz1.jpg", "sketch"),
            ("Testing sketch/f-039-01.jpg", "sketch"),
            ("sketch database/Testing photo/f-039-01.jpg", "photo"),
            ("sketches/cropped/f-039-01.jpg", "sketch"),
            ("f-039-01.jpg", "photo"),
        ],
    )
    def test_kind(self, name: str, kind: str) -> None:
        assert kind_of(name) == kind

    @pytest.mark.parametrize(
        ("name", "split"),
        [
            ("Training photo/a.jpg", "train"),
            ("CUHK_testing_cropped_photos.zip/a.jpg", "test"),
            ("train/test/a.jpg", "test"),
            ("val/a.jpg", "test"),
            ("latest/photos/a.jpg", None),
        ],
    )
    def test_split(self, name: str, split: str | None) -> None:
        assert split_of(name) == split


class TestModes:
    GREY = np.full((250, 200), 200, dtype=np.uint8)

    @pytest.mark.parametrize("kind", ["photo", "sketch"])
    @pytest.mark.parametrize(
        ("form", "mode"),
        [
            ("PNG", "L"),
            ("PNG", "RGB"),
            ("PNG", "P"),
            ("PNG", "RGBA"),
            ("PNG", "LA"),
            ("PNG", "I;16"),
            ("JPEG", "L"),
            ("JPEG", "RGB"),
            ("BMP", "RGB"),
            ("GIF", "P"),
        ],
    )
    def test_any_mode_reads_as_the_same_pixels(self, kind: str, form: str, mode: str) -> None:
        data = encode(self.GREY.astype(np.uint16) * 257) if mode == "I;16" else encode(self.GREY, form, mode)
        image = Image.open(io.BytesIO(data))
        assert image.mode == mode
        pixels = to_pixels(image, kind)
        assert pixels.shape == ((250, 200, 3) if kind == "photo" else (250, 200))
        assert pixels.dtype == np.uint8 and (pixels == 200).all()

    def test_colors_survive_an_alpha_channel(self) -> None:
        photo = picture("f-039-01", "photo")
        assert np.array_equal(to_pixels(Image.fromarray(photo).convert("RGBA"), "photo"), photo)

    def test_transparent_paper_is_white(self) -> None:
        black = np.zeros((250, 200, 4), dtype=np.uint8)
        assert (to_pixels(Image.fromarray(black), "sketch") == 255).all()


class TestVerifies:
    def test_names_the_files_that_differ(self, tmp_path: Path, made_up_reference: None) -> None:
        changed = picture("f-039-01", "sketch").copy()
        changed[200, 100] += 1
        files = copy_named(flat) | {"sketches/f-039-01-sz1.jpg": encode(changed)}
        report = verify(write_folder(tmp_path, files))
        assert report.usable and report.differing == ("sketches/f-039-01-sz1.jpg",)
        assert report.findings == (
            "1 of 376 images differ from the reference copy (0 photos and 1 sketches: "
            "sketches/f-039-01-sz1.jpg): scores compare with the book's only roughly.",
        )

    @pytest.mark.parametrize("kinds", [("photo", "sketch"), ("photo",), ("sketch",)])
    def test_knows_the_retouched_copy(self, kinds: tuple[str, ...], tmp_path: Path, made_up_reference: None) -> None:
        files = copy_named(flat)
        for pair, kind in KEYS:
            if kind in kinds:
                painted = picture(pair, kind).copy()
                painted[:20] = painted[-1, -1]
                files[flat(pair, kind)] = encode(painted)
        report = verify(write_folder(tmp_path, files))
        assert report.retouched and report.usable and len(report.differing) == 94 * len(kinds)
        assert sum(f"about {RETOUCHED_SSIM_GAIN} higher" in line for line in report.findings) == 1
        assert {faces.name for faces in load_cuhk(tmp_path)} == {"cuhk-student-retouched"}

    def test_a_copy_compressed_again_is_not_retouched(self, tmp_path: Path, made_up_reference: None) -> None:
        files = {flat(*key): encode(picture(*key), "JPEG") for key in KEYS}
        report = verify(write_folder(tmp_path, files))
        assert not report.retouched and report.usable and len(report.differing) > 100

    def test_other_pictures_under_the_same_names(self, tmp_path: Path) -> None:
        report = verify(write_folder(tmp_path, copy_named(flat)))  # against the real manifest
        assert len(report.differing) == 376 and not report.retouched
        assert any("compare with nothing that is published" in line for line in report.findings)

    def test_a_picture_under_another_name(self, tmp_path: Path, made_up_reference: None) -> None:
        files = copy_named(flat)
        files["sketches/f-039-01-sz1.jpg"] = image_bytes("m2-062-01", "sketch")
        report = verify(write_folder(tmp_path, files))
        assert "1 of these seem to show another picture" in report.findings[1]

    def test_restores_the_official_split(self, tmp_path: Path, made_up_reference: None) -> None:
        train = list(PAIRS)[:169]

        def unofficial(pair: str, kind: str) -> str:
            return f"{'train' if pair in train else 'test'}/{flat(pair, kind)}"

        folder = write_folder(tmp_path, copy_named(unofficial))
        assert_is_the_copy(folder)
        finding = verify(folder).findings[1]
        assert "split the pairs 169/19, which is not the official split" in finding
        assert "scores do not compare" in finding

    def test_says_what_it_skipped(self, tmp_path: Path, made_up_reference: None) -> None:
        files = copy_named(flat) | {"photos/collage.jpg": b"", "AR/w-001-01.png": b""}
        report = verify(write_folder(tmp_path, files))
        assert report.usable
        assert "2 images are skipped" in report.findings[1]
        assert "photos/collage.jpg" in report.findings[1]

    def test_measures_the_upper_corners_only(self) -> None:
        pixels = np.full((250, 200), 100, dtype=np.uint8)
        pixels[:2, :40] = 15  # 2 rows of 30 are in the left corner, 10 pixels a row are not
        pixels[200:] = 0
        assert measure(pixels)["wedge"] == 60
        pixels[:2, :40] = 16
        assert measure(pixels)["wedge"] == 0


def broken(tmp_path: Path, **changes: bytes | None) -> Path:
    """The flat layout with some files replaced, or removed for None."""
    files = copy_named(flat)
    for name, data in changes.items():
        if data is None:
            del files[name]
        else:
            files[name] = data
    return write_folder(tmp_path, files)


class TestRefuses:
    def refused(self, path: Path) -> str:
        """The one error of a copy that cannot be used."""
        with pytest.raises(ValueError, match="cannot be used as CUHK Student: .*\\.$") as error:
            load_cuhk(path)
        return str(error.value)

    def test_missing_halves(self, tmp_path: Path) -> None:
        names = [f"sketches/f1-00{number}-01-sz1.jpg" for number in range(1, 6)]
        folder = broken(tmp_path, **dict.fromkeys([*names, "photos/m2-062-01.jpg"]))
        message = self.refused(folder)
        report = verify(folder)
        assert not report.usable and message.endswith(": " + " ".join(report.problems))
        assert (report.pairs, report.train, report.test) == (182, 87, 95)
        assert (
            "5 photos have no sketch (photos/f1-001-01.jpg, photos/f1-002-01.jpg, "
            "photos/f1-003-01.jpg and 2 more)" in message
        )
        assert "1 sketch has no photo (sketches/m2-062-01-sz1.jpg)" in message

    def test_missing_pairs(self, tmp_path: Path) -> None:
        message = self.refused(broken(tmp_path, **{flat(*key): None for key in KEYS[:4]}))
        assert "2 of 188 pairs are missing altogether (f-039-01, f-040-01)" in message

    def test_unreadable_images(self, tmp_path: Path) -> None:
        cut = image_bytes("m-070-01", "sketch")[:100]
        changes = {"photos/f-039-01.jpg": b"no image", "sketches/m-070-01-sz1.jpg": cut}
        message = self.refused(broken(tmp_path, **changes))
        assert "2 images cannot be read (photos/f-039-01.jpg, sketches/m-070-01-sz1.jpg)" in message
        assert "no photo" not in message and "no sketch" not in message

    def test_wrong_sizes(self, tmp_path: Path) -> None:
        square = encode(np.zeros((256, 256, 3), dtype=np.uint8))
        message = self.refused(broken(tmp_path, **{"photos/f-039-01.jpg": square}))
        assert "1 image is 256 x 256 instead of 200 x 250 (photos/f-039-01.jpg)" in message

    def test_uncropped_scans(self, tmp_path: Path) -> None:
        scanned = encode(np.zeros((582, 414), dtype=np.uint8))
        train = [pair for pair in PAIRS if PAIRS[pair] == "train"]
        changes = {flat(pair, "sketch"): scanned for pair in train}
        message = self.refused(broken(tmp_path, **changes))
        assert "88 sketches are uncropped, 414 x 582 instead of 200 x 250" in message
        assert "do not line up with the photos" in message

    def test_prefers_cropped_sketches_to_scans(self, tmp_path: Path, made_up_reference: None) -> None:
        scanned = encode(np.zeros((582, 414), dtype=np.uint8))
        train = [pair for pair in PAIRS if PAIRS[pair] == "train"]
        scans = {f"original_sketch/{pair}-sz1.jpg": scanned for pair in train}
        assert_is_the_copy(broken(tmp_path, **scans))
        assert "88 images of another size lie beside cropped ones" in verify(tmp_path).findings[1]

    def test_two_copies_that_differ(self, tmp_path: Path) -> None:
        other = {"again/photos/f-039-01.jpg": image_bytes("f-040-01", "photo")}
        message = self.refused(broken(tmp_path, **other))
        assert "1 image is there twice with different pixels" in message
        assert "again/photos/f-039-01.jpg and photos/f-039-01.jpg" in message

    def test_the_same_copy_twice_is_fine(self, tmp_path: Path, made_up_reference: None) -> None:
        write_folder(tmp_path / "a", copy_named(flat))
        write_folder(tmp_path / "b", copy_named(kaggle))
        assert_is_the_copy(tmp_path)

    def test_no_copy(self, tmp_path: Path) -> None:
        (tmp_path / "1.jpg").write_bytes(b"")
        for function in (verify, load_cuhk):
            with pytest.raises(ValueError, match="no image of CUHK Student found, only 1"):
                function(tmp_path)

    def test_nothing_there(self, tmp_path: Path) -> None:
        for function in (verify, load_cuhk):
            with pytest.raises(FileNotFoundError, match="absent: no such file or folder"):
                function(tmp_path / "absent")

    def test_another_kind_of_file(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("nothing")
        with pytest.raises(ValueError, match="notes.txt: expected a folder, or a complete zip"):
            verify(tmp_path / "notes.txt")

    @pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
    def test_an_archive_cut_short(self, ending: str, tmp_path: Path) -> None:
        files = {flat(*key): os.urandom(2000) for key in KEYS[:20]}
        write = write_zip if ending == ".zip" else write_tar
        path = write(tmp_path / f"copy{ending}", files)
        path.write_bytes(path.read_bytes()[:15_001])
        with pytest.raises(ValueError, match="copy.*: .*expected .*a complete zip or tar"):
            verify(path)

    @pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
    def test_an_archive_with_wrong_bytes(self, ending: str, tmp_path: Path) -> None:
        files = {flat(*key): os.urandom(2000) for key in KEYS[:20]}
        write = write_zip if ending == ".zip" else write_tar
        whole = write(tmp_path / f"copy{ending}", files).read_bytes()
        for start in range(0, len(whole), len(whole) // 25):
            path = tmp_path / f"wrong{start}{ending}"
            path.write_bytes(whole[:start] + os.urandom(40) + whole[start + 40 :])
            try:
                assert not verify(path).usable
            except ValueError as error:
                assert str(path) in str(error)

    @pytest.mark.parametrize("ending", ["", ".zip", ".tar"])
    def test_absurdly_large_files_are_not_read(
        self, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archives, "MAX_BYTES", 5000)
        write = {"": write_folder, ".zip": write_zip, ".tar": write_tar}[ending]
        files = {"f-039-01.jpg": image_bytes("f-039-01", "photo"), "f-040-01.jpg": bytes(5001)}
        read = dict(archives.members(write(tmp_path / f"copy{ending}", files), lambda name: True))
        assert read == files | {"f-040-01.jpg": b""}

    def test_a_damaged_member_of_a_zip_is_named(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "copy.zip", copy_named(flat))
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo("photos/f-039-01.jpg")
        data = bytearray(path.read_bytes())
        data[info.header_offset + 80] ^= 255
        path.write_bytes(data)
        assert "1 image cannot be read (photos/f-039-01.jpg)" in self.refused(path)


class TestFetches:
    def test_gives_kagglehub_the_data_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module = types.SimpleNamespace(dataset_download=lambda name: f"/cache/{name}/1")
        monkeypatch.setitem(sys.modules, "kagglehub", module)
        assert fetch() == Path("/cache/arbazkhan971/cuhk-face-sketch-database-cufs/1")

    def test_without_kagglehub(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "kagglehub", None)
        with pytest.raises(RuntimeError, match="pip install kagglehub") as error:
            fetch()
        assert cuhk.OFFICIAL_PAGE in str(error.value) and cuhk.KAGGLE_PAGE in str(error.value)

    def test_without_a_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def download(name: str) -> str:
            raise ConnectionError("Max retries exceeded\nwith url: " + 50 * "a long address ")

        monkeypatch.setitem(sys.modules, "kagglehub", types.SimpleNamespace(dataset_download=download))
        with pytest.raises(RuntimeError, match="check the network and the Kaggle account") as error:
            fetch()
        assert "(ConnectionError: Max retries exceeded with url: a long" in str(error.value)
        assert len(str(error.value)) < 500
        assert cuhk.OFFICIAL_PAGE in str(error.value) and "\n" not in str(error.value)


class TestCommands:
    def run(self, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.output

    def test_verify_a_usable_copy(self, tmp_path: Path, made_up_reference: None) -> None:
        path = write_zip(tmp_path / "copy.zip", copy_named(flat))
        code, output = self.run("verify", str(path))
        assert code == 0
        assert output == (
            f"{path}: a usable copy of CUHK Student, with 188 complete pairs (88 for training, 100 "
            "for testing).\n- All 376 images equal the reference copy pixel for pixel, so scores "
            "compare with the book's.\n"
        )

    def test_verify_can_list_what_differs(self, tmp_path: Path, made_up_reference: None) -> None:
        names = [f"photos/f1-00{number}-01.jpg" for number in range(1, 6)]
        path = broken(tmp_path, **dict.fromkeys(names, image_bytes("f-039-01", "photo")))
        code, output = self.run("verify", str(path), "--names")
        assert code == 0 and output.splitlines()[-5:] == names

    def test_verify_a_copy_that_cannot_be_used(self, tmp_path: Path, made_up_reference: None) -> None:
        code, output = self.run("verify", str(broken(tmp_path, **{"photos/f-039-01.jpg": None})))
        assert code == 1
        assert "not a usable copy of CUHK Student, with 187 complete pairs" in output
        assert "- 1 sketch has no photo (sketches/f-039-01-sz1.jpg)" in output
        assert "The other 375 images equal the reference copy" in output

    def test_verify_nothing(self, tmp_path: Path) -> None:
        code, output = self.run("verify", str(tmp_path / "absent"))
        assert code == 1 and output.count("\n") == 1 and "no such file or folder" in output

    def test_fetch_verifies(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_up_reference: None) -> None:
        folder = write_folder(tmp_path, copy_named(kaggle))
        module = types.SimpleNamespace(dataset_download=lambda name: str(folder))
        monkeypatch.setitem(sys.modules, "kagglehub", module)
        code, output = self.run("fetch")
        assert code == 0 and f"{folder}: a usable copy" in output

    def test_fetch_without_kagglehub(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "kagglehub", None)
        code, output = self.run("fetch")
        assert code == 1 and output.startswith("Fetching CUHK Student needs kagglehub")


class TestRealData:
    FINGERPRINTS = (
        "69481dcc614eceadaa322111556a0d381b766e7d3b44f8f5919a18960ffca761",
        "3903b999891c847289462807f70df779511dc7505ec96999e3e4126c694b3abc",
    )

    def test_equals_the_reference_copy(self, cuhk_path: Path) -> None:
        report = verify(cuhk_path)
        assert report.usable and report.differing == () and not report.retouched
        assert (report.pairs, report.train, report.test) == (188, 88, 100)

    def test_loads_as_always(self, cuhk_path: Path) -> None:
        train, test = load_faces(cuhk_path)
        assert (len(train), len(test), train.name) == (88, 100, "cuhk-student")
        assert (train.fingerprint, test.fingerprint) == self.FINGERPRINTS

    def test_writes_the_manifest_again(self, cuhk_path: Path, tmp_path: Path) -> None:
        write_manifest(scan(cuhk_path, PAIRS), tmp_path / "manifest.json")
        committed = Path(cuhk_reference.__file__).with_name("cuhk_student.json")
        assert (tmp_path / "manifest.json").read_bytes() == committed.read_bytes()
