// What people do on Doorstep's pages, in their words.

import { expect, until } from './expect.mjs';

const at = (place, id) => place.getByTestId(id);

/** Opens a page of the app and waits until the app has taken over. */
export async function visit(page, url) {
  await page.goto(url);
  await awake(page);
  await page.locator('[data-loading]').waitFor({ state: 'detached' });
}

export async function awake(page) {
  await page.locator('html[data-app="ready"]').waitFor({ state: 'attached' });
}

/** Makes an account. */
export async function signUp(house, page, handle, displayName = '') {
  await visit(page, house.url('/account'));
  await at(page, 'handle').fill(handle);
  await page.locator('#display-name').fill(displayName);
  await at(page, 'sign-up').click();
  await expect(at(page, 'me')).toContain(handle);
}

/** Makes a room; the app then shows it. Gives the path of its public page. */
export async function makeRoom(house, page, { name, slug, description = '', preset = 'ask', names, disclosure }) {
  await visit(page, house.url('/new'));
  await at(page, 'room-name').fill(name);
  await at(page, 'room-description').fill(description);
  await at(page, 'room-slug').fill(slug);
  await at(page, `preset-${preset}`).check();
  if (names) await at(page, `names-${names}`).check();
  if (disclosure) await at(page, `disclosure-${disclosure}`).check();
  await at(page, 'visibility-listed').check();
  await at(page, 'create-room').click();
  await at(page, 'message-input').waitFor();
  return `/r/${slug}`;
}

/** Writes a note and clicks; does not wait. */
export async function knock(page, note) {
  await page.locator('#knock-note').fill(note);
  await page.locator('form.needs-script[data-off="false"] button.primary[type=submit]').click();
}

/** Waits until the knock on this page has come to a state. */
export async function knockIs(page, state) {
  await page.locator(`[data-testid="my-knock"][data-state="${state}"]`).first().waitFor();
}

/** The knock with this note in the list of requests, unfolded. */
export async function request(house, page, note) {
  if (!(await page.url()).endsWith('/requests')) await visit(page, house.url('/requests'));
  const all = at(page, 'request');
  await all.first().waitFor();
  const folded = at(page, 'unfold');
  for (let left = await folded.count(); left > 0; left--) await folded.first().click();
  const found = all.filter({ hasText: note });
  await found.first().waitFor();
  return found.first();
}

export async function accept(card) {
  await at(card, 'accept').click();
}

export async function decline(card, reason) {
  await at(card, 'decline').click();
  const page = card.page();
  await at(page, 'decline-reason').fill(reason);
  await at(page, 'decline-send').click();
}

/** Says something in the room that the page shows. */
export async function say(page, text) {
  await at(page, 'message-input').fill(text);
  await at(page, 'send').click();
  const said = at(page, 'message').filter({ hasText: text }).first();
  await said.or(at(page, 'first-send')).first().waitFor();
  // The first words under a name are asked about once.
  if (await at(page, 'first-send').isVisible()) await at(page, 'first-send').click();
  await said.waitFor();
}

/** Waits until somebody's words are there, once. */
export async function hears(page, text) {
  const found = at(page, 'message').filter({ hasText: text });
  await found.first().waitFor();
  await expect(found).toCount(1);
}

/** Shows somebody else's message to the house that hosts the room; `before` sees the dialog first. */
export async function report(page, text, before = async () => {}) {
  const message = at(page, 'message').filter({ hasText: text }).first();
  await message.locator('.more').click();
  await at(page, 'report').click();
  const dialog = page.locator('#report');
  await at(page, 'report-what').waitFor();
  await before(dialog);
  await at(page, 'report-now').click();
  await at(page, 'report-done').waitFor();
}

/** From wherever the app is into the room of this name. */
export async function enter(house, page, name) {
  await visit(page, house.url('/rooms'));
  await at(page, 'room-link').filter({ hasText: name }).first().click();
  await at(page, 'message-input').waitFor();
}

/** The same from another page of the app, which is not loaded again. */
export async function goIn(page, name) {
  await page.locator('a[href="/rooms"]').first().click();
  await at(page, 'room-link').filter({ hasText: name }).first().click();
  await at(page, 'message-input').waitFor();
}

/** In a room's page: opens the links of the room, unless they are open. */
export async function openLinks(page) {
  if (!(await page.locator('.links-panel').isVisible())) await at(page, 'invite').click();
  await page.locator('.links-panel').waitFor();
}

/** Makes a link into the room that the page shows, and gives it. `uses`: 0 is any number. */
export async function makeLink(page, { uses = 1, note = '' } = {}) {
  await openLinks(page);
  const back = page.locator('.links-panel [data-do="show"][data-of=""]');
  if (await back.isVisible()) await back.click();
  await page.locator('#new-link-uses').selectOption(String(uses));
  await page.locator('#link-note').fill(note);
  await at(page, 'make-link').click();
  await at(page, 'link-shown').waitFor();
  return page.locator('#link-text').inputValue();
}

