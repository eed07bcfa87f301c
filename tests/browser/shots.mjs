// A picture of every page and state: phone and desktop, light and dark. Usage: node shots.mjs FOLDER

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import { walk } from './walk.mjs';
import { walkTold } from './walk_told.mjs';

const FOLDER = process.env.DOORSTEP_SHOTS ?? 'target/shots';
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

test('pictures', async (t) => {
  await mkdir(FOLDER, { recursive: true });
  const house = await openHouse(t);
  const people = {};
  for (const name of ['alice', 'cathy', 'dan', 'eve']) people[name] = await arrive(t, name);
  let number = 0;
  const look = async (page, name) => {
    number += 1;
    const begin = `${String(number).padStart(2, '0')}-${name}`;
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.screenshot({ path: join(FOLDER, `${begin}-${size}-${colorScheme}.png`), fullPage: true });
      }
    }
    await page.setViewportSize(SIZES.desktop);
    await page.emulateMedia({ colorScheme: null, reducedMotion: 'reduce' });
  };
  await walk(house, people, look);
  await walkTold(t, people, look);
  console.log(`${number} states in ${FOLDER}`);
});
