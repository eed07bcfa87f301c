// The three engines that browsers are made of. Whatever drives one, its pages have the part of playwright's interface that
// `ways.mjs` uses, so that a story is written once.

import assert from 'node:assert/strict';

import { openFirefox } from './firefox.mjs';
import { arrive as arriveInChromium } from './person.mjs';
import { openWebKit } from './webkit.mjs';

/** Those that `cargo xtask test` has not been told to leave out. */
export const ENGINES = [
  { name: 'Chromium', arrive: arriveInChromium },
  { name: 'Firefox', arrive: arrives(openFirefox) },
  { name: 'WebKit', arrive: arrives(openWebKit) },
].filter(({ name }) => !(process.env.DOORSTEP_WITHOUT ?? '').split(',').includes(name.toLowerCase()));

/** As `arrive` in person.mjs: a fresh profile, which goes with the story, and nothing may have gone wrong on the pages. */
function arrives(open) {
  return async (t, name) => {
    const complaints = [];
    const browser = await open(name, (complaint) => complaints.push(complaint));
    t.after(async () => {
      await browser.close();
      assert.deepEqual(complaints, [], `${name}'s browser complained`);
    });
    return {
      name,
      complaints,
      page: browser.page,
      tab: async (url) => {
        const page = await browser.open();
        await page.goto(url);
        return page;
      },
    };
  };
}
