// Assertions that wait: a page becomes right, it is not right at once.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { PATIENCE } from './person.mjs';

export function expect(locator) {
  return {
    /** The text of the first one contains `text`. */
    toContain: (text) =>
      until(async () => (await locator.first().textContent())?.includes(text), `"${text}" in ${locator}`),
    /** There are so many. */
    toCount: (count) => until(async () => (await locator.count()) === count, `${count} of ${locator}`),
  };
}

/** Waits until `condition` holds. */
export async function until(condition, what, patience = PATIENCE) {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    try {
      if (await condition()) return;
    } catch (error) {
      if (Date.now() + 200 >= end) throw error;
    }
    await pause(100);
  }
  assert.fail(`never came true: ${what}`);
}
