#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Follows the instructions of Markdown pages word by word, in empty folders, and compares what the commands print.

    docs_projects.py [--work FOLDER] [--needs X] PAGE.md...
    docs_projects.py --self-test

With --needs X the sections that need the program X are followed, otherwise those that need none but a compiler and CMake.
Ends with status 77 where there is no program X.

A section, which is what stands under a heading of two hashes or before the first of them, is followed if it has a block
```sh. A block with a title="NAME", of any language, is the file NAME; those before the first heading belong to all
sections. Blocks ```sh are run by bash in their order; a block ```text right behind one is what comes last of what it prints.
There `...` stands for anything. In the folder lies `tutti`, a checkout. Words after `sh` change this:

    no-test      is not run: what it does is a test of its own, or takes a person
    needs:X      its section needs the program X

What a reader has to put in is put in by `placeholders`; what a test cannot do to the machine it runs on, by STAND_INS.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from docs_snippets import agrees, fences, tidy

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Programs that come first in the PATH. A package is unpacked where CMake looks first, instead of being installed.
STAND_INS = {"sudo": '#!/bin/sh\n[ "$1 $2" = "apt install" ] && exec dpkg-deb -x "$3" "$HOME/installed"\nexit 1\n'}


def placeholders(checkout):
    """What a reader puts in for the words in angle brackets."""
    version = (checkout / "include/tutti/core/version.hpp").read_text()
    return {"<url>": f"file://{checkout}", "<tag>": "main",
            "<version>": ".".join(re.findall(r"#define TUTTI_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", version))}


def copy_checkout(target):
    """The files as they are now, committed or not, as a repository that can be cloned."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    git = ["git", "-C", str(target), "-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "A checkout"]):
        subprocess.run([*git, *command], check=True)


def sections(text):
    """{heading: its files and commands} of the sections that have commands; "" is what stands before the first heading."""
    headings = [(0, "")] + [(text.count("\n", 0, match.start()) + 1, match[1])
                            for match in re.finditer(r"^## +(.*)$", text, re.MULTILINE)]
    found, shared = {}, []
    for fence in fences(text):
        heading = [title for line, title in headings if line <= fence.line][-1]
        if fence.title and not heading:
            shared.append(fence)
        elif fence.title or fence.language == "sh" and "no-test" not in fence.words:
            found.setdefault(heading, []).append(fence)
    return {heading: shared + blocks for heading, blocks in found.items() if any(not block.title for block in blocks)}


def needs(blocks):
    return {word.removeprefix("needs:") for block in blocks for word in block.words if word.startswith("needs:")}


def environment(home, bin_folder):
    """A reader's: an empty home, and the tools that the tests were told to use."""
    tools = [str(bin_folder), *(str(pathlib.Path(os.environ[name]).parent) for name in ("CMAKE", "CONAN") if os.environ.get(name))]
    path = ":".join([*tools, os.environ["PATH"]])
    cache = os.environ.get("CCACHE_DIR") or str(pathlib.Path.home() / ".cache/ccache")  # a compiler cache may be used
    return {**os.environ, "HOME": str(home), "PATH": path, "CMAKE_PREFIX_PATH": f"{home}/installed/usr", "CCACHE_DIR": cache}


def follow(page, blocks, folder, checkout, env):
    """Writes a section's files, runs its commands; complaints, of which the first ends it."""
    def filled(text):
        for placeholder, value in placeholders(checkout).items():
            text = text.replace(placeholder, value)
        return text

    (folder / "tutti").symlink_to(checkout)
    for block in blocks:
        if block.title:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(filled(block.body))
            continue
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", filled(block.body)], cwd=folder, env=env,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            return f"{page}:{block.line}: ends with status {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}\n"
        if block.expected is not None and not any(agrees(done.stdout, start + block.expected) for start in ("", "...\n")):
            return f"{page}:{block.line}: prints\n{tidy(done.stdout)}\n--- but the page says\n{tidy(block.expected)}\n"
    return ""


def follow_page(page, work, needed):
    """Whether each section that needs just these programs went well, by its heading. None: there is no such program."""
    checkout, bin_folder = work / "checkout", work / "bin"
    if not checkout.exists():
        copy_checkout(checkout)
        bin_folder.mkdir()
        for name, text in STAND_INS.items():
            (bin_folder / name).write_text(text)
            (bin_folder / name).chmod(0o755)
    results = {}
    for number, (heading, blocks) in enumerate(sections(page.read_text()).items()):
        folder = work / f"{page.stem}_{number}"
        env = environment(folder / "home", bin_folder)
        if needs(blocks) != needed:
            continue
        if missing := [program for program in needed if not shutil.which(program, path=env["PATH"])]:
            print(f"{page}, {heading}: NOT FOLLOWED, as there is no {missing[0]} here")
            results[heading] = None
            continue
        (folder / "home").mkdir(parents=True)
        complaint = follow(page, blocks, folder, checkout, env)
        print(complaint or f"{page}, {heading or 'the beginning'}: followed", flush=True)
        results[heading] = not complaint
    return results


def self_test():
    page = ("# T\n```cpp title=\"a.cpp\"\nint a;\n```\n## One\n```sh\necho first; cat a.cpp; echo <version>\n```\n```text\nint a;\n1.2.3\n```\n"
            "## Two\n```cmake title=\"sub/b\"\nb\n```\n```sh needs:no-such-program\nfalse\n```\n## Three\n```sh no-test\nfalse\n```\n"
            "## Four\n```sh\nsudo apt install x || echo <url> > c; cat c sub/b\n```\n```text\nnot this\n```\n")
    found = sections(page)
    assert list(found) == ["One", "Two", "Four"], found
    assert [block.title for block in found["Two"]] == ["a.cpp", "sub/b", None]
    assert needs(found["Two"]) == {"no-such-program"} and needs(found["One"]) == set()
    with tempfile.TemporaryDirectory() as work:
        checkout = pathlib.Path(work, "checkout")
        (checkout / "include/tutti/core").mkdir(parents=True)
        (checkout / "include/tutti/core/version.hpp").write_text(
            "#define TUTTI_VERSION_MAJOR 1\n#define TUTTI_VERSION_MINOR 2\n#define TUTTI_VERSION_PATCH 3\n")
        for heading, wanted in (("One", ""), ("Four", "p.md:26: ends with status")):
            (folder := pathlib.Path(work, heading)).mkdir()
            complaint = follow("p.md", found[heading], folder, checkout, dict(os.environ))
            assert complaint.startswith(wanted) and bool(complaint) == bool(wanted), complaint
        (folder := pathlib.Path(work, "again")).mkdir()
        found["One"][-1].expected = ".2.3\n"
        assert "but the page says" in follow("p.md", found["One"], folder, checkout, dict(os.environ))
    return 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if arguments[0] != "--work":
        with tempfile.TemporaryDirectory() as work:
            return main(["--work", work, *arguments])
    if not shutil.which("git") or not (ROOT / ".git").exists():
        print("there is no git, or no checkout: a reader would clone it")
        return 77
    work = pathlib.Path(arguments[1]).resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    pages, needed = arguments[2:], set()
    if pages[0] == "--needs":
        needed, pages = {pages[1]}, pages[2:]
    results = [good for page in pages for good in follow_page(pathlib.Path(page), work, needed).values()]
    if False in results:
        return 1
    return 0 if True in results else 77


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
