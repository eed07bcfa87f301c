// Saying in a room who one is, in real browsers: to all, to the moderators, to one person, in a knock.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expect } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

const CATHY = 'cathy@localhost';

/** A house with the open room Square, kept by alice, and cathy with an account in it under another name. */
async function square(t) {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  const path = await ways.makeRoom(house, alice.page, { name: 'Square', slug: 'square', preset: 'open' });
  const cathy = await arrive(t, 'cathy');
  await ways.signUp(house, cathy.page, 'cathy', 'Cathy Hale');
  await ways.comeIn(cathy.page, house.url(path));
  return { house, alice, cathy, url: house.url(path) };
}

/** In the list of people of the room that the page shows, somebody is proven to be this account. */
async function proven(page, account, options) {
  await ways.openPeople(page);
  await page.locator('.roster [data-testid="proven"]').filter({ hasText: account }).first().waitFor(options);
}

test('somebody tells the room, after the second click, and whoever comes later knows too', async (t) => {
  const { house, alice, cathy, url } = await square(t);
  await ways.say(cathy.page, 'Nobody knows me.');
  await ways.hears(alice.page, 'Nobody knows me.');

  await cathy.page.getByTestId('disclose').click();
  const dialog = cathy.page.locator('#disclose');
  for (const words of ['Square', 'localhost', 'One person sees it now', 'cannot be taken back', CATHY]) await expect(dialog).toContain(words);
  await cathy.page.locator('#claim-display-name').check();
  await cathy.page.getByTestId('disclose-next').click();
  for (const words of ['Square', 'localhost', 'One person sees it now', 'cannot be taken back', CATHY, 'Cathy Hale']) await expect(dialog).toContain(words);
  await cathy.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await ways.say(cathy.page, 'Still nobody.');
  await ways.hears(alice.page, 'Still nobody.');
  assert.equal(await alice.page.getByTestId('proven').count(), 0, 'one click says nothing');

  await ways.disclose(cathy.page, { displayName: true });
  await proven(alice.page, CATHY);
  const proof = alice.page.getByTestId('proof');
  for (const words of ['localhost vouches', 'Cathy Hale', 'Everybody in the room']) await expect(proof).toContain(words);
  await expect(alice.page.locator('.happened').filter({ hasText: CATHY })).toContain('proved to be');
  await alice.page.locator('.message [data-testid="proven"]').filter({ hasText: CATHY }).first().waitFor();
  await expect(cathy.page.getByTestId('here')).toContain(`You told everybody in the room that you are ${CATHY}`);

  const dan = await arrive(t, 'dan');
  await ways.comeIn(dan.page, url);
  // Not at once, and not for each of many who come: at most once a minute.
  await proven(dan.page, CATHY, { timeout: 120_000 });
  await Promise.all([alice.page.reload(), dan.page.reload()]);
  for (const { page } of [alice, dan]) await proven(page, CATHY);

  // Dan has no account: he is told what that would be, and nothing is said.
  await dan.page.getByTestId('disclose').click();
  await expect(dan.page.locator('#disclose')).toContain('you need an account');
  assert.equal(await dan.page.getByTestId('disclose-next').count(), 0);

  await ways.visit(cathy.page, house.url('/settings'));
  const told = cathy.page.getByTestId('told');
  await expect(told).toCount(1);
  for (const words of ['everybody in the room', CATHY, 'Square', 'your usual name']) await expect(told).toContain(words);
});

