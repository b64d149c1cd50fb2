#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""manual.py ROOT: every command and option of the shell is in its manual page
and in docs/shell.md, and neither names one that does not exist."""

import os
import re
import sys


def read(root, path):
    with open(os.path.join(root, path), encoding='utf-8') as file:
        return file.read()


def main(root):
    source = read(root, 'examples/shell/main.c')
    commands = set(re.findall(r'^    \{"([a-z-]+)", \d, \d, ', source, re.M))
    options = set(re.findall(r'(?:VALUE|FLAG)\("(--[a-z-]+)"', source)) | {'--help', '--version'}
    page = read(root, 'docs/crm4e.1').replace('\\-', '-')
    guide = read(root, 'docs/shell.md')
    found = []
    for name in sorted(commands):
        if not re.search(rf'^\.BI? "?{name}\b', page, re.M):
            found.append(f'crm4e.1 lacks the command {name}')
        if not re.search(rf'^\| `{name}\b', guide, re.M):
            found.append(f'shell.md lacks the command {name}')
    for where, text in (('crm4e.1', page), ('shell.md', guide)):
        named = set(re.findall(r'--[a-z]+(?:-[a-z]+)*', text))
        missing = options - named - ({'--help'} if where == 'shell.md' else set())
        found += [f'{where} lacks the option {option}' for option in sorted(missing)]
        found += [f'{where}: there is no option {option}' for option in sorted(named - options)]
    print('\n'.join(found))
    return 1 if found or len(commands) < 18 else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