/** Back from a link that is shown to the list of links. */
export async function listLinks(page) {
  await openLinks(page);
  const back = page.locator('.links-panel [data-do="show"][data-of=""]');
  if (await back.isVisible()) await back.click();
}

/** Takes a link away, which asks once. */
export async function revokeLink(page, note) {
  await listLinks(page);
  const card = at(page, 'link').filter({ hasText: note });
  await at(card, 'revoke').click();
  await at(page, 'revoke-sure').click();
  await expect(card).toCount(0);
}

/** An address that differs behind the `#` alone, or not at all, is not loaded by itself. */
async function visitAnew(page, link) {
  await page.goto('about:blank');
  await visit(page, link);
}

/** Opens a link and waits until it is known where it leads. */
export async function openLink(page, link) {
  await visitAnew(page, link);
  await at(page, 'offer').waitFor();
}

/** Joins the room of the link that the page shows. */
export async function joinByLink(page) {
  await at(page, 'join').click();
  await at(page, 'message-input').waitFor();
}

/** Opens a link that leads nowhere, for this reason. */
export async function deadLink(page, link, problem) {
  await visitAnew(page, link);
  await page.locator(`[data-testid="dead"][data-problem="${problem}"]`).waitFor();
}

/** Comes into an open room under a name made for it. */
export async function comeIn(page, url) {
  await visit(page, url);
  await page.locator('div.needs-script[data-off="false"] button.primary').click();
  await at(page, 'message-input').waitFor();
}

/** In the room that the page shows: says who they are. `to`: `room`, `admins`, or the name of somebody there. */
export async function disclose(page, { to = 'room', handle = false, displayName = false } = {}) {
  await at(page, 'disclose').click();
  const named = to === 'room' || to === 'admins';
  await at(page, `disclose-to-${named ? to : 'member'}`).check();
  if (!named) await at(page, 'disclose-who').selectOption({ label: to });
  if (handle) await page.locator('#claim-handle').check();
  if (displayName) await page.locator('#claim-display-name').check();
  await at(page, 'disclose-next').click();
  await at(page, 'disclose-now').click();
  await page.locator('#disclose').waitFor({ state: 'hidden' });
}

/** Opens the list of people and what is known of each, unless it is open. */
export async function openPeople(page) {
  if (!(await page.locator('.roster').isVisible())) await at(page, 'people').click();
  await page.locator('.roster').waitFor();
  const folded = page.locator('.roster details:not([open]) > summary');
  while ((await folded.count()) > 0) await folded.first().click();
}

/** From the page of a room, or of a link, to the same in the app of one's own provider. */
export async function goHome(page, house) {
  const part = page.getByTestId('elsewhere');
  if ((await part.getAttribute('open')) === null) await part.locator('summary').click();
  const field = page.locator('#home-provider');
  if ((await field.inputValue()) === '') await field.fill(new URL(house.origin).host);
  await part.locator('button[type=submit]').click();
  await page.waitForURL((url) => url.origin === house.origin);
  await awake(page);
}

/** The note of this sort about another provider, over the chat that is open. */
export function peerNote(page, what) {
  return page.locator(`[data-testid="peer-note"][data-what="${what}"]`);
}

/** Puts the one person from this provider out of the room that the page shows. */
export async function putOut(page, provider) {
  await page.locator('.people-button').click();
  const person = page.locator('li').filter({ has: page.locator('dd', { hasText: provider }) });
  await person.locator('summary').click();
  await person.getByRole('button', { name: 'Remove', exact: true }).click();
  await person.locator('button.danger').click();
  await person.waitFor({ state: 'detached' });
}

/** Asks somebody by their address, from the page for it. */
export async function ask(house, page, whom, greeting = '') {
  await visit(page, house.url(`/connect#${whom}`));
  await until(async () => (await at(page, 'connect-who').inputValue()) === whom, `${whom} is meant`);
  await at(page, 'connect-greeting').fill(greeting);
  await at(page, 'connect-ask').click();
}

/** Waits until what was asked of somebody has come to a state. */
export async function askIs(page, state) {
  await page.locator(`[data-testid="my-ask"][data-state="${state}"]`).first().waitFor();
}

/** The card of whoever asks and is not answered, as the page of requests shows it. */
export async function contactRequest(house, page, address) {
  await visit(page, house.url('/requests'));
  const card = at(page, 'contact-request').filter({ hasText: address });
  await card.first().waitFor();
  return card.first();
}
