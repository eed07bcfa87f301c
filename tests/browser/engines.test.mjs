// The main stories on each of the three engines that browsers are made of.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { picture } from './codes.mjs';
import { ENGINES } from './engines.mjs';
import { expect, until } from './expect.mjs';
import { openHouse } from './house.mjs';
import * as ways from './ways.mjs';

const ROOM = { name: 'Clubhouse', slug: 'clubhouse', description: 'For those who like clubs.' };

/** Alice in the room that she made. */
async function clubhouse(t, engine) {
  const house = await openHouse(t);
  const alice = await engine.arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  const path = await ways.makeRoom(house, alice.page, ROOM);
  return { house, alice, url: house.url(path) };
}

/** Where the engine's lock is held, as the page's browser says. */
const locks = (page) => page.evaluate(() => navigator.locks.query().then(({ held }) => held.length));

const STORIES = {
  'a knock is accepted, the two talk, and go on after a reload': async (t, engine) => {
    const { house, alice, url } = await clubhouse(t, engine);
    const cathy = await engine.arrive(t, 'cathy');
    await ways.visit(cathy.page, url);
    assert.equal(await cathy.page.evaluate(() => isSecureContext), true);
    await ways.knock(cathy.page, 'I brought a cake.');
    await ways.knockIs(cathy.page, 'waiting');
    await ways.accept(await ways.request(house, alice.page, 'I brought a cake.'));
    await ways.knockIs(cathy.page, 'accepted');

    await ways.enter(house, cathy.page, ROOM.name);
    await ways.enter(house, alice.page, ROOM.name);
    await ways.say(cathy.page, 'Thank you.');
    await ways.hears(alice.page, 'Thank you.');
    // By the keys themselves; the first words under a name are asked about once.
    await alice.page.getByTestId('message-input').pressSequentially('Come in.');
    await alice.page.getByTestId('message-input').press('Enter');
    await alice.page.getByTestId('first-send').waitFor();
    await alice.page.getByTestId('message-input').press('Enter');
    await ways.hears(cathy.page, 'Come in.');

    await cathy.page.reload();
    await ways.hears(cathy.page, 'Come in.');
    await ways.say(cathy.page, 'Where is the kettle?');
    await ways.hears(alice.page, 'Where is the kettle?');
    await ways.say(alice.page, 'On the stove.');
    await ways.hears(cathy.page, 'On the stove.');
  },

  'a link is made, opened, and joined by, and once more as a picture': async (t, engine) => {
    const folder = await mkdtemp(join(tmpdir(), 'doorstep-codes-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { house, alice } = await clubhouse(t, engine);
    const link = await ways.makeLink(alice.page, { uses: 10 });
    assert.ok(link.startsWith(`${house.origin}/j#`), link);

    const cathy = await engine.arrive(t, 'cathy');
    await ways.openLink(cathy.page, link);
    await ways.joinByLink(cathy.page);
    await ways.say(cathy.page, 'I had the link.');

    const dan = await engine.arrive(t, 'dan');
    await ways.visit(dan.page, house.url('/scan'));
    await dan.page.getByTestId('scan-file').setInputFiles(await picture(join(folder, 'code.png'), link));
    await dan.page.waitForURL(({ pathname }) => pathname === '/j');
    await dan.page.getByTestId('offer').waitFor();
    await ways.joinByLink(dan.page);
    await ways.say(dan.page, 'I had a picture of it.');

    await ways.enter(house, alice.page, ROOM.name);
    for (const words of ['I had the link.', 'I had a picture of it.']) await ways.hears(alice.page, words);
    await ways.hears(cathy.page, 'I had a picture of it.');
  },

  'two tabs show the same room, and the second goes on when the first is closed': async (t, engine) => {
    const { house, alice } = await clubhouse(t, engine);
    const second = await alice.tab(house.url('/rooms'));
    await ways.enter(house, second, ROOM.name);
    await ways.say(alice.page, 'from the first');
    await ways.hears(second, 'from the first');
    await ways.say(second, 'from the second');
    await ways.hears(alice.page, 'from the second');
    await until(async () => (await house.streams()) === 1, 'one engine for two tabs');

    await alice.page.close();
    await ways.say(second, 'on my own');
    const third = await alice.tab(house.url('/rooms'));
    await ways.enter(house, third, ROOM.name);
    for (const text of ['from the first', 'from the second', 'on my own']) await ways.hears(third, text);
  },

  'back and forward lead through the pages, and each goes on': async (t, engine) => {
    const { house, alice } = await clubhouse(t, engine);
    const { page } = alice;
    await ways.say(page, 'before');
    await page.locator('a[href="/rooms"]').first().click();
    await page.getByTestId('room-link').filter({ hasText: ROOM.name }).first().click();
    await page.getByTestId('message-input').waitFor();
    await page.goBack();
    await page.getByTestId('room-link').filter({ hasText: ROOM.name }).first().waitFor();
    assert.equal(new URL(await page.url()).pathname, '/rooms');
    await page.goForward();
    await ways.hears(page, 'before');
    await ways.say(page, 'there and back');

    await page.goto(house.url('/robots.txt'));
    await page.goBack();
    await ways.hears(page, 'there and back');
    await ways.say(page, 'from another document');
    await page.goForward();
    await page.goBack();
    await ways.hears(page, 'from another document');
    await page.goBack();
    await page.getByTestId('room-link').filter({ hasText: ROOM.name }).first().waitFor();
  },

  'a page that comes back from where the browser kept it runs no second engine': async (t, engine) => {
    const { house, alice, url } = await clubhouse(t, engine);
    const cathy = await engine.arrive(t, 'cathy');
    await ways.visit(cathy.page, url);
    await ways.knock(cathy.page, 'There and back.');
    await ways.knockIs(cathy.page, 'waiting');
    await until(async () => (await house.streams()) === 2, 'an engine for each of the two');

    await cathy.page.goto(house.url('/robots.txt'));
    await cathy.page.goBack();
    await ways.awake(cathy.page);
    await ways.knockIs(cathy.page, 'waiting');
    await until(async () => (await locks(cathy.page)) === 1, 'whose engine it is holds the lock');
    const second = await cathy.tab(house.url('/rooms'));
    await ways.awake(second);

    await ways.accept(await ways.request(house, alice.page, 'There and back.'));
    await ways.knockIs(cathy.page, 'accepted');
    await ways.enter(house, second, ROOM.name);
    await ways.enter(house, alice.page, ROOM.name);
    await ways.say(alice.page, 'Come in.');
    await ways.hears(second, 'Come in.');
    await ways.enter(house, cathy.page, ROOM.name);
    await ways.say(cathy.page, 'from the first');
    await ways.say(second, 'from the second');
    for (const page of [cathy.page, second, alice.page]) {
      for (const text of ['Come in.', 'from the first', 'from the second']) await ways.hears(page, text);
    }
    await until(async () => (await house.streams()) === 2, 'still one engine for each of the two');
    assert.equal(await locks(cathy.page), 1);
  },
};

for (const engine of ENGINES) {
  for (const [name, story] of Object.entries(STORIES)) test(`${name} (${engine.name})`, (t) => story(t, engine));
}
