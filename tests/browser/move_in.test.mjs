// The demo's admin: made by a client without a window, moved into a browser by a one-time address.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { expect } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

const run = promisify(execFile);

/** The room `clubhouse` of a house, and the address by which its keeper moves in. */
async function clubhouse(t, house) {
  const parcel = join(house.data, 'parcel');
  const { stdout } = await run(process.env.DOORSTEP_RESIDENT, [
    '--provider', `127.0.0.1:${house.port}`, '--domain', 'localhost', '--handle', 'keeper',
    '--slug', 'clubhouse', '--name', 'Clubhouse', '--description', 'Ready.', '--out', parcel,
  ]);
  const name = `parcel-${randomBytes(16).toString('hex')}`;
  const parcels = join(house.data, 'parcels');
  await mkdir(parcels, { recursive: true });
  await copyFile(parcel, join(parcels, name));
  return { name, key: stdout.trim(), address: house.url(`/move-in#${name}.${stdout.trim()}`) };
}

test('the keeper of a ready room moves into a browser and lets a knocker in', async (t) => {
  const house = await openHouse(t);
  const { address } = await clubhouse(t, house);
  const keeper = await arrive(t, 'keeper');
  await ways.visit(keeper.page, address);
  assert.equal(new URL(keeper.page.url()).hash, '', 'the key is out of the address bar');

  const cathy = await arrive(t, 'cathy');
  await ways.visit(cathy.page, house.url('/r/clubhouse'));
  await ways.knock(cathy.page, 'Is the demo open?');
  await ways.knockIs(cathy.page, 'waiting');
  await ways.request(house, keeper.page, 'Is the demo open?');
  await keeper.page.getByTestId('accept').first().click();
  await ways.knockIs(cathy.page, 'accepted');

  // What moved in is at home here: it is there again after the browser was closed.
  await keeper.close();
  await keeper.open();
  await ways.visit(keeper.page, house.url('/rooms'));
  await keeper.page.getByTestId('room-link').filter({ hasText: 'Clubhouse' }).waitFor();
});

test('nobody moves into a browser that has a life of its own, and a wrong key opens nothing', async (t) => {
  const house = await openHouse(t);
  const { name, address } = await clubhouse(t, house);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.visit(alice.page, address);
  await expect(alice.page.locator('body')).toContain('at home in this browser already');
  await ways.visit(alice.page, house.url('/account'));
  await expect(alice.page.getByTestId('me')).toContain('alice');

  const eve = await arrive(t, 'eve');
  const wrong = randomBytes(32).toString('base64url');
  await ways.visit(eve.page, house.url(`/move-in#${name}.${wrong}`));
  await expect(eve.page.locator('body')).toContain('does not hold any more');
});
