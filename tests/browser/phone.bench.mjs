// Somebody on a phone (a slow line, a processor a quarter as fast): how long until they read a room's page, its form is
// live, a knock is sealed and sent, a link shows its room, they are inside, and somebody else hears their first words.
// Medians in seconds. Usage: by `cargo xtask phone`.

import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import { openSlowLine } from './slow_line.mjs';
import * as ways from './ways.mjs';

const RUNS = Number(process.env.DOORSTEP_RUNS ?? 5);
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** How much slower its processor is. */
const SLOWER = 4;
/** Milliseconds that the note takes to write. */
const WRITING = 5000;
/** Milliseconds that anything may take. */
const PATIENCE = 90_000;

/** What is measured: our name, what is said, seconds that are the goal. */
const FIGURES = [
  ['read', 'room page readable', 1.0],
  ['live', 'its form live', 2.5],
  ['sent', `knock sent, click after ${WRITING / 1000} s of writing`, 2.5],
  ['hasty', 'knock sent, click at once', undefined],
  ['shown', 'link: its room shown', 6.0],
  ['inside', 'link: inside', undefined],
  ['heard', 'link: first words heard by another', 8.0],
];

test('a phone', async (t) => {
  const line = await openSlowLine(t);
  const house = await openHouse(t, { shown: line.port });
  line.to = house.port;
  const alice = await arrive(t, 'alice');
  alice.page.setDefaultTimeout(PATIENCE);
  await ways.signUp(house, alice.page, 'alice');
  const room = await ways.makeRoom(house, alice.page, { name: 'Bakers', slug: 'bakers', description: 'Bread and talk.' });
  const link = await ways.makeLink(alice.page, { uses: 0 });
  const url = house.url(room);

  const runs = [];
  for (let number = 1; number <= RUNS; number++) {
    const words = `Good morning, for the ${number}. time.`;
    const run = { ...(await knockSlowly(t, number, url)), ...(await knockAtOnce(t, number, url)) };
    Object.assign(run, await comeByLink(t, number, link, words, () => isShown(alice.page, '[data-testid="message"]', words)));
    runs.push(run);
    console.log(`run ${number}: ${FIGURES.map(([key]) => `${key} ${seconds(run[key])}`).join(', ')}`);
  }
  console.log(`medians of ${RUNS}, in seconds`);
  for (const [key, name, goal] of FIGURES) {
    const value = median(runs.map((run) => run[key]));
    const beside = goal === undefined ? '' : `  goal ${goal.toFixed(1)}: ${value <= goal * 1000 ? 'kept' : 'MISSED'}`;
    console.log(`  ${name.padEnd(44)} ${seconds(value).padStart(6)}${beside}`);
  }
});

/** Somebody whose note takes a while to write. */
async function knockSlowly(t, number, url) {
  const { phone, page } = await ring(t, `slow-${number}`);
  const start = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await isShown(page, 'h1');
  const read = performance.now() - start;
  await formIsLive(page);
  const live = performance.now() - start;
  const writing = performance.now();
  const note = 'I bake bread on Sundays too.';
  // Keys take their own time; what is left of it is thought about the last word.
  await page.locator('#knock-note').pressSequentially(note, { delay: (WRITING * 0.8) / note.length });
  await pause(WRITING - (performance.now() - writing));
  const sent = await knockIsSent(page);
  await phone.close();
  return { read, live, sent };
}

/** Somebody who writes one word, or had it in the clipboard. */
async function knockAtOnce(t, number, url) {
  const { phone, page } = await ring(t, `hasty-${number}`);
  await page.goto(url, { waitUntil: 'commit' });
  await formIsLive(page);
  await page.locator('#knock-note').fill('Hello.');
  const hasty = await knockIsSent(page);
  await phone.close();
  return { hasty };
}

/** Somebody with a link. */
async function comeByLink(t, number, link, words, heardByOther) {
  const { phone, page } = await ring(t, `guest-${number}`);
  const start = performance.now();
  await page.goto(link, { waitUntil: 'commit' });
  await isShown(page, '[data-testid="join"]:enabled');
  const shown = performance.now() - start;
  await page.getByTestId('join').click();
  await isShown(page, '[data-testid="message-input"]');
  const inside = performance.now() - start;
  await page.getByTestId('message-input').fill(words);
  await page.getByTestId('send').click();
  await isShown(page, '[data-testid="message"], [data-testid="first-send"]');
  const asked = page.getByTestId('first-send');
  if (await asked.isVisible()) await asked.click();
  await heardByOther();
  const heard = performance.now() - start;
  await phone.close();
  return { shown, inside, heard };
}

/** A phone that was never here before. */
async function ring(t, name) {
  const phone = await arrive(t, name, PHONE);
  phone.page.setDefaultTimeout(PATIENCE);
  const session = await phone.browser.newCDPSession(phone.page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  return { phone, page: phone.page };
}

async function formIsLive(page) {
  await isShown(page, 'form.needs-script[data-off="false"]');
}

/** Clicks, and gives the milliseconds until the provider has the knock. */
async function knockIsSent(page) {
  const click = performance.now();
  await page.locator('form.needs-script[data-off="false"] button.primary[type=submit]').click();
  await isShown(page, '[data-testid="my-knock"][data-state="waiting"]');
  return performance.now() - click;
}

/** Looked for at every frame: a locator that did not find it waits up to half a second before it looks again. */
async function isShown(page, selector, words = '') {
  const look = ([selector, words]) =>
    [...document.querySelectorAll(selector)].some((found) => found.checkVisibility() && found.innerText.includes(words));
  await page.waitForFunction(look, [selector, words], { polling: 'raf' });
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function seconds(millis) {
  return (millis / 1000).toFixed(2);
}
