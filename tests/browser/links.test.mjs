// Join links in real browsers: made, shown, read by another program, opened, used.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { expect, until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

const run = promisify(execFile);
const PHONE = { width: 390, height: 844 };

/** Alice in the room Clubhouse, which she made. */
async function clubhouse(t) {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse', description: 'For those who like clubs.' });
  return { house, alice };
}

/** What Debian's zbarimg reads in a picture of the page. */
async function readCode(house, page, name) {
  const file = join(house.data, `${name}.png`);
  await writeFile(file, await page.screenshot());
  const { stdout } = await run('zbarimg', ['--quiet', '--raw', file]);
  return stdout.trim();
}

/** The secret in a link as it is: field 3 of the invite, 32 bytes. */
function seed(link) {
  const invite = Buffer.from(secret(link), 'base64url');
  const at = invite.indexOf(Buffer.from([0x03, 0x58, 0x20]));
  assert.ok(at > 0, 'an invite has a seed');
  return invite.subarray(at + 3, at + 35);
}

/** What stands behind the `#`, which nobody but browsers may have. */
const secret = (link) => new URL(link).hash.slice(1);

test('a link is made, shown on a phone in light and dark, read by zbarimg, opened, and used once', async (t) => {
  const { house, alice } = await clubhouse(t);
  await alice.page.setViewportSize(PHONE);
  const link = await ways.makeLink(alice.page, { uses: 10, note: 'Thursday' });
  assert.ok(link.startsWith(`${house.origin}/j#`), link);
  await alice.browser.grantPermissions(['clipboard-read', 'clipboard-write']);
  await alice.page.getByTestId('copy').click();
  await expect(alice.page.getByTestId('link-shown')).toContain('The link is copied.');
  assert.equal(await alice.page.evaluate(() => navigator.clipboard.readText()), link);
  for (const colorScheme of ['light', 'dark']) {
    await alice.page.emulateMedia({ colorScheme });
    await alice.page.getByTestId('link-shown').locator('.qr').first().scrollIntoViewIfNeeded();
    assert.equal(await readCode(house, alice.page, colorScheme), link, `in the panel, ${colorScheme}`);
    await alice.page.getByTestId('hold-up').click();
    assert.equal(await readCode(house, alice.page, `up-${colorScheme}`), link, `held up, ${colorScheme}`);
    await alice.page.keyboard.press('Escape');
    await until(async () => !(await alice.page.getByTestId('sheet').isVisible()), 'Escape puts the code down');
  }
  await alice.page.emulateMedia({ media: 'print' });
  const sheet = await alice.page.getByTestId('sheet').innerText();
  for (const words of ['Clubhouse', link, '10 times']) assert.ok(sheet.includes(words), `${words} in ${sheet}`);
  assert.equal(await readCode(house, alice.page, 'paper'), link, 'on paper');
  await alice.page.emulateMedia({ media: 'screen' });
  await alice.page.locator('.links-panel [data-do="close"]').click();

  const cathy = await arrive(t, 'cathy', { viewport: PHONE });
  const asked = [];
  cathy.page.on('request', (request) => asked.push(request));
  await ways.openLink(cathy.page, link);
  const offer = await cathy.page.getByTestId('offer').innerText();
  for (const words of ['Clubhouse', 'For those who like clubs.', 'A room at localhost', 'Participant', 'Moderator', '10', 'until']) {
    assert.ok(offer.includes(words), `${words} in ${offer}`);
  }
  await cathy.page.reload();
  await ways.awake(cathy.page);
  await cathy.page.getByTestId('offer').waitFor();
  await ways.joinByLink(cathy.page);
  assert.equal(new URL(cathy.page.url()).hash, '', 'the code is out of the address bar');
  await ways.say(cathy.page, 'That was quick.');
  await ways.hears(alice.page, 'That was quick.');
  await ways.say(alice.page, 'Welcome.');
  await ways.hears(cathy.page, 'Welcome.');
  assert.ok(asked.some((request) => request.url().includes('/groupInfo/')), 'what the worker asks is heard too');
  for (const request of asked) {
    assert.ok(!JSON.stringify([request.url(), request.headers()]).includes(secret(link)), request.url());
    assert.ok(!request.postDataBuffer()?.includes(seed(link)), `the secret went to ${request.url()}`);
  }

  await ways.listLinks(alice.page);
  const card = alice.page.getByTestId('link').filter({ hasText: 'Thursday' });
  await expect(card.getByTestId('link-used')).toContain('used 1 of 10, says localhost');

  // Back leads to Cathy's rooms, not to the code; the link now leads to the room she is in.
  await cathy.page.goBack();
  await until(() => new URL(cathy.page.url()).pathname === '/rooms', 'back is the list of rooms');
  await ways.openLink(cathy.page, link);
  await cathy.page.getByTestId('go-to-room').click();
  await cathy.page.getByTestId('message-input').waitFor();
  assert.ok(!house.said.includes(secret(link)), 'no code in the log');
});

