// The page app is two modules: what a stranger loads, and what is behind the doors. From one to the other, and back.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expect, until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

/** Names of the modules whose wasm the document fetched. */
const fetched = (page) =>
  page.evaluate(() => {
    const files = performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname);
    return [...new Set(files.flatMap((file) => file.match(/\/(visitor|members)-[0-9a-f]+_bg\.wasm$/)?.[1] ?? []))].sort();
  });

/** Marks the document, to see whether it is still the same one later. */
const mark = (page) => page.evaluate(() => { window.sameDocument = true; });
const isMarked = (page) => page.evaluate(() => window.sameDocument === true);

test('who comes to a door loads what draws doors, and the rooms when she has knocked', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });
  assert.deepEqual(await fetched(alice.page), ['members']);

  const cathy = await arrive(t, 'cathy');
  const { page } = cathy;
  await ways.visit(page, house.url('/'));
  await mark(page);
  await page.getByRole('link', { name: 'Clubhouse' }).click();
  await page.locator('#knock-note').waitFor();
  assert.ok(await isMarked(page), 'from home to a door no document is loaded');
  assert.deepEqual(await fetched(page), ['visitor'], 'nothing of the rooms before she knocks');

  await ways.knock(page, 'Let me in, please.');
  await ways.knockIs(page, 'waiting');
  await until(async () => (await fetched(page)).includes('members'), 'the rooms are fetched ahead');
  await ways.accept(await ways.request(house, alice.page, 'Let me in, please.'));
  await ways.knockIs(page, 'accepted');

  // What the rooms need is in the browser's cache when the door opens.
  await page.getByTestId('go-to-room').first().click();
  await page.getByTestId('message-input').waitFor();
  assert.ok(!(await isMarked(page)), 'the room is another document');
  const sent = await page.evaluate(() =>
    performance.getEntriesByType('resource').filter((entry) => /\/members-/.test(entry.name)).map((entry) => [entry.name, entry.transferSize]));
  assert.equal(sent.length, 3, `script, wasm and texts: ${sent}`);
  assert.ok(sent.every(([, bytes]) => bytes === 0), `from the cache: ${sent}`);
  await ways.say(page, 'Here I am.');
  await ways.enter(house, alice.page, 'Clubhouse');
  await ways.hears(alice.page, 'Here I am.');
});

test('between the pages of both, forwards and back', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  const { page } = alice;
  await ways.visit(page, house.url('/'));

  // A link to a page of the other module, and back by the browser's own button.
  await page.locator('main a[href="/account"]').click();
  await page.getByTestId('handle').waitFor();
  await page.goBack();
  await page.locator('main a[href="/account"]').waitFor();
  await page.goForward();
  await page.getByTestId('handle').fill('alice');
  await page.getByTestId('sign-up').click();
  await expect(page.getByTestId('me')).toContain('alice');

  // Inside a module no document is loaded; steps back and forward stay in it.
  await mark(page);
  await page.locator('nav a[href="/rooms"]').click();
  await page.locator('main a[href="/scan"]').waitFor();
  await page.locator('nav a[href="/settings"]').click();
  await page.goBack();
  await page.locator('main a[href="/scan"]').waitFor();
  assert.ok(await isMarked(page));

  // Over the border and back again.
  await page.locator('main a[href="/scan"]').click();
  await page.getByTestId('scan-text').waitFor();
  assert.ok(!(await isMarked(page)));
  await ways.awake(page);
  await page.locator('a.brand').click();
  await page.locator('main a[href="/new"]').waitFor();
  await page.goBack();
  await page.getByTestId('scan-text').waitFor();
  await page.goBack();
  await page.locator('main a[href="/new"]').waitFor();
  await page.locator('nav a[href="/rooms"][aria-current="page"]').waitFor();

  // Another language is fetched for the module that is there.
  await page.locator('nav a[href="/settings"]').click();
  await page.locator('#lang').selectOption('de');
  await expect(page.locator('main h1')).toContain('Einstellungen');
  await page.locator('a.brand').click();
  await page.locator('html[lang="de"][data-app="ready"]').waitFor({ state: 'attached' });
  await expect(page.locator('main')).toContain('Räume mit einer Tür');
});