test('what is told to the moderators, or to one person, nobody else sees', async (t) => {
  const { house, alice, cathy, url } = await square(t);
  const dan = await arrive(t, 'dan');
  await ways.comeIn(dan.page, url);
  await cathy.page.locator('.people-button', { hasText: '3' }).waitFor();

  await ways.disclose(cathy.page, { to: 'admins' });
  await proven(alice.page, CATHY);
  await expect(alice.page.getByTestId('proof')).toContain('You alone');
  await ways.say(cathy.page, 'The moderators know me.');
  await ways.hears(dan.page, 'The moderators know me.');
  await ways.openPeople(dan.page);
  assert.equal(await dan.page.getByTestId('proven').count(), 0);
  assert.ok(!(await dan.page.locator('.chat').innerText()).includes(CATHY));

  const name = (await dan.page.getByTestId('here').locator('em').innerText()).trim();
  await ways.disclose(cathy.page, { to: name });
  await proven(dan.page, CATHY);
  await expect(dan.page.getByTestId('proof')).toContain('You alone');

  await ways.visit(cathy.page, house.url('/settings'));
  await expect(cathy.page.getByTestId('told')).toCount(2);
  await expect(cathy.page.getByTestId('told').filter({ hasText: name })).toCount(1);
});

test('in a knock, the moderators are told, and it stays folded until one of them looks', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  const path = await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });
  const cathy = await arrive(t, 'cathy');
  await ways.visit(cathy.page, house.url(path));
  await cathy.page.locator('#knock-note:enabled').waitFor();
  assert.equal(await cathy.page.getByTestId('knock-tell').count(), 0, 'without an account there is nothing to tell');
  await ways.signUp(house, cathy.page, 'cathy');
  await ways.visit(cathy.page, house.url(path));
  await cathy.page.getByTestId('knock-tell').check();
  await expect(cathy.page.locator('.knock-tell')).toContain('cannot be taken back');
  await ways.knock(cathy.page, 'You know me.');
  await ways.knockIs(cathy.page, 'waiting');

  await ways.visit(alice.page, house.url('/requests'));
  const card = alice.page.getByTestId('request');
  await card.waitFor();
  assert.ok(!(await card.innerText()).includes(CATHY), 'folded');
  await ways.request(house, alice.page, 'You know me.');
  await expect(card.getByTestId('proof')).toContain(CATHY);
  await ways.accept(card);
  await ways.knockIs(cathy.page, 'accepted');

  await ways.visit(cathy.page, house.url('/settings'));
  await expect(cathy.page.getByTestId('told')).toContain('in a knock at Clubhouse');
});

test('a room says what it thinks of it, on its page and inside', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Masks', slug: 'masks', preset: 'open', disclosure: 'forbidden' });
  assert.equal(await alice.page.getByTestId('disclose').count(), 0);
  await ways.makeRoom(house, alice.page, { name: 'Faces', slug: 'faces', preset: 'open', disclosure: 'required' });
  await expect(alice.page.locator('.strip-due')).toContain('asks everybody to say who they are');
  await ways.disclose(alice.page);
  await alice.page.locator('.strip-due').waitFor({ state: 'detached' });

  const { page } = await arrive(t, 'reader', { javaScriptEnabled: false });
  for (const [slug, words] of [['masks', 'Nobody says here who they are'], ['faces', 'within one day']]) {
    await page.goto(house.url(`/r/${slug}`));
    await expect(page.locator('.facts')).toContain(words);
  }
});

test('the first words under a name are asked about once, and nothing is lost by thinking again', async (t) => {
  const { house, alice, cathy } = await square(t);
  const { page } = cathy;
  await page.getByTestId('message-input').fill('It is me.');
  await page.getByTestId('send').click();
  await page.getByTestId('first-words').waitFor();
  await page.getByTestId('first-words').getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await page.getByTestId('message-input').inputValue(), 'It is me.');
  assert.equal(await page.getByTestId('message').count(), 0);
  await page.getByTestId('send').click();
  await page.getByTestId('first-send').click();
  await ways.hears(alice.page, 'It is me.');
  await page.getByTestId('message-input').fill('And again.');
  await page.getByTestId('send').click();
  await ways.hears(alice.page, 'And again.');
  await ways.enter(house, page, 'Square');
  await page.getByTestId('message-input').fill('Also later.');
  await page.getByTestId('send').click();
  await ways.hears(alice.page, 'Also later.');
});
