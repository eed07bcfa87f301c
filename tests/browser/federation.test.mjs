// Rooms of one provider, people of others, each in a browser and with a server of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { expect, until } from './expect.mjs';
import { openNeighbours } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

const ROOM = { name: 'Clubhouse', slug: 'clubhouse', description: 'For those who like clubs.' };

/** Alice's room at a.localhost, which she has open. */
async function aRoom(t, domains) {
  const houses = await openNeighbours(t, domains);
  const alice = await arrive(t, 'alice');
  await ways.signUp(houses[0], alice.page, 'alice');
  const path = await ways.makeRoom(houses[0], alice.page, ROOM);
  return { houses, alice, url: houses[0].url(path) };
}

test('a knock goes to a room of another provider through the own one, is accepted, and the two talk', async (t) => {
  const { houses: [a, b], alice, url } = await aRoom(t, ['a.localhost', 'b.localhost']);
  const cathy = await arrive(t, 'cathy');
  await ways.visit(cathy.page, url);
  await ways.goHome(cathy.page, b);
  assert.equal(new URL(cathy.page.url()).hash, '#a.localhost/r/clubhouse');
  await expect(cathy.page.locator('h1')).toContain('Clubhouse');
  assert.equal(await cathy.page.getByTestId('elsewhere').count(), 0, 'Cathy is at home');
  await ways.knock(cathy.page, 'From the other side of town.');
  await ways.knockIs(cathy.page, 'waiting');
  const card = await ways.request(a, alice.page, 'From the other side of town.');
  await expect(card).toContain('b.localhost');
  await ways.accept(card);
  await ways.knockIs(cathy.page, 'accepted');
  await ways.enter(b, cathy.page, ROOM.name);
  await ways.enter(a, alice.page, ROOM.name);
  await ways.say(alice.page, 'Come in.');
  await ways.hears(cathy.page, 'Come in.');
  await ways.say(cathy.page, 'Thank you.');
  await ways.hears(alice.page, 'Thank you.');
  await cathy.page.reload();
  await ways.hears(cathy.page, 'Thank you.');
  // Next time Cathy's provider is known on that page, and nowhere else.
  await ways.visit(cathy.page, url);
  assert.equal(await cathy.page.locator('#home-provider').inputValue(), new URL(b.origin).host);
  assert.equal(await cathy.page.evaluate(() => document.cookie.includes('b.localhost')), false);
});

test('what is typed as a provider and is none is said so, and nothing is left', async (t) => {
  const { alice, url } = await aRoom(t, ['a.localhost']);
  await alice.close();
  const dan = await arrive(t, 'dan');
  await ways.visit(dan.page, url);
  const part = dan.page.getByTestId('elsewhere');
  await part.locator('summary').click();
  for (const typed of ['', 'nowhere', 'javascript:alert(1)']) {
    await dan.page.locator('#home-provider').fill(typed);
    await part.locator('button[type=submit]').click();
    await part.getByRole('alert').waitFor();
  }
  assert.equal(dan.page.url(), url);
});

test('three providers: a link from one, admins on two, a knock from the third, and all hear each other', async (t) => {
  const { houses: [a, b, c], alice, url } = await aRoom(t, ['a.localhost', 'b.localhost', 'c.localhost']);
  const link = await ways.makeLink(alice.page, { uses: 0 });
  await alice.page.locator('.links-panel [data-do="close"]').click();
  const bob = await arrive(t, 'bob');
  await ways.openLink(bob.page, link);
  await ways.goHome(bob.page, b);
  await bob.page.getByTestId('offer').waitFor();
  await ways.joinByLink(bob.page);
  await ways.say(bob.page, 'Bob, from b.');
  await ways.hears(alice.page, 'Bob, from b.');
  await ways.openPeople(alice.page);
  await alice.page.getByTestId('set-role').first().click();
  await expect(alice.page.locator('.roster li').filter({ hasText: 'b.localhost' })).toContain('Moderator');
  const cathy = await arrive(t, 'cathy');
  await ways.visit(cathy.page, url);
  await ways.goHome(cathy.page, c);
  await ways.knock(cathy.page, 'Cathy, from c.');
  await ways.knockIs(cathy.page, 'waiting');
  await alice.close();
  const card = await ways.request(b, bob.page, 'Cathy, from c.');
  await ways.accept(card);
  await ways.knockIs(cathy.page, 'accepted');
  await alice.open();
  await ways.enter(a, alice.page, ROOM.name);
  await ways.enter(b, bob.page, ROOM.name);
  await ways.enter(c, cathy.page, ROOM.name);
  await ways.say(cathy.page, 'One.');
  await ways.say(bob.page, 'Two.');
  await ways.say(alice.page, 'Three.');
  for (const { page } of [alice, bob, cathy]) for (const text of ['One.', 'Two.', 'Three.']) await ways.hears(page, text);
});

test('providers are killed at random while eight browsers talk: nothing is missing, nothing twice, no fork', async (t) => {
  const { houses, alice } = await aRoom(t, ['a.localhost', 'b.localhost', 'c.localhost']);
  const link = await ways.makeLink(alice.page, { uses: 0 });
  await alice.page.locator('.links-panel [data-do="close"]').click();
  const people = [alice];
  for (let at = 1; at < 8; at++) {
    const person = await arrive(t, `guest${at}`);
    const house = houses[at % houses.length];
    await ways.openLink(person.page, house.url(`/j${new URL(link).hash}`));
    await ways.joinByLink(person.page);
    people.push(person);
  }
  let over = false;
  const killed = [0, 0, 0];
  const killer = (async () => {
    while (!over) {
      await pause(400 + Math.random() * 1_200);
      const at = Math.floor(Math.random() * houses.length);
      await houses[at].kill();
      killed[at]++;
      await pause(Math.random() * 800);
      await houses[at].start();
    }
  })();
  const texts = [];
  for (let round = 1; round <= 8; round++) {
    await Promise.all(people.map(async (person) => {
      const text = `${person.name} ${round}.`;
      texts.push(text);
      await ways.say(person.page, text);
    }));
  }
  over = true;
  await killer;
  t.diagnostic(`killed ${killed.join(', ')} times`);
  assert.ok(killed.reduce((sum, count) => sum + count) > 0);
  for (const { name, page } of people) {
    for (const text of texts) {
      await until(async () => (await page.getByTestId('message').filter({ hasText: text }).count()) === 1, `${name} hears ${text} once`, 180_000);
    }
  }
  // No fork: whatever is said now is heard by all.
  for (const person of [people[0], people[4], people[7]]) await ways.say(person.page, `${person.name} at last.`);
  for (const { page } of people) {
    for (const person of [people[0], people[4], people[7]]) await ways.hears(page, `${person.name} at last.`);
  }
});
