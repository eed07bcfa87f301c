// How long it takes from opening a link to the first message, in rooms of several sizes. Usage: by `cargo xtask bench-links`.

import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

const run = promisify(execFile);
const SIZES = (process.env.DOORSTEP_SIZES ?? '10,100,1000').split(',').map(Number);
const HEAD = ['members', 'room made, s', 'leads to, ms', 'joined, ms', 'said, ms', 'in all, ms'];

const row = (cells) => console.log(cells.map((cell) => String(cell).padStart(14)).join(''));

test('from a link to the first message', async (t) => {
  row(HEAD);
  for (const size of SIZES) {
    const house = await openHouse(t);
    const before = performance.now();
    const { stdout } = await run(process.env.DOORSTEP_RESIDENT, [
      '--provider', `127.0.0.1:${house.port}`, '--domain', 'localhost', '--handle', 'keeper', '--slug', 'hall',
      '--name', 'Hall', '--description', 'Large.', '--crowd', String(size - 1),
    ]);
    const filled = performance.now();
    const guest = await arrive(t, `guest-${size}`);
    guest.page.setDefaultTimeout(600_000);
    const start = performance.now();
    await guest.page.goto(house.url(`/j#${stdout.trim()}`));
    await guest.page.getByTestId('offer').waitFor();
    const offered = performance.now();
    await guest.page.getByTestId('join').click();
    await guest.page.getByTestId('message-input').waitFor();
    const joined = performance.now();
    await ways.say(guest.page, 'Good morning.');
    await guest.page.locator('[data-testid="message"][data-delivery="sent"]').waitFor();
    const said = performance.now();
    row([size, ((filled - before) / 1000).toFixed(1), ...[offered - start, joined - offered, said - joined, said - start].map(Math.round)]);
    await guest.close();
    await house.stop();
  }
});
