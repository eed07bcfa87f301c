// axe finds nothing, on any page, in either colour scheme.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import { walk } from './walk.mjs';
import { walkTold } from './walk_told.mjs';

const { source } = createRequire(import.meta.url)('axe-core');

test('axe finds nothing on any page', async (t) => {
  const house = await openHouse(t);
  const people = {};
  for (const name of ['alice', 'cathy', 'dan', 'eve']) people[name] = await arrive(t, name);
  const found = [];
  let looked = 0;
  const look = async (page, name) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // The strict content policy lets a page run no string; the protocol's own evaluate does not ask it.
      await page.evaluate(source);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      for (const { id, nodes } of violations) {
        found.push(`${name} (${colorScheme}): ${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
      }
      looked += 1;
    }
  };
  await walk(house, people, look);
  await walkTold(t, people, look);
  assert.ok(looked >= 40, `only ${looked} looks`);
  assert.deepEqual(found, []);
});
