// Pages that somebody else changes while the app runs: a browser's translation, and whatever else moves texts.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expect, until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

const ROOM = { name: 'Clubhouse', slug: 'clubhouse', description: 'For those who like clubs.' };

/**
 * Runs in the page. Does to each text what Chrome's translation does, from before the app starts, and again at each change:
 * the text goes into two `font` elements. `replaced`: into them goes another text, and the page's own is nowhere any more.
 */
function translate(replaced) {
  const treat = (under) => {
    const walker = document.createTreeWalker(under, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const kept = text.parentElement?.closest('font, script, style, textarea');
      if (kept || text.data.trim() === '') continue;
      const outer = document.createElement('font');
      const inner = document.createElement('font');
      outer.append(inner);
      if (replaced) inner.append(`‹${text.data}›`);
      text.replaceWith(outer);
      if (!replaced) inner.append(text);
      globalThis.translated = (globalThis.translated ?? 0) + 1;
    }
  };
  document.addEventListener('DOMContentLoaded', () => {
    const app = document.querySelector('#app');
    if (!app) return;
    treat(app);
    new MutationObserver(() => treat(app)).observe(app, { subtree: true, childList: true, characterData: true });
  });
}

/** Somebody arrives whose page is translated; other tabs of theirs are not. */
async function arriveTranslated(t, name, replaced) {
  const person = await arrive(t, name);
  await person.page.addInitScript(translate, replaced);
  return person;
}

const plain = (text) => text.replace(/[‹›\s]/g, '');

/** What a page shows beside what it told a moment ago, whatever it is wrapped in; how many are in a room a door says as of when it was asked. */
const shown = async (page) => plain(await page.locator('main').innerText()).replace(/(Thereis|Thereare)?(oneperson|\d+people)/g, '');

/** A page that nobody changes shows the same at the same address. */
async function showsWhatItShould(person) {
  const twin = await person.tab(person.page.url());
  await ways.awake(twin);
  let both;
  await until(async () => {
    both = await Promise.all([shown(person.page), shown(twin)]);
    return both[0] === both[1];
  }, 'both pages show the same').catch(() => assert.deepEqual(both[0], both[1]));
  await twin.close();
}

/** Opens the buttons of a message, and clicks the one that says this. */
async function wish(page, text, what) {
  const message = page.getByTestId('message').filter({ hasText: text }).first();
  await message.locator('.more').click();
  await message.locator('.menu button').filter({ hasText: what }).click();
}

/** Opens a panel and puts it away. */
async function look(page, button, panel, inside) {
  await page.getByTestId(button).click();
  await page.locator(panel).filter({ hasText: inside }).waitFor();
  await page.getByTestId(button).click();
  await page.locator(panel).waitFor({ state: 'detached' });
}

async function goTo(page, path) {
  await page.locator(`a[href="${path}"]:visible`).first().click();
  await page.waitForURL((url) => url.pathname === path);
}

for (const replaced of [false, true]) {
  test(`everything goes on, and is shown, while each text is ${replaced ? 'replaced' : 'wrapped'} by somebody else`, async (t) => {
    const house = await openHouse(t);
    const alice = await arriveTranslated(t, 'alice', replaced);
    await ways.signUp(house, alice.page, 'alice');
    await ways.makeRoom(house, alice.page, ROOM);
    const cathy = await arriveTranslated(t, 'cathy', replaced);
    await ways.visit(cathy.page, house.url(`/r/${ROOM.slug}`));
    assert.ok((await cathy.page.evaluate(() => globalThis.translated)) > 5, 'texts are treated');

    const name = async () => (await cathy.page.locator('.as-whom strong').textContent()).replace(/[‹›]/g, '');
    for (const time of ['once', 'twice']) {
      const before = await name();
      await cathy.page.locator('.as-whom button').click();
      await until(async () => (await name()) !== before, `another name is shown, ${time}`);
    }
    const chosen = await name();
    await ways.knock(cathy.page, 'I brought a cake.');
    await ways.knockIs(cathy.page, 'waiting');
    const card = await ways.request(house, alice.page, 'I brought a cake.');
    await expect(card.locator('h3')).toContain(chosen);
    await showsWhatItShould(cathy);
    await ways.accept(card);
    await ways.knockIs(cathy.page, 'accepted');
    await showsWhatItShould(cathy);

    for (const { page } of [alice, cathy]) await ways.goIn(page, ROOM.name);
    await ways.say(alice.page, 'Come in.');
    await ways.hears(cathy.page, 'Come in.');
    await ways.say(cathy.page, 'Thank you.');
    await ways.hears(alice.page, 'Thank you.');
    await wish(alice.page, 'Come in.', 'Change');
    await ways.say(alice.page, 'Come in, all of you.');
    await ways.hears(cathy.page, 'Come in, all of you.');
    await wish(cathy.page, 'Come in, all of you.', '👍');
    await expect(alice.page.getByTestId('message').filter({ hasText: 'all of you' })).toContain('👍');
    await wish(alice.page, 'Thank you.', 'Answer');
    await ways.say(alice.page, 'Not at all.');
    await ways.hears(cathy.page, 'Not at all.');
    await wish(cathy.page, 'Thank you.', 'Delete');
    await until(async () => !(await shown(alice.page)).includes(plain('Thank you.')), 'what was deleted is gone');
    await showsWhatItShould(alice);
    await showsWhatItShould(cathy);

    await look(alice.page, 'people', '.roster', chosen);
    await look(alice.page, 'invite', '.links-panel', 'link');
    await look(cathy.page, 'people', '.roster', chosen);
    for (const { page } of [alice, cathy]) {
      await goTo(page, '/rooms');
      await goTo(page, '/settings');
      await page.goBack();
    }
    await showsWhatItShould(alice);
    await showsWhatItShould(cathy);
    for (const { page } of [alice, cathy]) await ways.goIn(page, ROOM.name);
    await ways.say(cathy.page, 'I am back.');
    await ways.hears(alice.page, 'I am back.');
    await showsWhatItShould(alice);
  });
}

test('a document whose language was changed before the app started is the page that it was', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, ROOM);
  await alice.close();

  const cathy = await arrive(t, 'cathy');
  let attribute;
  let changed;
  await cathy.page.route((url) => !url.pathname.startsWith('/assets'), async (route) => {
    if (route.request().resourceType() !== 'document') return route.continue();
    const answer = await route.fetch();
    const body = await answer.text();
    const other = body.replace(/<html lang="[^"]*"/, `<html${attribute}`);
    changed = other !== body;
    return route.fulfill({ response: answer, body: other });
  });
  const door = house.url(`/r/${ROOM.slug}`);
  for (attribute of [' lang="es"', ' lang="de-x-mtfrom-en"', ' lang=""', ' lang="en-US"', ' lang="EN"', ' lang="de"', '']) {
    await ways.visit(cathy.page, door);
    assert.ok(changed, 'the document was changed');
    await cathy.page.locator('form.needs-script[data-off="false"] button.primary').filter({ hasText: 'Ask to join' }).waitFor();
    await ways.visit(cathy.page, house.url('/account'));
    await cathy.page.getByTestId('sign-up').filter({ hasText: 'Make' }).waitFor();
  }
  await ways.visit(cathy.page, door);
  await ways.knock(cathy.page, 'In whatever language.');
  await ways.knockIs(cathy.page, 'waiting');
});
