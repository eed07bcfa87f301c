// A panic in the page: it says so and comes back by itself, and every word that was typed is still there.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

const ROOM = { name: 'Clubhouse', slug: 'clubhouse' };

/**
 * Runs in the page. The browser refuses the next change of elements, as it does when something else has moved them: yew
 * panics at that, wherever it happens. Once something has gone wrong elements can be changed as ever.
 */
function refuse() {
  const real = {};
  for (const name of ['insertBefore', 'removeChild', 'appendChild', 'replaceChild']) {
    real[name] = Node.prototype[name];
    Node.prototype[name] = () => { throw new DOMException('not a child of this node', 'NotFoundError'); };
  }
  const end = () => Object.assign(Node.prototype, real);
  for (const kind of ['error', 'unhandledrejection']) addEventListener(kind, end, { once: true, capture: true });
}

/** Runs in each page: that it says of itself, to everybody at once, that it stopped; kept past the document. */
function listen() {
  const hear = () => {
    for (const note of document.querySelectorAll('[role="alert"], [role="status"]')) {
      if (note.checkVisibility() && /stopp(ed|ing)/.test(note.innerText)) sessionStorage.setItem('test.stopped', '1');
    }
  };
  new MutationObserver(hear).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}

async function arriveListening(t, name) {
  const person = await arrive(t, name);
  await person.browser.addInitScript(listen);
  return person;
}

/** What `trigger` brings about makes the page trap; it says so, and is there again without anybody's doing. */
async function trap(person, trigger) {
  const { page } = person;
  await page.evaluate(() => sessionStorage.removeItem('test.stopped'));
  const loaded = page.waitForEvent('domcontentloaded');
  await page.evaluate(refuse);
  await trigger();
  await loaded;
  await ways.awake(page);
  assert.ok(person.complaints.length > 0, 'the page trapped');
  assert.ok(person.complaints.every((one) => /unreachable|RuntimeError|panicked|doorstep stopped|not a child of this node/.test(one)), person.complaints.join('\n'));
  person.complaints.length = 0;
  await until(() => page.evaluate(() => Boolean(sessionStorage.getItem('test.stopped'))), 'the page says what happened');
}

/** A field of the app has these words. */
async function holds(field, text) {
  await until(async () => (await field.inputValue()) === text, `"${text}" in ${field}`);
}

test('the form of a new room and the note of a knock outlive a trap in the page', async (t) => {
  const house = await openHouse(t);
  const alice = await arriveListening(t, 'alice');
  const field = (id) => alice.page.getByTestId(id);
  await ways.signUp(house, alice.page, 'alice');
  await ways.visit(alice.page, house.url('/new'));
  await field('room-name').fill('Clubhouse');
  await field('room-description').fill('For those who like clubs.\nAnd houses.');
  await field('room-slug').fill('clubhouse');
  await trap(alice, () => field('preset-open').click());
  await holds(field('room-name'), 'Clubhouse');
  await holds(field('room-description'), 'For those who like clubs.\nAnd houses.');
  await holds(field('room-slug'), 'clubhouse');
  await field('preset-ask').check();
  await field('visibility-listed').check();
  await field('create-room').click();
  await field('message-input').waitFor();

  const cathy = await arriveListening(t, 'cathy');
  await ways.signUp(house, cathy.page, 'cathy');
  await ways.visit(cathy.page, house.url('/r/clubhouse'));
  await cathy.page.locator('#knock-note').fill('I brought a cake.');
  await trap(cathy, () => cathy.page.getByTestId('knock-tell').click());
  await holds(cathy.page.locator('#knock-note'), 'I brought a cake.');
  await cathy.page.locator('form.needs-script[data-off="false"] button.primary[type=submit]').click();
  await ways.knockIs(cathy.page, 'waiting');
  await ways.request(house, alice.page, 'I brought a cake.');
});

