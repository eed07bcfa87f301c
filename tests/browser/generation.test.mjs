// Two engines on one database, as a browser that gives the lock away too early makes them: the older one stops, says so to
// its own page, and neither writes nor sends anything any more. And a transaction that fails once.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

/** Runs in a page before anything else: what workers say to the page that started them is kept. */
function listenToWorkers() {
  globalThis.said = [];
  globalThis.Worker = class extends Worker {
    constructor(...how) {
      super(...how);
      this.addEventListener('message', ({ data }) => globalThis.said.push(new TextDecoder('latin1').decode(data)));
    }
  };
}

/** Runs in a page: starts an engine without asking for the lock. */
function startAnother(domain) {
  const url = document.querySelector('meta[name="doorstep-worker"]').content;
  globalThis.another = new Worker(url, { type: 'module', name: domain });
}

/** Runs in a page: takes the next number, as an engine does that ends at once. */
async function takeNumber() {
  const done = (request, event) => new Promise((resolve) => { request[event] = () => resolve(request.result); });
  const database = await done(indexedDB.open('doorstep'), 'onsuccess');
  const transaction = database.transaction('keys', 'readwrite');
  const keys = transaction.objectStore('keys');
  keys.put((await done(keys.get('engine'), 'onsuccess')) + 1, 'engine');
  await done(transaction, 'oncomplete');
  database.close();
}

/** Runs in a page: the newest engine's number, and all rows as they lie on the disk. */
async function kept() {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open('doorstep'));
  const transaction = database.transaction(['keys', 'rows']);
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const [engine, names, contents] = await Promise.all([
    done(transaction.objectStore('keys').get('engine')),
    done(transaction.objectStore('rows').getAllKeys()),
    done(transaction.objectStore('rows').getAll()),
  ]);
  database.close();
  return { engine, rows: names.map((name, at) => `${hex(name)} ${hex(contents[at])}`) };
}

/** Somebody in their own room. */
async function atHome(t) {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await alice.browser.addInitScript(listenToWorkers);
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });
  await ways.say(alice.page, 'before');
  await sent(alice.page, 'before');
  return { house, alice };
}

/** Waits until one's words are with the hub. */
async function sent(page, text) {
  await page.locator('[data-testid="message"][data-delivery="sent"]').filter({ hasText: text }).first().waitFor();
}

const toldOfAnother = (page) => page.evaluate(() => globalThis.said.filter((text) => text.includes('another-engine')).length);

test('the older of two engines stops, and the newer goes on', async (t) => {
  const { house, alice } = await atHome(t);
  const before = await alice.page.evaluate(kept);
  assert.ok(before.engine >= 1 && before.rows.length > 0);
  assert.equal(alice.page.workers().length, 1);

  await alice.page.evaluate(startAnother, house.domain);
  await until(async () => (await alice.page.evaluate(kept)).engine === before.engine + 1, 'the other engine takes its number');
  // Both hear what the page asks for; the newer does it, once.
  await ways.say(alice.page, 'said to two');
  await until(() => toldOfAnother(alice.page), 'the older engine says that it stops');
  await until(() => alice.page.workers().length === 1, 'the older engine ends');
  await sent(alice.page, 'said to two');
  await ways.hears(alice.page, 'said to two');
  await ways.say(alice.page, 'to the newer');
  await sent(alice.page, 'to the newer');
  assert.equal(await toldOfAnother(alice.page), 1);
  assert.equal((await alice.page.evaluate(kept)).engine, before.engine + 1);

  // What the newer one wrote is whole: an engine that starts from it has all that was said, once.
  await alice.page.reload();
  for (const text of ['before', 'said to two', 'to the newer']) await ways.hears(alice.page, text);
  await ways.say(alice.page, 'after');
  await sent(alice.page, 'after');
});

test('an engine that has been overtaken writes and sends nothing', async (t) => {
  const { alice } = await atHome(t);
  await alice.page.evaluate(takeNumber);
  const left = await alice.page.evaluate(kept);
  const requests = [];
  alice.browser.on('request', (request) => {
    if (request.method() === 'POST') requests.push(request.url());
  });
  await alice.page.getByTestId('message-input').fill('to nobody yet');
  await alice.page.getByTestId('send').click();
  await until(() => toldOfAnother(alice.page), 'the engine says that it stops');
  await until(() => alice.page.workers().length === 0, 'the engine ends');
  assert.deepEqual(await alice.page.evaluate(kept), left);
  assert.deepEqual(requests, []);

  // The words were kept by the page, and go out with the next engine.
  await alice.page.reload();
  await sent(alice.page, 'to nobody yet');
  await ways.hears(alice.page, 'to nobody yet');
  assert.equal((await alice.page.evaluate(kept)).engine, left.engine + 1);
});

test('a transaction that fails once is tried again on a new connection', async (t) => {
  const { alice } = await atHome(t);
  const [engine] = alice.page.workers();
  await engine.evaluate(() => {
    const real = IDBDatabase.prototype.transaction;
    globalThis.refused = 0;
    IDBDatabase.prototype.transaction = function (...how) {
      if (how[1] !== 'readwrite') return real.apply(this, how);
      globalThis.refused += 1;
      IDBDatabase.prototype.transaction = real;
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
    };
  });
  await ways.say(alice.page, 'all the same');
  await sent(alice.page, 'all the same');
  assert.equal(await engine.evaluate(() => globalThis.refused), 1);
  assert.equal(await alice.page.locator('[data-trouble]').count(), 0);
  await alice.page.reload();
  await ways.hears(alice.page, 'all the same');
});
