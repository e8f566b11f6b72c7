#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The documentation builds, its references resolve, and it says what the code does."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(TOP, "test", "common"), os.path.join(TOP, "scripts", "lib"),
                os.path.join(TOP, "doc", "extensions")]
import check  # noqa: E402 (needs the path)
import plugin  # noqa: E402

DRIVER = os.path.join(TOP, "drivers", "net", "tinynf")
GUIDE = os.path.join(TOP, "doc", "guides", "nics", "tinynf.rst")
# Where files are named in documents; elsewhere a word with a slash is just a word.
ROOTS = ("app", "buildtools", "doc", "drivers", "scripts", "test")
FIGURE = re.compile(r"\d(?: \w+)? (?:Mpps|Gb/s of|ns a packet|cycles a packet|instructions a packet)|"
                    r"million (?:frames|packets) a second")
# Made by a run, not in the repository.
GENERATED = re.compile(r"^(build|\.cache)(/|$)")

os.environ["PATH"] = "/usr/bin:/usr/sbin:/sbin:" + os.environ.get("PATH", "")
WORK = tempfile.mkdtemp(prefix="tinynf-docs-")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def pages():
    """Every page: path relative to the top -> text."""
    found = {}
    for folder in ("", "doc/**/", "test/**/", "app/**/"):
        for path in glob.glob(os.path.join(TOP, folder, "*.rst"), recursive=True):
            found[os.path.relpath(path, TOP)] = read(path)
    return found


def sources():
    """Every source of the driver: path relative to the top -> text."""
    return {os.path.relpath(path, TOP): read(path)
            for path in glob.glob(os.path.join(DRIVER, "**", "*.[ch]"), recursive=True)}


def section(text, title):
    """What is below a title, up to the next one of the same level or of a higher one."""
    levels = "=-~"
    found = re.search(rf"(?m)^{re.escape(title)}\n([{re.escape(levels)}])\1+\n", text)
    check.true(found, f"there is no section '{title}'")
    upper = levels[:levels.index(found.group(1)) + 1]
    return re.split(rf"(?m)^\S.*\n([{re.escape(upper)}])\1{{2,}}$", text[found.end():])[0]


def same(code, document, what):
    check.true(code, f"the code has no {what}: is this test out of date?")
    check.equal(sorted(code - document), [], f"{what} that the guide lacks")
    check.equal(sorted(document - code), [], f"{what} that only the guide has")


@check.case("docs/Sphinx builds every page without a warning")
def _():
    sphinx = shutil.which("sphinx-build")
    if sphinx is None:
        check.skip("sphinx-build is not installed: scripts/setup --tests installs it")
    html = os.path.join(WORK, "html")
    done = subprocess.run([sphinx, "-W", "--keep-going", "-q", "-b", "html",
                           os.path.join(TOP, "doc"), html], text=True, capture_output=True,
                          check=False)
    check.true(done.returncode == 0, done.stderr.replace(TOP + "/", "")[-900:])
    for page in pages():
        if page.startswith("doc/"):
            built = os.path.join(html, os.path.relpath(page, "doc")[:-4] + ".html")
            check.true(os.path.isfile(built), f"{page} did not become a page")


@check.case("docs/every file that a page names exists")
def _():
    missing = []
    for page, text in pages().items():
        for name in re.findall(r"``([^`\s]+)``", text) + re.findall(r"^    (scripts/\S+)", text,
                                                                   re.M):
            name = name.rstrip("/,.:")
            if re.search(r"[<>*$={(]", name) or "/" not in name or GENERATED.match(name):
                continue
            if name.split("/")[0] in ROOTS and not os.path.exists(os.path.join(TOP, name)):
                missing.append(f"{name} in {page}")
    check.equal(missing, [], "names of nothing")


@check.case("docs/every option that a page gives to a script is one that it has")
def _():
    wrong, seen = [], 0
    for page, text in pages().items():
        for name, rest in re.findall(r"(scripts/[\w-]+)((?: +[^\s`#|;&>]+)+)", text):
            script = os.path.join(TOP, name)
            options = re.findall(r"(?<=\s)--[\w-]+", rest)
            if not options or not os.path.isfile(script):
                continue
            known = subprocess.run([script, "--help"], text=True, capture_output=True, check=False)
            for option in options:
                seen += 1
                if not re.search(rf"{option}\b(?!-)", known.stdout):
                    wrong.append(f"{name} {option} in {page}")
    check.true(seen, "no page gives any option: is this test out of date?")
    check.equal(wrong, [], "options that do not exist")


@check.case("docs/every figure has its command in the same section")
def _():
    bare = []
    for page, text in pages().items():
        for part in re.split(r"\n(?=[^\n]+\n(?:=|-|~){3,}\n)", text):
            if FIGURE.search(part) and not re.search(r"scripts/\S+|build/\S+|valgrind|meson test", part):
                bare.append(f"'{FIGURE.search(part).group(0)}' in {page}")
    check.equal(bare, [], "figures without a command")


def pmdinfo():
    done = subprocess.run(["dpdk-pmdinfo.py", os.path.join(TOP, "build", "librte_net_tinynf.so")],
                          text=True, capture_output=True, check=False)
    check.equal(done.returncode, 0, f"dpdk-pmdinfo.py: {done.stderr[-300:]}; status")
    return json.loads(done.stdout)[0]


