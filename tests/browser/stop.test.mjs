// The engine stops in the middle of a room: the page says so, and loaded again it goes on.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

/** A module that traps when it is started, as a panic in the engine does: `(start (func unreachable))`. */
const TRAP = [
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00, 0x08,
  0x01, 0x00, 0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b,
];

test('a trap in the engine is said on every tab, and nothing is lost', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });
  await ways.say(alice.page, 'before');
  const second = await alice.tab(house.url('/rooms'));
  await ways.enter(house, second, 'Clubhouse');
  await ways.hears(second, 'before');

  const [engine] = alice.page.workers();
  await engine.evaluate((trap) => {
    setTimeout(() => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(trap))));
  }, TRAP);
  for (const page of [alice.page, second]) await page.locator('[data-trouble="engine-stopped"]').waitFor();
  await until(() => alice.page.workers().length === 0, 'the worker ends');
  assert.ok(alice.complaints.every((complaint) => complaint.includes('unreachable')), alice.complaints.join('\n'));
  alice.complaints.length = 0;

  await alice.page.reload();
  await ways.hears(alice.page, 'before');
  await ways.say(alice.page, 'after');
  await ways.hears(second, 'after');
});
