// The walk between two providers: a room in the app of another one than its own, and what is told while one is away, and
// when one vouches with other keys than before.

import { setTimeout as pause } from 'node:timers/promises';

import { openNeighbours } from './house.mjs';
import * as ways from './ways.mjs';

const ROOM = {
  name: 'Clubhouse',
  slug: 'clubhouse',
  description: 'For those who like clubs.\nWe meet on Thursdays and talk about doors.',
};

/** A provider looks at the keys of another one again when somebody shows a newer one, if they are as old as this. */
const NEW_KEYS = 31_000;

/** Alice is at home at a.localhost, Cathy and Dan at b.localhost. `look` as in `walk.mjs`. */
export async function walkTold(t, { alice, cathy, dan }, look) {
  const [a, b] = await openNeighbours(t, ['a.localhost', 'b.localhost'], ['peers_away_seconds = 1']);
  await ways.signUp(a, alice.page, 'alice');
  const path = await ways.makeRoom(a, alice.page, ROOM);
  // From here on Alice's pages are not loaded again: within half a minute her engine takes Cathy out of the knock room.
  await ways.visit(alice.page, a.url('/requests'));
  await ways.visit(cathy.page, a.url(path));
  await ways.goHome(cathy.page, b);
  // The page asks the other provider what to show.
  await cathy.page.locator('h1').first().waitFor();
  await look(cathy.page, 'room-at-home');
  await ways.knock(cathy.page, 'From the other side of town.');
  await ways.knockIs(cathy.page, 'waiting');
  await look(cathy.page, 'room-at-home-waiting');
  await ways.accept(await ways.request(a, alice.page, 'From the other side of town.'));
  await ways.knockIs(cathy.page, 'accepted');
  await ways.enter(b, cathy.page, ROOM.name);
  await ways.goIn(alice.page, ROOM.name);
  await ways.say(cathy.page, 'Good evening.');
  await ways.hears(alice.page, 'Good evening.');
  await b.kill();
  await ways.say(alice.page, 'Are you still there?');
  await ways.peerNote(alice.page, 'waiting').waitFor({ timeout: 150_000 });
  await look(alice.page, 'chat-peer-waiting');
  await b.start();
  await ways.hears(cathy.page, 'Are you still there?');
  await a.kill();
  await ways.say(cathy.page, 'Yes, and you?');
  await ways.peerNote(cathy.page, 'away').waitFor({ timeout: 150_000 });
  await look(cathy.page, 'chat-hub-away');
  await a.start();
  await ways.hears(alice.page, 'Yes, and you?');
  // Nobody who comes later could tell who Cathy is.
  await ways.putOut(alice.page, 'b.localhost');
  await b.setUpAnew();
  await pause(NEW_KEYS);
  await ways.visit(dan.page, a.url(path));
  await ways.goHome(dan.page, b);
  await ways.knock(dan.page, 'From the same side, but later.');
  await ways.knockIs(dan.page, 'waiting');
  await ways.accept(await ways.request(a, alice.page, 'From the same side, but later.'));
  await ways.knockIs(dan.page, 'accepted');
  await ways.enter(a, alice.page, ROOM.name);
  const keys = ways.peerNote(alice.page, 'keys');
  await keys.waitFor();
  await look(alice.page, 'chat-peer-keys');
  await keys.locator('button').click();
  await keys.waitFor({ state: 'detached' });
}
