// Joins rooms in wasm and verifies everybody's credential, prints the middle of several times and how many times the room
// before that is. Usage: node join.mjs BUNDLE FOLDER MEMBERS…

import { readFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

const ROUNDS = 5;
const [bundle, folder, ...sizes] = process.argv.slice(2);
const { default: init, join, Door } = await import(pathToFileURL(path(bundle, 'bench.mjs')));
await init({ module_or_path: await readFile(path(bundle, 'bench_bg.wasm')) });

const middle = (work) => {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    work(round);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
};

const figure = (now, before) => `${now.toFixed(1)} ${before ? `(×${(now / before).toFixed(1)})` : '       '}`.padStart(24);

console.log('\nin wasm, doorstep, MLS alone');
console.log(`${'members'.padStart(8)} ${'join, ms'.padStart(24)} ${'credentials, ms'.padStart(24)}`);
let before = {};
for (const members of sizes) {
  const read = (name) => readFile(path(folder, `${members}.${name}`));
  const [groupInfo, tree] = [await read('short.group_info'), await read('short.tree')];
  const door = new Door(await read('listed.group_info'), await read('listed.tree'));
  const now = {
    join: middle((round) => join(`joiner ${round}`, groupInfo, tree)),
    verify: middle(() => door.verify()),
  };
  door.free();
  console.log(`${members.padStart(8)} ${figure(now.join, before.join)} ${figure(now.verify, before.verify)}`);
  before = now;
}