test('the reason of a refusal outlives a trap in the page', async (t) => {
  const house = await openHouse(t);
  const alice = await arriveListening(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  const url = house.url(await ways.makeRoom(house, alice.page, ROOM));
  const cathy = await arrive(t, 'cathy');
  await ways.visit(cathy.page, url);
  await ways.knock(cathy.page, 'I brought a cake.');
  await ways.knockIs(cathy.page, 'waiting');
  await (await ways.request(house, alice.page, 'I brought a cake.')).getByTestId('decline').click();
  const reason = alice.page.getByTestId('decline-reason');
  await reason.fill('We have eaten.');

  const dan = await arrive(t, 'dan');
  await ways.visit(dan.page, url);
  await trap(alice, async () => {
    await ways.knock(dan.page, 'Me too.');
    await ways.knockIs(dan.page, 'waiting');
  });
  const card = await ways.request(house, alice.page, 'I brought a cake.');
  await reason.or(card.getByTestId('decline')).first().waitFor();
  if (!(await reason.isVisible())) await card.getByTestId('decline').click();
  await holds(reason, 'We have eaten.');
  await alice.page.getByTestId('decline-send').click();
  await ways.knockIs(cathy.page, 'declined');
});

test('a draft and a change under way outlive a trap in the page', async (t) => {
  const house = await openHouse(t);
  const alice = await arriveListening(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, ROOM);
  const cathy = await arrive(t, 'cathy');
  await ways.openLink(cathy.page, await ways.makeLink(alice.page));
  await ways.joinByLink(cathy.page);
  await ways.enter(house, alice.page, ROOM.name);
  const input = alice.page.getByTestId('message-input');
  await ways.say(alice.page, 'The kettle is on the shelf.');
  await ways.hears(cathy.page, 'The kettle is on the shelf.');

  await input.fill('And the cups are');
  await trap(alice, () => ways.say(cathy.page, 'Where is it?'));
  await ways.hears(alice.page, 'Where is it?');
  await holds(input, 'And the cups are');

  const change = async () => {
    const message = alice.page.getByTestId('message').filter({ hasText: 'on the shelf' }).first();
    await message.locator('.more').click();
    await message.locator('.menu button').filter({ hasText: 'Change' }).click();
  };
  await change();
  await holds(input, 'The kettle is on the shelf.');
  await input.fill('The kettle is on the stove');
  await trap(alice, () => ways.say(cathy.page, 'I see no kettle.'));
  await ways.hears(alice.page, 'I see no kettle.');
  // It may wait in the composer, or for the message to be changed again.
  if ((await input.inputValue()) !== 'The kettle is on the stove') await change();
  await holds(input, 'The kettle is on the stove');
  await alice.page.getByTestId('send').click();
  await ways.hears(cathy.page, 'The kettle is on the stove');
  await holds(input, 'And the cups are');
});

/** Runs in each page: as soon as the app is there it goes to another page, and traps. */
function stumble(refuse) {
  new MutationObserver((_, observer) => {
    if (document.documentElement?.dataset.app !== 'ready') return;
    observer.disconnect();
    refuse();
    [...document.querySelectorAll('a[href^="/"]')].find((link) => link.pathname !== location.pathname).click();
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

for (const [when, script, words] of [
  ['whenever it has been loaded', `(${stumble})(${refuse})`, /keeps stopping/],
  ['when it starts', `(${refuse})()`, /could not start/],
]) {
  test(`a page that traps ${when} says so and does not load itself for ever`, async (t) => {
    const house = await openHouse(t);
    const cathy = await arriveListening(t, 'cathy');
    const { page } = cathy;
    await page.addInitScript({ content: script });
    let loads = 0;
    let last = Date.now();
    page.on('domcontentloaded', () => {
      loads += 1;
      last = Date.now();
    });
    await page.goto(house.url('/account'));
    await until(() => Date.now() - last > 6_000, 'it comes to rest');
    assert.ok(loads <= 5, `loaded ${loads} times`);
    assert.ok(cathy.complaints.length >= loads, 'it trapped each time');
    cathy.complaints.length = 0;
    await page.locator('p:visible').filter({ hasText: words }).first().waitFor();
  });
}
