// The states of join links, for `walk.mjs`.

import * as ways from './ways.mjs';

/** `alice` is in the room Clubhouse; `cathy` is too, `dan` and `eve` are not. */
export async function walkLinks(house, { alice, cathy, dan, eve }, look) {
  const { page } = alice;
  await ways.enter(house, page, 'Clubhouse');
  await ways.openLinks(page);
  await look(page, 'links-none');
  const market = await ways.makeLink(page, { uses: 10, note: 'Market on Thursday' });
  await look(page, 'link');
  await page.getByTestId('hold-up').click();
  await look(page, 'link-held-up');
  await page.keyboard.press('Escape');
  const once = await ways.makeLink(page, { uses: 1, note: 'For Dan' });

  await ways.openLink(cathy.page, market);
  await look(cathy.page, 'join-already-in');
  await ways.openLink(dan.page, once);
  await look(dan.page, 'join');
  await ways.joinByLink(dan.page);
  await look(dan.page, 'join-joined');
  await ways.deadLink(eve.page, house.url('/j'), 'link-empty');
  await look(eve.page, 'link-empty');
  await ways.deadLink(eve.page, once, 'link-used-up');
  // Eve took a knock back before.
  await eve.page.getByTestId('ask-again').click();
  await eve.page.locator('#knock-note').waitFor();
  await look(eve.page, 'link-used-up');
  await ways.knock(eve.page, 'My link was used up.');
  await ways.knockIs(eve.page, 'waiting');

  await ways.listLinks(page);
  await page.getByTestId('revoke').first().click();
  await look(page, 'link-revoke');
  await page.getByTestId('revoke-not').click();
  await page.getByTestId('links-pause').click();
  await page.getByTestId('links-paused').waitFor();
  await look(page, 'links-paused');
  await ways.deadLink(eve.page, market, 'link-paused');
  await look(eve.page, 'link-paused');
  await ways.request(house, page, 'My link was used up.');
  await look(page, 'requests-link');
}
