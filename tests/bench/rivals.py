#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""rivals.py NAME ROWS RUNS OWNER...: a chart by another database.

NAME is duckdb or postgres, ROWS a CSV file with the columns owner, status, created_time and
revenue, of which the rows of the OWNERs are seen. Loads the rows, groups them by status and
month RUNS times after two times for nothing, and prints the times of each run in
microseconds and the number of groups. Ends with 77 where that database is not installed: DuckDB as
the package @duckdb/node-api of npm (found by NODE_PATH), PostgreSQL as Debian's server.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

WARM_UP = 2
MISSING = 77
GROUPS = ("SELECT status, date_trunc('month', created_time), sum(revenue), count(*) "
          'FROM leads WHERE owner IN ({}) GROUP BY 1, 2 ORDER BY 1, 2')
TABLE = ('CREATE TABLE leads (owner BIGINT, status BIGINT, created_time TIMESTAMP, '
         'revenue DECIMAL(18,2))')
DUCKDB = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'duckdb.js')


def duckdb(rows, runs, owners):
    """The rows in tables of memory, in the process that asks."""
    node = shutil.which('node')
    if node is None:
        return None
    said = subprocess.run([node, DUCKDB, TABLE, rows, GROUPS.format(owners), str(runs + WARM_UP)],
                          stdout=subprocess.PIPE, check=False, text=True)
    return None if said.returncode == MISSING else said.stdout.split()


def server():
    """The directory of the newest server's programs; None where there is none."""
    found = sorted(glob.glob('/usr/lib/postgresql/*/bin/initdb'),
                   key=lambda name: int(name.split('/')[4]))
    return os.path.dirname(found[-1]) if found else None


class Postgres:
    """A server of our own behind a socket in a directory of its own."""

    def __init__(self, programs, place):
        self.programs, self.place = programs, place
        # A server refuses to run as root.
        self.other = ['runuser', '-u', 'postgres', '--'] if os.geteuid() == 0 else []
        if self.other:
            shutil.chown(place, 'postgres')

    def call(self, program, *words, **more):
        return subprocess.run([*self.other, os.path.join(self.programs, program), *words],
                              check=True, text=True, cwd=self.place, **more)

    def start(self):
        data = os.path.join(self.place, 'data')
        self.call('initdb', '-D', data, '-U', 'bench', '-A', 'trust', '--no-sync',
                  stdout=subprocess.DEVNULL)
        self.call('pg_ctl', '-D', data, '-w', '-l', os.path.join(self.place, 'log'), '-o',
                  f"-c listen_addresses='' -k {self.place} -c shared_buffers=1GB -c work_mem=256MB",
                  'start', stdout=subprocess.DEVNULL)

    def stop(self):
        self.call('pg_ctl', '-D', os.path.join(self.place, 'data'), '-m', 'immediate', 'stop',
                  stdout=subprocess.DEVNULL)

    def sql(self, script):
        return self.call('psql', '-h', self.place, '-U', 'bench', '-d', 'postgres', '-X', '-q', '-A',
                         '-t', '-v', 'ON_ERROR_STOP=1', input=script, stdout=subprocess.PIPE).stdout


def postgres(rows, runs, owners):
    programs = server()
    if programs is None or (os.geteuid() == 0 and shutil.which('runuser') is None):
        return None
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        base = Postgres(programs, place)
        base.start()
        try:
            with open(rows, encoding='ascii') as file:
                base.sql(f'SET timezone = UTC; {TABLE};\nCOPY leads FROM STDIN (FORMAT csv);\n'
                         + file.read() + '\\.\nVACUUM ANALYZE leads;\n')
            query = GROUPS.format(owners) + ';\n'
            said = base.sql('\\timing on\n' + query * (runs + WARM_UP))
        finally:
            base.stop()
    times = [float(time) * 1000 for time in re.findall(r'^Time: ([0-9.]+) ms', said, re.M)]
    groups = sum('|' in line for line in said.splitlines()) // len(times)
    return [str(groups)] + [str(time) for time in times]


def main(words):
    if len(words) < 4 or words[0] not in ('duckdb', 'postgres'):
        print(__doc__, file=sys.stderr)
        return 2
    owners = ', '.join(str(int(owner)) for owner in words[3:])
    said = {'duckdb': duckdb, 'postgres': postgres}[words[0]](words[1], int(words[2]), owners)
    if said is None:
        return MISSING
    print(said[0], *said[1 + WARM_UP:])
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
