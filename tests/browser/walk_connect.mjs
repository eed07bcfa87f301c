// The part of the walk in which two people begin to talk.

import * as ways from './ways.mjs';

/** Alice has an account and rooms; Dan and Eve make accounts here. */
export async function walkConnect(house, { alice, dan, eve }, look) {
  await ways.visit(eve.page, house.url('/connect#alice@nowhere.example'));
  await eve.page.getByTestId('connect-account').waitFor();
  await look(eve.page, 'connect-guest');
  await ways.signUp(house, dan.page, 'dan', 'Dan Yell');
  await ways.signUp(house, eve.page, 'eve');
  const domain = new URL(house.origin).hostname;
  await ways.visit(dan.page, house.url('/connect'));
  await look(dan.page, 'connect');
  await ways.ask(house, dan.page, `nobody@${domain}`);
  await ways.askIs(dan.page, 'not-reached');
  await look(dan.page, 'ask-not-reached');
  await ways.ask(house, dan.page, `alice@${domain}`, 'We talked about hinges, at the market.');
  await ways.askIs(dan.page, 'waiting');
  await look(dan.page, 'ask-waiting');
  await ways.ask(house, eve.page, `alice@${domain}`, 'Hello there!');
  await ways.askIs(eve.page, 'waiting');
  const page = alice.page;
  const card = await ways.contactRequest(house, page, `dan@${domain}`);
  await look(page, 'contact-requests');
  await card.getByTestId('contact-unfold').click();
  await look(page, 'contact-request-unfolded');
  const other = page.getByTestId('contact-request').filter({ hasText: `eve@${domain}` });
  await other.getByTestId('contact-block').click();
  await look(page, 'contact-block');
  await other.getByTestId('contact-block-sure').click();
  await card.getByTestId('contact-accept').click();
  await card.getByTestId('contact-room').waitFor();
  await look(page, 'contact-connected');
  await ways.askIs(dan.page, 'connected');
  await look(dan.page, 'ask-connected');
  await card.getByTestId('contact-room').click();
  await page.getByTestId('message-input').waitFor();
  await ways.say(page, 'So it was you, at the market.');
  await look(page, 'chat-pair');
  await page.getByTestId('bring').click();
  await look(page, 'bring');
  await page.getByTestId('bring-room').first().check();
  await page.getByTestId('bring-send').click();
  await dan.page.getByTestId('ask-room').click();
  await ways.hears(dan.page, 'So it was you');
  await dan.page.getByTestId('invite-card').waitFor();
  await look(dan.page, 'chat-invite');
  await dan.page.getByTestId('invite-look').click();
  await dan.page.getByTestId('invitation').getByTestId('offer').waitFor();
  await look(dan.page, 'invitation');
  await dan.page.getByTestId('invitation-close').click();
  await ways.visit(page, house.url('/rooms'));
  await look(page, 'rooms-pair');
  await ways.visit(page, house.url('/settings'));
  await page.getByTestId('my-code').locator('summary').click();
  await look(page, 'settings-found');
}
