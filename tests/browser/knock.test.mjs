// The first thing Doorstep does for anybody, in two real browsers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expect } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

const ROOM = { name: 'Clubhouse', slug: 'clubhouse', description: 'For those who like clubs.\nAnd houses.' };

/** Alice has made a room, asked to join, and closed her browser. */
async function aRoom(t) {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  const path = await ways.makeRoom(house, alice.page, ROOM);
  await alice.close();
  return { house, alice, url: house.url(path) };
}

test('a stranger reads the page without JavaScript', async (t) => {
  const { house, url } = await aRoom(t);
  const { page } = await arrive(t, 'reader', { javaScriptEnabled: false });
  const answer = await page.goto(url);
  assert.equal(answer.status(), 200);
  await expect(page.locator('h1')).toContain('Clubhouse');
  const text = await page.locator('main').innerText();
  for (const words of ['For those who like clubs.', 'And houses.', 'Ask to join']) assert.ok(text.includes(words), words);
  assert.equal(await page.locator('meta[property="og:title"]').count(), 1);
  await page.goto(house.url('/'));
  await page.getByRole('link', { name: 'Clubhouse' }).click();
  await expect(page.locator('h1')).toContain('Clubhouse');
});

test('an unknown room answers as a room that is not shown', async (t) => {
  const house = await openHouse(t);
  const { page } = await arrive(t, 'reader', { javaScriptEnabled: false });
  const answer = await page.goto(house.url('/r/nobody-made-this'));
  assert.equal(answer.status(), 404);
  await page.locator('h1').waitFor();
});

test('a knock is accepted by an admin who was away, and the two talk, also after a reload', async (t) => {
  const { house, alice, url } = await aRoom(t);
  const cathy = await arrive(t, 'cathy');
  await ways.visit(cathy.page, url);
  await expect(cathy.page.locator('.marks')).toContain('one person');
  await ways.knock(cathy.page, 'I brought a cake.');
  await ways.knockIs(cathy.page, 'waiting');

  await alice.open();
  const card = await ways.request(house, alice.page, 'I brought a cake.');
  await ways.accept(card);
  await ways.knockIs(cathy.page, 'accepted');

  await ways.enter(house, cathy.page, ROOM.name);
  await ways.enter(house, alice.page, ROOM.name);
  await ways.say(alice.page, 'Come in.');
  await ways.hears(cathy.page, 'Come in.');
  await ways.say(cathy.page, 'Thank you.');
  await ways.hears(alice.page, 'Thank you.');

  await Promise.all([alice.page.reload(), cathy.page.reload()]);
  await ways.hears(cathy.page, 'Come in.');
  await ways.hears(alice.page, 'Thank you.');
  await ways.say(cathy.page, 'Where is the kettle?');
  await ways.hears(alice.page, 'Where is the kettle?');
  await ways.say(alice.page, 'On the stove.');
  await ways.hears(cathy.page, 'On the stove.');
});

test('a declined knocker reads the reason', async (t) => {
  const { house, alice, url } = await aRoom(t);
  const dan = await arrive(t, 'dan');
  await ways.visit(dan.page, url);
  await ways.knock(dan.page, 'Let me in.');
  await ways.knockIs(dan.page, 'waiting');
  await dan.close();

  await alice.open();
  await ways.decline(await ways.request(house, alice.page, 'Let me in.'), 'We are full this week.');
  await alice.page.locator('[data-testid="request"][data-state="answered"]').first().waitFor();

  await dan.open();
  await ways.visit(dan.page, url);
  await ways.knockIs(dan.page, 'declined');
  await expect(dan.page.getByTestId('reason')).toContain('We are full this week.');
});

test('a withdrawn knock cannot be answered any more', async (t) => {
  const { house, alice, url } = await aRoom(t);
  const eve = await arrive(t, 'eve');
  await ways.visit(eve.page, url);
  await ways.knock(eve.page, 'Never mind me.');
  await ways.knockIs(eve.page, 'waiting');
  await alice.open();
  await ways.request(house, alice.page, 'Never mind me.');

  await eve.page.getByTestId('withdraw').first().click();
  await ways.knockIs(eve.page, 'withdrawn');
  const gone = alice.page.locator('[data-testid="request"][data-state="open"]');
  await expect(gone).toCount(0);
  await alice.page.locator('[data-testid="request"][data-state="withdrawn"]').waitFor();
  assert.equal(await alice.page.getByTestId('accept').count(), 0);
});

test('killing the tab right after the click loses nothing and knocks once', async (t) => {
  const { house, alice, url } = await aRoom(t);
  const finn = await arrive(t, 'finn');
  await ways.visit(finn.page, url);
  const doomed = finn.page;
  finn.page = await finn.browser.newPage();
  await ways.knock(doomed, 'I was in a hurry.');
  await doomed.close({ runBeforeUnload: false });

  await ways.visit(finn.page, url);
  await ways.knockIs(finn.page, 'waiting');
  await alice.open();
  await ways.request(house, alice.page, 'I was in a hurry.');
  await expect(alice.page.getByTestId('request')).toCount(1);
});
