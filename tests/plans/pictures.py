#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Has the gallery draw its plans, and looks at the pictures: well-formed, alone, with all that they should show, and, where
rsvg-convert is installed, drawable. A picture that the documents show, named as its plan is, with - for blanks, must say the
same stages and formulas; its numbers are those of the machine that drew it. pictures.py PROGRAM SHOWN..."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

SVG = "{http://www.w3.org/2000/svg}"


def words(path):
    """The kinds of stages, the formulas and the names in a picture."""
    return [t.text for t in xml.parse(path).iter(SVG + "text") if t.get("class") in ("head", "code")]


def main(program, *shown):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, folder], capture_output=True, check=True)
        pictures = sorted(pathlib.Path(folder).glob("*.svg"))
        assert len(pictures) == 11, pictures
        for path in pictures:
            text = path.read_text(encoding="utf-8")
            root = xml.fromstring(text)
            assert root.tag == SVG + "svg" and "prefers-color-scheme: dark" in text
            assert "href" not in text and "url(" not in text and "<script" not in text
            width, height = float(root.get("width")), float(root.get("height"))
            boxes = [r for r in root.iter(SVG + "rect") if "stage" in r.get("class", "")]
            assert boxes, path
            for box in root.iter(SVG + "rect"):
                assert float(box.get("x", 0)) + float(box.get("width")) <= width, path
                assert float(box.get("y", 0)) + float(box.get("height")) <= height, path
            if shutil.which("rsvg-convert"):
                done = subprocess.run(["rsvg-convert", str(path)], capture_output=True, check=True)
                assert done.stdout.startswith(b"\x89PNG") and len(done.stdout) > 5000, path
        for path in map(pathlib.Path, shown):
            drawn = pathlib.Path(folder, path.stem.replace("-", " ") + ".svg")
            assert words(path) == words(drawn), f"{path} says {words(path)}, now it would be {words(drawn)}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
