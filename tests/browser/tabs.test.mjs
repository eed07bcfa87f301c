// Two tabs of one browser: one engine, whichever tab goes.

import { test } from 'node:test';

import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

test('two tabs show the same room, and the second goes on when the first is closed', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });
  const second = await alice.tab(house.url('/rooms'));
  await ways.enter(house, second, 'Clubhouse');

  await ways.say(alice.page, 'from the first');
  await ways.hears(second, 'from the first');
  await ways.say(second, 'from the second');
  await ways.hears(alice.page, 'from the second');

  await alice.page.close();
  await ways.say(second, 'on my own');
  const third = await alice.tab(house.url('/rooms'));
  await ways.enter(house, third, 'Clubhouse');
  for (const text of ['from the first', 'from the second', 'on my own']) await ways.hears(third, text);
});

test('the leading tab is closed while its message is on the way', async (t) => {
  const house = await openHouse(t);
  const alice = await arrive(t, 'alice');
  await ways.signUp(house, alice.page, 'alice');
  await ways.makeRoom(house, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });
  const second = await alice.tab(house.url('/rooms'));
  await ways.enter(house, second, 'Clubhouse');

  await alice.page.getByTestId('message-input').fill('last words');
  await alice.page.getByTestId('send').click();
  await alice.page.getByTestId('message').filter({ hasText: 'last words' }).first().waitFor();
  await alice.page.close();
  await ways.hears(second, 'last words');
  const message = second.getByTestId('message').filter({ hasText: 'last words' });
  await second.waitForFunction((node) => node?.dataset.delivery === 'sent', await message.elementHandle());
});
