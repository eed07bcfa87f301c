// Two people who know each other's address and nothing else begin to talk, each in a browser and with a server of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expect, until } from './expect.mjs';
import { openNeighbours } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

/** Alice at a.localhost and Bob at b.localhost, both with an account. */
async function two(t) {
  const houses = await openNeighbours(t, ['a.localhost', 'b.localhost']);
  const [alice, bob] = [await arrive(t, 'alice'), await arrive(t, 'bob')];
  await ways.signUp(houses[0], alice.page, 'alice', 'Alice Liddell');
  await ways.signUp(houses[1], bob.page, 'bob');
  for (const [at, { page }] of [alice, bob].entries()) {
    await ways.visit(page, houses[at].url('/settings'));
    await page.locator('[data-testid="contact-on-its-way"][data-waits="false"]').waitFor({ state: 'attached' });
  }
  return { houses, alice, bob, addresses: ['alice@a.localhost', 'bob@b.localhost'] };
}

test('asked, answered after both servers were restarted, and they talk in a room that names neither', async (t) => {
  const { houses: [a, b], alice, bob, addresses: [alices, bobs] } = await two(t);
  await bob.close();
  await ways.ask(a, alice.page, bobs, 'We met on the stairs.');
  await ways.askIs(alice.page, 'waiting');
  for (const house of [a, b]) {
    await house.stop();
    await house.start();
  }
  await bob.open();
  const card = await ways.contactRequest(b, bob.page, alices);
  assert.equal(await card.getByTestId('contact-greeting').count(), 0, 'the words of a stranger are folded');
  await card.getByTestId('contact-unfold').click();
  await expect(card.getByTestId('contact-greeting')).toContain('We met on the stairs.');
  await card.getByTestId('contact-accept').click();
  await card.getByTestId('contact-room').click();
  await bob.page.getByTestId('message-input').waitFor();
  await ways.say(bob.page, 'So it was you.');
  await ways.askIs(alice.page, 'connected');
  await alice.page.getByTestId('ask-room').click();
  await ways.hears(alice.page, 'So it was you.');
  await ways.say(alice.page, 'It was.');
  await ways.hears(bob.page, 'It was.');
  await expect(alice.page.locator('h1')).toContain(bobs);
  assert.match(new URL(alice.page.url()).pathname, /^\/rooms\/mimi/, 'the room is at the provider of who was asked');
  // And in a third room, by an invite that is said in this one.
  await ways.makeRoom(a, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });
  await ways.enter(a, alice.page, bobs);
  await alice.page.getByTestId('bring').click();
  await alice.page.getByTestId('bring-room').first().check();
  await alice.page.getByTestId('bring-send').click();
  await bob.page.getByTestId('invite-look').first().click();
  await bob.page.getByTestId('invitation').getByTestId('join').click();
  await until(() => new URL(bob.page.url()).pathname.includes('clubhouse'), 'Bob is in the clubhouse');
  await ways.say(bob.page, 'Nice house.');
  await ways.enter(a, alice.page, 'Clubhouse');
  await ways.hears(alice.page, 'Nice house.');
});

test('not now, blocked, and nobody there: whoever asks is told the same', async (t) => {
  const { houses: [a, b], alice, bob, addresses: [alices, bobs] } = await two(t);
  await ways.ask(a, alice.page, bobs, 'Again and again.');
  await ways.askIs(alice.page, 'waiting');
  let card = await ways.contactRequest(b, bob.page, alices);
  await card.getByTestId('contact-not-now').click();
  await bob.page.locator('[data-testid="contact-request"][data-state="not-now"]').waitFor({ state: 'attached' });
  await ways.visit(bob.page, b.url('/requests'));
  const before = bob.page.getByTestId('contacts-before');
  if (await before.count() > 0) await before.locator('summary').click();
  card = bob.page.getByTestId('contact-request').first();
  await card.getByTestId('contact-block').click();
  await card.getByTestId('contact-block-sure').click();
  await ways.visit(bob.page, b.url('/settings'));
  await expect(bob.page.getByTestId('blocked')).toCount(1);
  await ways.visit(alice.page, a.url('/connect'));
  await ways.askIs(alice.page, 'waiting');
  await ways.ask(a, alice.page, bobs.replace('bob', 'nobody'));
  await ways.askIs(alice.page, 'not-reached');
});

test('both ask each other, and there is one room', async (t) => {
  const { houses: [a, b], alice, bob, addresses: [alices, bobs] } = await two(t);
  await Promise.all([ways.ask(a, alice.page, bobs, 'You?'), ways.ask(b, bob.page, alices, 'You?')]);
  for (const [house, person, other] of [[a, alice, bobs], [b, bob, alices]]) {
    await ways.visit(person.page, house.url('/rooms'));
    await person.page.getByTestId('room-link').first().waitFor();
    await expect(person.page.getByTestId('room-link')).toCount(1);
    await ways.enter(house, person.page, other);
  }
  await ways.say(alice.page, 'Both at once.');
  await ways.hears(bob.page, 'Both at once.');
});
