// SPDX-License-Identifier: MIT
// duckdb.js TABLE ROWS QUERY RUNS: loads a CSV file into a table of memory and prints the number
// of groups and the microseconds of each run of the query.
'use strict';

const MISSING = 77;

function binding() {
  try {
    return require('@duckdb/node-api');
  } catch (error) {
    process.exit(MISSING);
  }
}

async function main(table, rows, query, runs) {
  const { DuckDBInstance } = binding();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const times = [];
  let groups = 0;

  await connection.run(table);
  await connection.run(`COPY leads FROM '${rows.replaceAll("'", "''")}' (HEADER false)`);
  for (let i = 0; i < runs; i++) {
    const before = process.hrtime.bigint();

    groups = (await connection.runAndReadAll(query)).currentRowCount;
    times.push(Number(process.hrtime.bigint() - before) / 1000);
  }
  console.log(groups, times.join(' '));
}

main(process.argv[2], process.argv[3], process.argv[4], Number(process.argv[5]));
