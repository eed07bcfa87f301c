// What people are told of other providers: whom what they say does not reach, and that their room's own cannot be reached.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expect, until } from './expect.mjs';
import { openNeighbours } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

/** Asked, tried again, asked again: each has its pause. */
const A_WHILE = 150_000;

test('whoever says something sees that another provider does not get it, and that it has got it', async (t) => {
  const [a, b] = await openNeighbours(t, ['a.localhost', 'b.localhost'], ['peers_away_seconds = 5']);
  const [alice, bob] = [await arrive(t, 'alice'), await arrive(t, 'bob')];
  await ways.signUp(a, alice.page, 'alice');
  await ways.makeRoom(a, alice.page, { name: 'Clubhouse', slug: 'clubhouse' });
  const link = await ways.makeLink(alice.page, { uses: 0 });
  await alice.page.locator('.links-panel [data-do="close"]').click();
  await ways.openLink(bob.page, b.url(`/j${new URL(link).hash}`));
  await ways.joinByLink(bob.page);
  await ways.say(bob.page, 'Here I am.');
  await ways.hears(alice.page, 'Here I am.');
  assert.equal(await ways.peerNote(alice.page, 'waiting').count(), 0);

  await b.kill();
  await ways.say(alice.page, 'Are you still there?');
  const note = ways.peerNote(alice.page, 'waiting');
  await note.waitFor({ timeout: A_WHILE });
  await expect(note).toContain('b.localhost');
  assert.equal(await alice.page.locator('[role=status]').filter({ has: note }).count(), 1, 'it is read aloud');
  // Looked at again, it is there again.
  await alice.page.reload();
  await note.waitFor();
  await b.start();
  await ways.hears(bob.page, 'Are you still there?');
  await note.waitFor({ state: 'detached', timeout: A_WHILE });

  await a.kill();
  const away = ways.peerNote(bob.page, 'away');
  await ways.say(bob.page, 'Yes, and you?');
  await away.waitFor({ timeout: A_WHILE });
  await expect(away).toContain('a.localhost');
  await a.start();
  await away.waitFor({ state: 'detached', timeout: A_WHILE });
  await until(
    async () => (await bob.page.locator('[data-testid="message"][data-delivery="sent"]').filter({ hasText: 'Yes, and you?' }).count()) === 1,
    'the message of Bob is sent',
    A_WHILE,
  );
  await ways.hears(alice.page, 'Yes, and you?');
});