@check.case("docs/the guide has every device argument and no other")
def _():
    words = r"(?:^|[\s,])(\w+)(?==|\()"
    code = set(re.findall(words, pmdinfo()["params"]))
    text = read(GUIDE)
    terms = [line for title in ("PCI devices", "Virtual devices")
             for line in section(text, title).splitlines() if line.startswith("``")]
    document = {word for line in terms for word in re.findall(r"``(\w+)(?:=|\()", line)}
    same(code, document, "device arguments")


@check.case("docs/the arguments of vdevs that are parsed are those of dpdk-pmdinfo.py")
def _():
    parsed = set(re.findall(r'\{ "(\w+)", set_\w+,', read(os.path.join(DRIVER,
                                                                     "tinynf_vdev_args.c"))))
    told = set(re.findall(r"(?:^|\s)(\w+)(?==|\()", pmdinfo()["params"]))
    check.true(parsed, "no table of arguments found: is this test out of date?")
    check.equal(sorted(parsed - told), [], "arguments that dpdk-pmdinfo.py does not tell")


@check.case("docs/the guide has every extended statistic and no other")
def _():
    path = plugin.loadable(os.path.join(TOP, "build", "librte_net_tinynf.so"))
    done = subprocess.run(["dpdk-testpmd", "--lcores", "0@0,1@0", "--no-pci", "--no-huge", "-m",
                           "512", "--no-telemetry", "--file-prefix", f"tinynf-docs-{os.getpid()}",
                           "-d", path, "--vdev=net_tinynf0", "--", "-i",
                           "--total-num-mbufs=8192"],
                          input="show port xstats 0\nquit\n", text=True, capture_output=True,
                          timeout=300, check=False)
    shown = done.stdout.partition("NIC extended statistics for port 0")[2]
    code = set(re.findall(r"(?m)^(\w+): \d+\r?$", shown))
    # What ethdev itself adds.
    code -= {name for name in code if re.match(r"[rt]x_(good_(packets|bytes)|errors|missed_errors|"
                                              r"mbuf_allocation_errors|q\d+_\w+)$", name)}
    check.true(code, f"testpmd shows none: {done.stdout[-500:]}{done.stderr[-500:]}")
    document = set(re.findall(r"(?m)^``(\w+)``  ", section(read(GUIDE), "Extended statistics")))
    same(code, document, "extended statistics")


@check.case("docs/the guide has every telemetry command and no other")
def _():
    code = {name for text in sources().values()
            for name in re.findall(r'rte_telemetry_register_cmd\("(/\w+/\w+)"', text)}
    same(code, set(re.findall(r"``(/tinynf/\w+)", read(GUIDE))), "telemetry commands")


def interpretation_list():
    """What the extension of Sphinx lists; skips where docutils is missing."""
    try:
        import interpretations  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise check.Skipped(f"{error}: scripts/setup --tests installs it") from error
    return interpretations.find


@check.case("docs/each interpretation of the manual is listed, and of a known kind")
def _():
    code = [(kind, path) for path, text in sources().items()
            for kind in re.findall(r"INTERPRETATION-(\S+):", text)]
    check.true(code, "the code has none: is this test out of date?")
    check.equal({kind for kind, _ in code} - {"MISSING", "CONTRADICTION", "INCORRECT", "TYPO"},
                set(), "unknown kinds")
    find = interpretation_list()
    page = read(os.path.join(TOP, "doc", "design", "interpretations.rst"))
    folders = re.findall(r"(?m)^\.\. interpretations:: (\S+)$", page)
    listed = [(kind, f"{folder}/{path}") for folder in folders
              for kind, path, _ in find(TOP, folder)]
    check.equal(sorted(listed), sorted(code), "the list")
    for kind, path, text in [entry for f in folders for entry in find(TOP, f)]:
        check.true(len(text) > 20 and "\\" not in text and "*" not in text,
                   f"{kind} in {path} reads '{text}'")


def listed(command, env):
    """Names of a test program's cases."""
    done = subprocess.run(command + ["--list"], env=env, capture_output=True, text=True,
                          timeout=120)
    check.equal(done.returncode, 0, f"exit status of {command[0]} --list ({done.stderr[-200:]})")
    return done.stdout.splitlines()


@check.case("docs/every test that the test plan names exists")
def test_plan():
    tests = subprocess.run(["meson", "introspect", "--tests", os.path.join(TOP, "build")],
                           capture_output=True, text=True)
    check.equal(tests.returncode, 0, f"exit status of meson introspect ({tests.stderr[-200:]})")
    names = set()
    for test in json.loads(tests.stdout):
        suite = test["suite"][0].split(":")[-1]
        if suite in ("pmd", "e2e") and not test["name"].endswith("_plugin"):
            cases = listed(test["cmd"], dict(os.environ, **test["env"]))
            names.update(cases if suite == "e2e" else [f"{test['name']}/{c}" for c in cases])
        names.add(test["name"])
    check.true(len(names) > 100, f"only {len(names)} cases are known: build first")
    text = read(os.path.join(TOP, "doc", "test-plan.rst"))
    asked = {" ".join(name.split()) for name in re.findall(r"``([^`]+)``", text)}
    unknown = sorted(name for name in asked if name not in names and not
                     re.match(r"(dts|test|scripts)/|-d$|driver=$|qos_meter$", name))
    check.true(not unknown, f"no such test: {', '.join(unknown)}")


if not os.path.isfile(os.path.join(TOP, "build", "librte_net_tinynf.so")):
    sys.exit("build/librte_net_tinynf.so is needed: ninja -C build")
try:
    check.main()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
