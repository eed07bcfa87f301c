// Somebody with a browser profile of their own, which outlives their browser being closed.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];

/** How long one thing may take to show: the machine may be busy, people are patient. */
export const PATIENCE = 45_000;

/**
 * Somebody arrives; `options` are playwright's, and `flags` for their Chromium; `t.after` sends them home and checks
 * that nothing went wrong on their pages.
 */
export async function arrive(t, name, options = {}) {
  const profile = await mkdtemp(join(tmpdir(), `doorstep-${name}-`));
  const person = new Person(name, profile, options);
  await person.open();
  t.after(async () => {
    await person.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    assert.deepEqual(person.complaints, [], `${name}'s browser complained`);
  });
  return person;
}

class Person {
  constructor(name, profile, options) {
    this.name = name;
    this.profile = profile;
    this.options = options;
    this.complaints = [];
  }

  /** Opens the person's browser, as they left it. */
  async open() {
    const { flags = [], ...options } = this.options;
    this.browser = await chromium.launchPersistentContext(this.profile, {
      executablePath: process.env.DOORSTEP_CHROMIUM ?? '/usr/bin/chromium',
      headless: true,
      args: [...FLAGS, ...flags],
      locale: 'en-GB',
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    this.browser.setDefaultTimeout(PATIENCE);
    this.browser.on('page', (page) => this.listen(page));
    for (const page of this.browser.pages()) this.listen(page);
    this.page = this.browser.pages()[0] ?? (await this.browser.newPage());
  }

  listen(page) {
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.stack ?? error}`));
    page.on('console', (message) => {
      // The browser's own word for a status that the app understands (a door that is not there) is no complaint.
      const expected = /Failed to load resource|net::ERR_/.test(message.text());
      if (message.type() === 'error' && !expected) this.complaints.push(`${page.url()}: ${message.text()}`);
    });
  }

  /** Closes the person's browser: every tab, every worker. */
  async close() {
    await this.browser?.close();
    this.browser = undefined;
  }

  /** A further tab. */
  async tab(url) {
    const page = await this.browser.newPage();
    await page.goto(url);
    return page;
  }
}
