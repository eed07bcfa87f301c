// The engine stops in the middle of a room: its page says so, another tab starts another engine, and nothing is lost.

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

test('a trap in the engine is said, another tab goes on, and nothing is lost', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });
  await ways.say(alice.page, 'before');
  const second = await alice.tab(house.url('/rooms'));
  await ways.enter(house, second, 'Clubhouse');
  await ways.hears(second, 'before');

  // In the other tab that is over as soon as its own engine is ready, which may be at once.
  await second.evaluate(() => {
    const look = () => {
      if (document.querySelector('[data-trouble="engine-stopped"]')) globalThis.wasTold = true;
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  const [engine] = alice.page.workers();
  await engine.evaluate((trap) => {
    setTimeout(() => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(trap))));
  }, TRAP);
  const told = (page) => page.locator('[data-trouble="engine-stopped"]');
  await told(alice.page).waitFor();
  await until(() => alice.page.workers().length === 0, 'the worker ends');
  await until(() => second.evaluate(() => globalThis.wasTold === true), 'the other tab says it too');
  await until(() => second.workers().length === 1, 'the other tab starts an engine');
  await told(second).waitFor({ state: 'detached' });
  assert.ok(alice.complaints.every((complaint) => complaint.includes('unreachable')), alice.complaints.join('\n'));
  alice.complaints.length = 0;

  // The page whose engine stopped goes on with the other's, and says all the while that it is to be loaded again: it would
  // have none when that tab is closed.
  await ways.say(second, 'meanwhile');
  await ways.hears(alice.page, 'meanwhile');
  assert.equal(await told(alice.page).count(), 1);
  assert.equal(await told(second).count(), 0);

  await alice.page.reload();
  await ways.hears(alice.page, 'before');
  assert.equal(await told(alice.page).count(), 0);
  await ways.say(alice.page, 'after');
  await ways.hears(second, 'after');
});
