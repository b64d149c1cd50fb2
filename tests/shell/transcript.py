#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""transcript.py [--update] PROGRAM TRANSCRIPT...: replays sessions of the crm4e
command and compares what it says.

A line "$ words" is a command line for PROGRAM in a fresh directory, "< name"
a file, its text in the lines that follow up to "<". After a command come its
lines of standard output, "! " before those of standard error, and "= code" when
it does not end with 0. Ids are written <id1>, <id2> ... in the order they are
first seen, in commands too (in a table they stand last: their width varies);
times of the clock are <time>. "# " begins a
remark. --update writes what was said into the transcript.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile

ID = re.compile(r'(?<![\w.])\d{10,16}(?!\w)')
TIME = re.compile(r'20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z')
# Values of records; a time of the clock never has this form.
FIXED = re.compile(r'20\d\d-01-0\dT\d\d:\d\d:\d\dZ')


class Names:
    """The ids of one transcript."""

    def __init__(self):
        self.known = {}

    def hide(self, text):
        def name(match):
            return self.known.setdefault(match.group(), f'<id{len(self.known) + 1}>')

        text = TIME.sub(lambda m: m.group() if FIXED.fullmatch(m.group()) else '<time>', text)
        return ID.sub(name, text)

    def show(self, text):
        for number, name in self.known.items():
            text = text.replace(name, number)
        return text


def run(program, line, names, directory):
    words = shlex.split(names.show(line))
    result = subprocess.run([program] + words, cwd=directory, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    said = [names.hide(text) for text in result.stdout.decode().splitlines()]
    said += ['! ' + names.hide(text) for text in result.stderr.decode().splitlines()]
    if result.returncode != 0:
        said.append(f'= {result.returncode}')
    return said


def replay(program, lines, directory):
    """The transcript as it went this time."""
    names, told, i = Names(), [], 0
    while i < len(lines):
        line = lines[i]
        i += 1
        told.append(line)
        if line.startswith('< '):
            end = lines.index('<', i)
            with open(os.path.join(directory, line[2:]), 'w', encoding='utf-8') as file:
                file.write('\n'.join(lines[i:end]) + '\n')
            told += lines[i:end + 1]
            i = end + 1
        elif line.startswith('$ '):
            told += run(program, line[2:], names, directory)
            while i < len(lines) and not (lines[i] == '' or lines[i].startswith(('$ ', '< ', '# '))):
                i += 1
    return told


def main(arguments):
    update = arguments[0] == '--update'
    program, *paths = arguments[update:]
    failed = 0
    for path in paths:
        with open(path, encoding='utf-8') as file:
            expected = file.read().splitlines()
        with tempfile.TemporaryDirectory() as directory:
            told = replay(os.path.abspath(program), expected, directory)
        if update:
            with open(path, 'w', encoding='utf-8') as file:
                file.write('\n'.join(told) + '\n')
        elif told != expected:
            failed += 1
            for line, (ours, theirs) in enumerate(zip(told + ['(end)'], expected + ['(end)']), 1):
                if ours != theirs:
                    print(f'{path}:{line}: expected\n  {theirs}\nbut it said\n  {ours}')
                    break
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
