// Joins rooms in wasm and prints the middle of several times. Usage: node join.mjs BUNDLE FOLDER MEMBERS…

import { readFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

const [bundle, folder, ...sizes] = process.argv.slice(2);
const { default: init, join } = await import(pathToFileURL(path(bundle, 'bench.mjs')));
await init({ module_or_path: await readFile(path(bundle, 'bench_bg.wasm')) });

console.log(`${'members'.padStart(8)} ${'join in wasm, ms'.padStart(18)}`);
for (const members of sizes) {
  const groupInfo = await readFile(path(folder, `${members}.group_info`));
  const tree = await readFile(path(folder, `${members}.tree`));
  const times = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    join(`joiner ${round}`, groupInfo, tree);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  console.log(`${members.padStart(8)} ${times[2].toFixed(1).padStart(18)}`);
}
