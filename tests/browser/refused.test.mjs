// What the hub does not take: whoever asked for it reads why, sees what is so, and can ask again.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expect, until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

/** Alice's room with Bob in it, both looking at it. */
async function together(t) {
  const house = await openHouse(t);
  const [alice, bob] = [await arrive(t, 'alice'), await arrive(t, 'bob')];
  await ways.signUp(house, alice.page, 'alice');
  const url = house.url(await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse', preset: 'open' }));
  await ways.comeIn(bob.page, url);
  await ways.enter(house, alice.page, 'Clubhouse');
  return { house, alice, bob };
}

/** The hub refuses what this browser asks of it there, until the function that comes back is called. */
async function refuse(person, path) {
  const pattern = `**/client/v1/${path}/**`;
  await person.browser.route(pattern, (route) =>
    route.fulfill({ status: 403, headers: { 'doorstep-reason': 'not-allowed' }, body: '' }));
  return () => person.browser.unroute(pattern);
}

test('a removal that is refused is told, and the second one counts', async (t) => {
  const { alice, bob } = await together(t);
  const accept = await refuse(alice, 'update');
  await ways.openPeople(alice.page);
  const other = alice.page.locator('.roster > li').filter({ has: alice.page.getByRole('button', { name: 'Remove', exact: true }) });
  const putOut = async () => {
    await other.getByRole('button', { name: 'Remove', exact: true }).click();
    await other.locator('button.danger').click();
  };
  await putOut();
  await alice.page.locator('.panel .problem').waitFor();
  assert.equal(await alice.page.locator('.roster > li').count(), 2);
  await ways.say(bob.page, 'Still here.');
  await ways.hears(alice.page, 'Still here.');

  await accept();
  await putOut();
  await expect(alice.page.locator('.roster > li')).toCount(1);
  assert.equal(await alice.page.locator('.panel .problem').count(), 0);
  await until(async () => !(await bob.page.getByTestId('message-input').isVisible()), 'Bob is out');
});

test('a change that is refused goes back, keeps its words, and is made again by one click', async (t) => {
  const { alice, bob } = await together(t);
  await ways.say(alice.page, 'The first words.');
  await ways.hears(bob.page, 'The first words.');
  const accept = await refuse(alice, 'submitMessage');
  const mine = alice.page.getByTestId('message').filter({ hasText: 'first words' });
  await mine.locator('.more').click();
  await mine.getByRole('button', { name: 'Change', exact: true }).click();
  await alice.page.getByTestId('message-input').fill('Other words.');
  await alice.page.getByTestId('send').click();
  const refused = alice.page.getByTestId('refused');
  await refused.waitFor();
  await expect(refused).toContain('Other words.');
  await expect(mine.locator('.said')).toContain('The first words.');

  // Kept across loading.
  await alice.page.reload();
  await expect(refused).toContain('Other words.');
  await accept();
  await refused.getByTestId('send-again').click();
  await ways.hears(bob.page, 'Other words.');
  await expect(refused).toCount(0);
  assert.equal(await bob.page.getByTestId('message').count(), 1);
});

test('a message that is refused keeps its words and is sent again as one', async (t) => {
  const { alice, bob } = await together(t);
  await ways.say(alice.page, 'Hello.');
  await ways.hears(bob.page, 'Hello.');
  const accept = await refuse(alice, 'submitMessage');
  await ways.say(alice.page, 'Is anybody there?');
  const mine = alice.page.getByTestId('message').filter({ hasText: 'anybody' });
  await alice.page.locator('[data-delivery="failed"]').waitFor();
  await accept();
  await mine.getByTestId('send-again').dblclick();
  await ways.hears(bob.page, 'Is anybody there?');
  await expect(alice.page.locator('[data-delivery="failed"]')).toCount(0);
  assert.equal(await bob.page.getByTestId('message').count(), 2);

  await refuse(alice, 'submitMessage');
  await ways.say(alice.page, 'Never mind.');
  await alice.page.locator('[data-delivery="failed"]').getByTestId('drop-refused').click();
  await expect(alice.page.getByTestId('message')).toCount(2);
});

test('what was said long ago comes as one scrolls up, and an answer leads to it', async (t) => {
  const { alice, bob } = await together(t);
  await ways.say(alice.page, 'The very first line.');
  const first = alice.page.getByTestId('message').first();
  const [input, send] = [alice.page.getByTestId('message-input'), alice.page.getByTestId('send')];
  for (let line = 1; line <= 205; line++) {
    await input.fill(`Line ${line}`);
    await send.click();
  }
  await alice.page.reload();
  await input.waitFor();
  await until(async () => (await alice.page.getByTestId('message').count()) <= 200, 'only the last part is shown');
  await ways.hears(bob.page, 'Line 205');

  const log = alice.page.locator('.log');
  const top = alice.page.getByTestId('message').first();
  const was = await top.locator('.said').textContent();
  await log.evaluate((element) => (element.scrollTop = 0));
  await expect(first.locator('.said')).toContain('The very first line.');
  // The reader is still where they were.
  const line = alice.page.getByTestId('message').filter({ has: alice.page.locator('.said', { hasText: new RegExp(`^${was}$`) }) });
  const place = await line.evaluate((element) => element.getBoundingClientRect().top);
  assert.ok(Math.abs(place) < 400, `what was on top is still in view: ${place}`);
  assert.equal(await alice.page.getByTestId('show-older').count(), 0);

  await first.locator('.more').click();
  await first.getByRole('button', { name: 'Answer', exact: true }).click();
  await ways.say(alice.page, 'I remember.');
  await bob.page.reload();
  await ways.hears(bob.page, 'I remember.');
  await until(async () => (await bob.page.getByTestId('message').count()) <= 200, 'only the last part is shown');
  await bob.page.getByTestId('quoted').click();
  const answered = bob.page.getByTestId('message').filter({ hasText: 'The very first line.' }).first();
  await until(() => answered.evaluate((element) => element === document.activeElement), 'it is looked at');
});

test('a room that was left is removed with what was said in it', async (t) => {
  const { house, alice, bob } = await together(t);
  await ways.say(alice.page, 'Between us.');
  await ways.hears(bob.page, 'Between us.');
  await bob.page.getByTestId('people').click();
  await bob.page.getByRole('button', { name: 'Leave the room', exact: true }).click();
  await bob.page.locator('.confirm button.danger').click();
  await bob.page.getByTestId('forget-room').click();
  await bob.page.locator('.chat-over button.danger').click();
  await bob.page.waitForURL((url) => url.pathname === '/rooms');
  await expect(bob.page.locator('.room-line')).toCount(0);
  await bob.page.reload();
  await ways.awake(bob.page);
  await expect(bob.page.locator('.room-line')).toCount(0);
  assert.ok(house);
});
