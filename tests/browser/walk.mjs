// A walk through every page and state. `look(page, name)` is called at each: the axe test examines them, the pictures are
// taken of them.

import { walkConnect } from './walk_connect.mjs';
import { walkLinks } from './walk_links.mjs';
import { walkReveal } from './walk_reveal.mjs';
import * as ways from './ways.mjs';

const ROOM = {
  name: 'Clubhouse',
  slug: 'clubhouse',
  description: 'For those who like clubs.\nWe meet on Thursdays and talk about doors.',
};

/** `alice` and others are people; see `person.mjs`. */
export async function walk(house, { alice, cathy, dan, eve }, look) {
  const { page } = alice;
  await ways.visit(page, house.url('/'));
  await look(page, 'home-empty');
  await ways.visit(page, house.url('/account'));
  await look(page, 'account');
  await ways.signUp(house, page, 'alice');
  await look(page, 'account-made');
  await ways.visit(page, house.url('/new'));
  await look(page, 'new-room');
  await ways.makeRoom(house, page, ROOM);
  await look(page, 'chat-empty');
  await ways.makeRoom(house, page, { name: 'Town square', slug: 'square', preset: 'open' });
  await ways.visit(page, house.url('/requests'));
  await look(page, 'requests-none');

  const url = house.url('/r/clubhouse');
  await ways.visit(cathy.page, house.url('/'));
  await look(cathy.page, 'home');
  await ways.visit(cathy.page, house.url('/r/square'));
  await look(cathy.page, 'room-open');
  await ways.visit(cathy.page, house.url('/r/nobody-made-this'));
  await look(cathy.page, 'room-unknown');
  await ways.visit(cathy.page, url);
  await look(cathy.page, 'room');
  await cathy.page.locator('#knock-note').fill('I met one of you at the market and would like to hear more about hinges.');
  await look(cathy.page, 'room-note');
  await ways.knock(cathy.page, 'I met one of you at the market and would like to hear more about hinges.');
  await ways.knockIs(cathy.page, 'waiting');
  await look(cathy.page, 'knock-waiting');
  for (const [person, note] of [[dan, 'Open up!'], [eve, 'On second thoughts …']]) {
    await ways.visit(person.page, url);
    await ways.knock(person.page, note);
    await ways.knockIs(person.page, 'waiting');
  }
  await eve.page.getByTestId('withdraw').first().click();
  await ways.knockIs(eve.page, 'withdrawn');
  await look(eve.page, 'knock-withdrawn');

  await ways.request(house, page, 'Open up!');
  await look(page, 'requests');
  await ways.decline(await ways.request(house, page, 'Open up!'), 'We are full until the spring.');
  await ways.accept(await ways.request(house, page, 'I met one of you'));
  await ways.knockIs(dan.page, 'declined');
  await look(dan.page, 'knock-declined');
  await ways.knockIs(cathy.page, 'accepted');
  await look(cathy.page, 'knock-accepted');
  await look(page, 'requests-answered');

  await ways.enter(house, page, ROOM.name);
  await ways.enter(house, cathy.page, ROOM.name);
  await ways.say(page, 'Welcome! Which hinges do you like best?');
  await ways.hears(cathy.page, 'Which hinges');
  await ways.say(cathy.page, 'The ones that do not squeak.');
  await ways.hears(page, 'do not squeak');
  await look(page, 'chat-admin');
  await look(cathy.page, 'chat');
  await ways.report(cathy.page, 'Which hinges', async (dialog) => {
    await dialog.getByTestId('report-note').fill('This is about hinges again.');
    await look(cathy.page, 'report');
  });
  await look(cathy.page, 'report-done');
  await cathy.page.keyboard.press('Escape');
  await ways.visit(page, house.url('/rooms'));
  await look(page, 'rooms');
  await ways.visit(cathy.page, house.url('/requests'));
  await look(cathy.page, 'my-knocks');
  await ways.visit(page, house.url('/settings'));
  await look(page, 'settings');
  await walkReveal(house, { alice, cathy }, look);
  await walkLinks(house, { alice, cathy, dan, eve }, look);
  await walkConnect(house, { alice, dan, eve }, look);
}
