#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test.py [--long] [STAGE...]: builds and tests in every way that counts.

Each stage is a build of its own with the tests that make sense there; without
arguments those of DEFAULT run, with --long the stage long besides. Full logs stay in build-*/meson-logs. The last line
is `N passed, N failed` over all stages, counting the cases inside a test
program where it tells them; the exit code is 0 only when none failed.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections import namedtuple

import source

Stage = namedtuple("Stage", "name directory compiler options selection log")

NOT_INSTRUMENTED = [f"--no-suite={suite}" for suite in ("style", "abi", "plain", "long")]
SANITIZED = ["-Db_lundef=false", "-Dc_args=-fno-sanitize-recover=all -fno-omit-frame-pointer"]
STAGES = [
    Stage("gcc", "build-gcc", "gcc", [], [], "testlog.json"),
    Stage(
        "asan",
        "build-asan",
        "clang",
        ["-Db_sanitize=address,undefined", *SANITIZED],
        [*NOT_INSTRUMENTED, "--timeout-multiplier", "4"],
        "testlog.json",
    ),
    Stage(
        "tsan",
        "build-tsan",
        "clang",
        ["-Db_sanitize=thread", *SANITIZED],
        ["--suite", "threads", "--timeout-multiplier", "8"],
        "testlog.json",
    ),
    Stage(
        "valgrind",
        "build-gcc",
        "gcc",
        [],
        [
            "--setup=valgrind",
            *(f"--suite={suite}" for suite in ("unit", "model", "access")),
            *(f"--no-suite={suite}" for suite in ("heavy", "plain", "fault")),
        ],
        "testlog-valgrind.json",
    ),
    Stage(
        "coverage",
        "build-branches",
        "gcc",
        # the counters make gcc warn of variables that are set
        ["-Db_coverage=true", "-Doptimization=0", "-Dwerror=false"],
        ["--suite", "access", *NOT_INSTRUMENTED, "--timeout-multiplier", "4"],
        "testlog.json",
    ),
    Stage("long", "build-gcc", "gcc", [], ["--benchmark", "--suite", "at length"], "benchmarklog.json"),
]

# Without arguments. Going on at length is asked for.
DEFAULT = ["gcc", "asan", "tsan", "valgrind", "coverage"]

# What the branches of the gate are measured by, and the least that passes.
MEASURED = "lib/access/"
LEAST_BRANCHES = 100.0

ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}

JOBS = str(len(os.sched_getaffinity(0)))
SHOWN_LINES = 40

# How test programs tell their cases: cmocka's closing lines, and TAP.
_CMOCKA = re.compile(r"^\[  (PASSED|FAILED)  \] (\d+) test\(s\)", re.MULTILINE)
_TAP = re.compile(r"^(not )?ok \d+\b", re.MULTILINE)


def run(stage, command, log_name):
    """Runs a command, keeps its output in the stage's logs; (success, output)."""
    environment = dict(os.environ, CC=stage.compiler, **ENVIRONMENT)
    result = subprocess.run(
        command,
        cwd=source.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    logs = os.path.join(source.ROOT, stage.directory, "meson-logs")
    os.makedirs(logs, exist_ok=True)
    with open(os.path.join(logs, log_name), "w", encoding="utf-8") as stream:
        stream.write(result.stdout)
    return result.returncode == 0, result.stdout


def show(title, text):
    lines = text.rstrip().splitlines()
    print(f"--- {title}")
    print("\n".join(lines[-SHOWN_LINES:]))


def build(stage):
    setup = ["meson", "setup", stage.directory, "-Dwerror=true", *stage.options]
    if os.path.exists(os.path.join(source.ROOT, stage.directory, "build.ninja")):
        setup.append("--reconfigure")
    steps = [(setup, "setup.log"), (["ninja", "-C", stage.directory, "-j", JOBS], "build.log")]
    for command, log_name in steps:
        success, output = run(stage, command, log_name)
        if not success:
            show(f"{stage.name}: {' '.join(command)}", output)
            return False
    return True


def count(entry):
    """(passed, failed) cases of one test program."""
    output = entry.get("stdout", "") + "\n" + entry.get("stderr", "")
    passed = failed = 0
    for verdict, number in _CMOCKA.findall(output):
        passed += int(number) if verdict == "PASSED" else 0
        failed += int(number) if verdict == "FAILED" else 0
    if not passed and not failed:
        verdicts = _TAP.findall(output)
        failed = sum(1 for verdict in verdicts if verdict)
        passed = len(verdicts) - failed
    if entry["result"] == "SKIP":
        return 0, 0
    if entry["result"] in ("OK", "EXPECTEDFAIL"):
        return max(passed, 1), 0
    return passed, max(failed, 1)


def read_log(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def test(stage):
    """(passed, failed, names of skipped tests)."""
    log = os.path.join(source.ROOT, stage.directory, "meson-logs", stage.log)
    if os.path.exists(log):
        os.remove(log)
    command = ["meson", "test", "-C", stage.directory, "--no-rebuild", "--num-processes", JOBS]
    success, output = run(stage, command + stage.selection, "test.log")
    passed, failed, skipped = 0, 0, []
    for entry in read_log(log):
        more_passed, more_failed = count(entry)
        passed, failed = passed + more_passed, failed + more_failed
        if entry["result"] == "SKIP":
            skipped.append(entry["name"])
        if more_failed:
            text = entry.get("stdout", "") + "\n" + entry.get("stderr", "")
            show(f"{stage.name}: {entry['name']}: {entry['result']}", text)
    if not success and not failed:
        show(f"{stage.name}: {' '.join(command)}", output)
        failed = 1
    if not passed and not failed:
        print(f"--- {stage.name}: no test was run")
        failed = 1
    return passed, failed, skipped


def measure(stage):
    """(passed, failed): the branches of MEASURED that the stage's tests took."""
    summary = os.path.join(source.ROOT, stage.directory, "meson-logs", "coverage.json")
    command = ["gcovr", "-r", source.ROOT, stage.directory, "--filter", MEASURED]
    command += ["--json-summary", "-o", summary]
    success, output = run(stage, command, "coverage.log")
    if not success:
        show(f"{stage.name}: {' '.join(command)}", output)
        return 0, 1
    with open(summary, encoding="utf-8") as stream:
        total = json.load(stream)
    percent = total["branch_percent"]
    print(f"{stage.name}: {percent} % of {total['branch_total']} branches of {MEASURED}", flush=True)
    return (1, 0) if percent >= LEAST_BRANCHES else (0, 1)


def main(names):
    if "--long" in names:
        names = [name for name in names if name != "--long"] or DEFAULT
        names = [*names, "long"]
    known = {stage.name: stage for stage in STAGES}
    for name in names:
        if name not in known:
            sys.exit(f"no stage {name}; there are: {' '.join(known)}")
    all_passed = all_failed = 0
    for stage in [known[name] for name in names or DEFAULT]:
        start = time.monotonic()
        passed, failed, skipped = test(stage) if build(stage) else (0, 1, [])
        if "-Db_coverage=true" in stage.options and not failed:
            more_passed, more_failed = measure(stage)
            passed, failed = passed + more_passed, failed + more_failed
        note = f", skipped: {', '.join(skipped)}" if skipped else ""
        seconds = round(time.monotonic() - start)
        print(f"{stage.name}: {passed} passed, {failed} failed in {seconds} s{note}", flush=True)
        all_passed += passed
        all_failed += failed
    print(f"{all_passed} passed, {all_failed} failed")
    sys.exit(0 if all_passed and not all_failed else 1)


main(sys.argv[1:])
