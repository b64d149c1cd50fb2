#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compare_csv.py PROGRAM: reads generated CSV with PROGRAM and with Python's
csv module; both must find the same rows, or both refuse the file."""

import csv
import io
import json
import random
import subprocess
import sys

ALPHABET = ['a', 'b', ' ', ',', ',', '"', '"', '\n', '\r\n', '王', 'é', '\t', '"x"', '""']
FILES = 400


def written(chance):
    """A well-formed file, as csv.writer has it."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
                        lineterminator=chance.choice(['\n', '\r\n']))
    for _ in range(chance.randrange(6)):
        writer.writerow([''.join(chance.choices(ALPHABET, k=chance.randrange(5)))
                         for _ in range(chance.randrange(1, 5))])
    return out.getvalue()


def noise(chance):
    return ''.join(chance.choices(ALPHABET, k=chance.randrange(25)))


def stray(text):
    """Python reads on where a quote stands inside a cell without quotes; the
    format has no such thing."""
    quoted, start = False, True
    for c in text:
        if c == '"':
            if not quoted and not start:
                return True
            quoted = not quoted
            start = True  # a quote may follow: doubled
        else:
            start = not quoted and c in ',\n'
            if quoted:
                start = True
    return False


def expected(text):
    try:
        rows = list(csv.reader(io.StringIO(text, newline=''), strict=True))
    except csv.Error:
        return None
    # A line with nothing on it is no row.
    return [row for row in rows if row]


def found(program, text):
    result = subprocess.run([program], input=text.encode(), stdout=subprocess.PIPE, check=True)
    lines = result.stdout.decode().split('\n')[:-1]
    if lines and lines[-1] == 'refused':
        return None
    return [json.loads(line) for line in lines]


def main():
    chance = random.Random(4180)
    compared = 0
    for number in range(FILES):
        text = written(chance) if number % 2 else noise(chance)
        theirs = expected(text)
        if theirs is not None and stray(text):
            theirs = None
        ours = found(sys.argv[1], text)
        if ours != theirs:
            print(f'{text!r}\n  csv module: {theirs}\n  {sys.argv[1]}: {ours}')
            return 1
        compared += theirs is not None
    print(f'{FILES} files, {compared} well-formed')
    return 0 if compared > FILES // 2 else 1


if __name__ == '__main__':
    sys.exit(main())
