// Somebody who has been there for long: their rows are folded into bundles, and what changes afterwards is there after
// each start, with all that lay still.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

const CROWD = 150;

/** How many rows lie by themselves, and how many bundles there are: names of 32 bytes, and of 16. */
async function lying(page) {
  return await page.evaluate(async () => {
    const done = (request) => new Promise((yes, no) => Object.assign(request, { onsuccess: () => yes(request.result), onerror: no }));
    const database = await done(indexedDB.open('doorstep'));
    const names = await done(database.transaction('rows').objectStore('rows').getAllKeys());
    database.close();
    const of = (length) => names.filter((name) => name.byteLength === length).length;
    return { single: of(32), bundles: of(16), others: names.length - of(32) - of(16) };
  });
}

async function again(house, keeper) {
  await keeper.close();
  await keeper.open();
  await ways.visit(keeper.page, house.url('/rooms'));
  await ways.enter(house, keeper.page, 'Clubhouse');
}

test('rows that lie still are folded, and a change takes them out again', async (t) => {
  const house = await openHouse(t);
  const parcel = join(house.data, 'parcel');
  const { stdout } = await promisify(execFile)(process.env.DOORSTEP_RESIDENT, [
    '--provider', `127.0.0.1:${house.port}`, '--domain', 'localhost', '--handle', 'keeper', '--slug', 'clubhouse',
    '--name', 'Clubhouse', '--description', 'Ready.', '--crowd', `${CROWD}`, '--out', parcel,
  ]);
  const name = `parcel-${randomBytes(16).toString('hex')}`;
  await mkdir(join(house.data, 'parcels'), { recursive: true });
  await copyFile(parcel, join(house.data, 'parcels', name));

  const keeper = await arrive(t, 'keeper');
  await ways.visit(keeper.page, house.url(`/move-in#${name}.${stdout.trim().split('\n').at(-1)}`));
  await until(async () => (await lying(keeper.page)).single > 512, 'all moved in');
  assert.equal((await lying(keeper.page)).bundles, 0);

  await again(house, keeper);
  await until(async () => (await lying(keeper.page)).bundles > 0, 'they are folded');
  const folded = await lying(keeper.page);
  assert.ok(folded.single < 256 && folded.others === 0, JSON.stringify(folded));

  // What comes now lies by itself; what it changes leaves its bundle.
  await ways.say(keeper.page, 'Good morning.');
  await again(house, keeper);
  await ways.hears(keeper.page, 'Good morning.');
  await ways.openPeople(keeper.page);
  await until(async () => (await keeper.page.locator('.roster > li').count()) === CROWD, 'all are there');

  await ways.say(keeper.page, 'And good night.');
  await again(house, keeper);
  await ways.hears(keeper.page, 'Good morning.');
  await ways.hears(keeper.page, 'And good night.');
});
