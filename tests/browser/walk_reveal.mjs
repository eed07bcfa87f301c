// The states of scanning and of saying who one is, for `walk.mjs`.

import { expect } from './expect.mjs';
import * as ways from './ways.mjs';

/** `alice` keeps the room Clubhouse; `cathy` is in it too, without an account. */
export async function walkReveal(house, { alice, cathy }, look) {
  const { page } = cathy;
  await ways.visit(page, house.url('/scan'));
  await page.locator('[data-testid="camera-start"]:enabled').waitFor();
  await look(page, 'scan');
  await page.getByTestId('camera-start').click();
  await page.locator('[data-testid="camera"] .problem').waitFor();
  await look(page, 'scan-no-camera');
  await page.getByTestId('scan-text').fill('https://b.example/j#something-else');
  await page.getByTestId('scan-read').click();
  await page.locator('[data-kind="web"]').waitFor();
  await look(page, 'scan-not-ours');

  await ways.makeRoom(house, alice.page, { name: 'Town hall', slug: 'hall', preset: 'open', disclosure: 'required' });
  await alice.page.locator('.strip-due').waitFor();
  await look(alice.page, 'chat-due');
  await ways.visit(alice.page, house.url('/new'));
  await alice.page.getByTestId('disclosure-required').check();
  await look(alice.page, 'new-room-required');
  await ways.visit(page, house.url('/r/hall'));
  await look(page, 'room-required');
  await ways.comeIn(page, house.url('/r/hall'));
  await page.getByTestId('message-input').fill('Good evening.');
  await page.getByTestId('send').click();
  await page.getByTestId('first-words').waitFor();
  await look(page, 'first-words');

  await ways.enter(house, page, 'Clubhouse');
  await page.getByTestId('disclose').click();
  await look(page, 'disclose-no-account');
  await ways.signUp(house, page, 'cathy', 'Cathy Hale');
  await ways.enter(house, page, 'Clubhouse');
  await page.getByTestId('disclose').click();
  await look(page, 'disclose');
  await page.locator('#claim-display-name').check();
  await page.getByTestId('disclose-next').click();
  await look(page, 'disclose-sure');
  await page.getByTestId('disclose-now').click();
  await expect(page.getByTestId('here')).toContain('cathy@localhost');
  await look(page, 'chat-told');
  await ways.enter(house, alice.page, 'Clubhouse');
  await alice.page.locator('.message [data-testid="proven"]').first().waitFor();
  await ways.openPeople(alice.page);
  await look(alice.page, 'people-proven');
  await ways.visit(page, house.url('/settings'));
  await page.getByTestId('told').waitFor();
  await look(page, 'settings-told');

  await ways.makeRoom(house, alice.page, { name: 'Library', slug: 'library' });
  await ways.visit(page, house.url('/r/library'));
  await page.getByTestId('knock-tell').check();
  await look(page, 'knock-tell');
  await ways.knock(page, 'You know me from the market.');
  await ways.knockIs(page, 'waiting');
  await ways.request(house, alice.page, 'You know me from the market.');
  await look(alice.page, 'request-proven');
}