test('looking spends nothing, and a spoilt link is still read', async (t) => {
  const { house, alice } = await clubhouse(t);
  const link = await ways.makeLink(alice.page, { uses: 1, note: 'once' });
  const dan = await arrive(t, 'dan');
  for (let look = 0; look < 5; look++) await ways.openLink(dan.page, link);
  const other = await dan.tab(link);
  await other.getByTestId('offer').waitFor();
  for (const spoilt of ['/j%23', '/j/%23', '/j?fbclid=1#', '/j#web%2Bmimi%3Aj%23']) {
    await ways.openLink(dan.page, house.origin + spoilt + secret(link));
  }
  assert.ok(!house.said.includes(secret(link)), 'no code in the log');
  await ways.joinByLink(dan.page);
  await ways.say(dan.page, 'Still good.');
  await ways.hears(alice.page, 'Still good.');
});

test('dead links say why, and become a knock that says which link it was', async (t) => {
  const { house, alice } = await clubhouse(t);
  const eve = await arrive(t, 'eve');
  for (const [text, problem] of [
    ['', 'link-empty'],
    ['https%3A%2F%2Fevil.example%2Fx', 'link-foreign'],
  ]) {
    await ways.deadLink(eve.page, house.url(`/j#${text}`), problem);
  }
  const revoked = await ways.makeLink(alice.page, { uses: 0, note: 'from the market' });
  const once = await ways.makeLink(alice.page, { uses: 1, note: 'for Finn' });
  await ways.deadLink(eve.page, revoked.slice(0, -9), 'link-damaged');

  await ways.listLinks(alice.page);
  await alice.page.getByTestId('links-pause').click();
  await alice.page.getByTestId('links-paused').waitFor();
  await ways.deadLink(eve.page, revoked, 'link-paused');
  await alice.page.getByTestId('links-resume').click();
  await expect(alice.page.getByTestId('links-paused')).toCount(0);
  await eve.page.locator('[data-do="look-again"]').click();
  await eve.page.getByTestId('offer').waitFor();
  // Another link in the same tab: only what stands behind the # changes.
  await eve.page.goto(once);
  await expect(eve.page.getByTestId('uses-left')).toContain('by one person');
  await eve.page.goto(revoked);
  await expect(eve.page.getByTestId('uses-left')).toContain('any number');

  // Taken away while Eve looks at it: joining says so.
  await ways.revokeLink(alice.page, 'from the market');
  await eve.page.getByTestId('join').click();
  await eve.page.locator('[data-testid="dead"][data-problem="link-unknown"]').waitFor();
  await ways.knock(eve.page, 'I had a link.');
  await ways.knockIs(eve.page, 'waiting');
  const card = await ways.request(house, alice.page, 'I had a link.');
  await expect(card.getByTestId('request-link')).toContain('from the market');

  const finn = await arrive(t, 'finn');
  await ways.openLink(finn.page, once);
  await ways.joinByLink(finn.page);
  const gina = await arrive(t, 'gina');
  await ways.deadLink(gina.page, once, 'link-used-up');
  assert.ok((await gina.page.locator('main').innerText()).includes('has been used up'));
});

test('eight browsers join at once with one link, and all hear one message', async (t) => {
  const { alice } = await clubhouse(t);
  const link = await ways.makeLink(alice.page, { uses: 0, note: 'everybody' });
  const crowd = [];
  for (let number = 1; number <= 8; number++) crowd.push(await arrive(t, `guest-${number}`));
  await Promise.all(crowd.map(({ page }) => ways.openLink(page, link)));
  await Promise.all(crowd.map(({ page }) => page.getByTestId('join').click()));
  await Promise.all(crowd.map(({ page }) => page.getByTestId('message-input').waitFor({ timeout: 120_000 })));
  await ways.say(alice.page, 'Is everybody here?');
  await Promise.all(crowd.map(({ page }) => ways.hears(page, 'Is everybody here?')));
  await ways.say(crowd[7].page, 'I am.');
  await Promise.all([alice, ...crowd].map(({ page }) => ways.hears(page, 'I am.')));
});

test('a browser gives us web+mimi links behind the #, where they are not sent', async (t) => {
  const { house, alice } = await clubhouse(t);
  const link = await ways.makeLink(alice.page, { uses: 1 });
  const hal = await arrive(t, 'hal');
  const protocol = await hal.browser.newCDPSession(hal.page);
  await protocol.send('Page.setRPHRegistrationMode', { mode: 'autoAccept' });
  await ways.visit(hal.page, house.url('/settings'));
  await hal.page.getByTestId('take-links').click();
  const asked = [];
  hal.page.on('request', (request) => asked.push(request.url()));
  await hal.page.goto(`web+mimi:j#${secret(link)}`);
  await ways.awake(hal.page);
  await hal.page.getByTestId('offer').waitFor();
  assert.ok(!house.said.includes(secret(link)), 'no code in the log');
});

test('a room of accounts is entered as the account, made first if there is none', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Board', slug: 'board', preset: 'open', names: 'forbidden' });
  const link = await ways.makeLink(alice.page, { uses: 10 });
  const cathy = await arrive(t, 'cathy');
  const { page } = cathy;
  await ways.deadLink(page, link, 'pseudonym-forbidden');
  await page.getByRole('link', { name: 'Make an account' }).click();
  await page.getByTestId('handle').fill('cathy');
  await page.getByTestId('sign-up').click();
  await expect(page.getByTestId('me')).toContain('cathy');
  await page.goBack();
  await page.locator('[data-do="look-as-account"]').click();
  await expect(page.getByTestId('offer')).toContain('Here you will be cathy');
  await ways.joinByLink(page);
  await ways.say(page, 'Under my own name.');
  await ways.hears(alice.page, 'Under my own name.');
});
