// The page app is one program in one document: no page of it loads another document, and what the engine runs in is fetched
// when somebody acts, not before.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expect, until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

/** Whose wasm the document fetched. */
const fetched = (page) =>
  page.evaluate(() => {
    const files = performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname);
    return [...new Set(files.flatMap((file) => file.match(/\/([a-z]+)-[0-9a-f]+_bg\.wasm$/)?.[1] ?? []))].sort();
  });

/** Marks the document, to see whether it is still the same one later. */
const mark = (page) => page.evaluate(() => { window.sameDocument = true; });
const isMarked = (page) => page.evaluate(() => window.sameDocument === true);

test('who reads a door loads no engine; it comes with the first letter of a knock, and the room in the same document', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });

  const cathy = await arrive(t, 'cathy');
  const { page } = cathy;
  await ways.visit(page, house.url('/'));
  await mark(page);
  await page.getByRole('link', { name: 'Clubhouse' }).click();
  const note = page.locator('#knock-note');
  await note.waitFor();
  assert.deepEqual([await fetched(page), page.workers().length], [['app'], 0], 'no engine to read');

  await note.press('L');
  await until(async () => page.workers().length === 1, 'the engine comes while somebody writes');
  assert.equal(await page.locator('nav').count(), 0, 'who only writes is a stranger still');
  await ways.knock(page, 'Let me in, please.');
  await ways.knockIs(page, 'waiting');
  await ways.accept(await ways.request(house, alice.page, 'Let me in, please.'));
  await ways.knockIs(page, 'accepted');
  await page.getByTestId('go-to-room').first().click();
  await page.getByTestId('message-input').waitFor();
  assert.ok(await isMarked(page), 'the door, the knock and the room are one document');
  await ways.say(page, 'Here I am.');
  await ways.enter(house, alice.page, 'Clubhouse');
  await ways.hears(alice.page, 'Here I am.');
});

test('all pages, forwards and back, and in another language, are one document', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  const { page } = alice;
  await ways.visit(page, house.url('/'));
  await mark(page);

  await page.locator('main a[href="/account"]').click();
  await page.getByTestId('handle').waitFor();
  await page.goBack();
  await page.locator('main a[href="/account"]').waitFor();
  await page.goForward();
  await page.getByTestId('handle').fill('alice');
  await page.getByTestId('sign-up').click();
  await expect(page.getByTestId('me')).toContain('alice');
  await page.locator('nav a[href="/rooms"]').click();
  await page.locator('main a[href="/scan"]').waitFor();
  await page.locator('nav a[href="/settings"]').click();
  await page.locator('#lang').waitFor();
  await page.goBack();
  await page.locator('main a[href="/scan"]').click();
  await page.getByTestId('scan-text').waitFor();
  await page.locator('a.brand').click();
  await page.locator('main a[href="/new"]').waitFor();
  await page.goBack();
  await page.getByTestId('scan-text').waitFor();
  await page.goBack();
  await page.locator('nav a[href="/rooms"][aria-current="page"]').waitFor();

  await page.locator('nav a[href="/settings"]').click();
  await page.locator('#lang').selectOption('de');
  await expect(page.locator('main h1')).toContain('Einstellungen');
  await page.locator('a.brand').click();
  await expect(page.locator('main')).toContain('Räume mit einer Tür');
  assert.ok(await isMarked(page), 'no document was loaded on the way');

  // The next document is in that language too.
  await page.reload();
  await page.locator('html[lang="de"][data-app="ready"]').waitFor({ state: 'attached' });
  await expect(page.locator('main')).toContain('Räume mit einer Tür');
});
