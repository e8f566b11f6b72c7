# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Named test cases with one result line each: see test/README.rst for the protocol.

    import check

    @check.case("testpmd/io")
    def _():
        check.equal(run(), 0, "exit status")

    check.main()
"""

import os
import sys
import time
import traceback

_cases = []


class Failed(Exception):
    """The case failed; the text says why."""


class Skipped(Exception):
    """The case cannot run here; the text says why."""


def quick():
    """True in the short form of a run (scripts/run-tests --quick)."""
    return bool(os.environ.get("TINYNF_QUICK"))


def add(name, function, *args, **kwargs):
    """Add a case: for loops over parameters."""
    if ":" in name or "\n" in name or name in (n for n, _, _, _ in _cases):
        raise ValueError(f"case name {name!r}: unique, without colon and line break")
    _cases.append((name, function, args, kwargs))


def case(name):
    """Decorator: add the function as a case."""
    def decorate(function):
        add(name, function)
        return function
    return decorate


def fail(why):
    raise Failed(why)


def skip(reason):
    raise Skipped(reason)


def true(value, what):
    if not value:
        raise Failed(what)


def equal(value, expected, what):
    if value != expected:
        raise Failed(f"{what} is {value!r}, not {expected!r}")


def until(condition, what, seconds=60, state=lambda: "", pause=0.1):
    """Poll until condition() is true. @return its value.

    what: that which is waited for; state() is for the message if it never comes.
    """
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"no {what} within {seconds} s: {state()}")
        time.sleep(pause)


def _line(text):
    return " ".join(str(text).split()) or "no reason given"


def main():
    """Run the cases (all, or those whose name contains an argument) and exit."""
    args = sys.argv[1:]
    if args[:1] == ["--list"]:
        print("\n".join(name for name, _, _, _ in _cases))
        sys.exit(0)
    run = failed = 0
    for name, function, args_of, kwargs_of in _cases:
        if args and not any(part in name for part in args):
            continue
        run += 1
        try:
            function(*args_of, **kwargs_of)
        except Skipped as reason:
            print(f"SKIP {name}: {_line(reason)}", flush=True)
        except Failed as why:
            failed += 1
            print(f"FAIL {name}: {_line(why)}", flush=True)
        except Exception as error:  # a broken case is a failed case, the next ones still run
            failed += 1
            traceback.print_exc()
            print(f"FAIL {name}: {type(error).__name__}: {_line(error)}", flush=True)
        else:
            print(f"PASS {name}", flush=True)
    if not run:
        print("no case ran", file=sys.stderr)
    sys.exit(1 if failed or not run else 0)
