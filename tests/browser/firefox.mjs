// Firefox over WebDriver BiDi, by puppeteer.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launch } from 'puppeteer-core';

import { Looking } from './looking.mjs';
import { PATIENCE } from './person.mjs';

/** Somebody's Firefox with a fresh profile; `complain` hears what goes wrong on its pages. */
export async function openFirefox(name, complain) {
  const profile = await mkdtemp(join(tmpdir(), `doorstep-${name}-`));
  const browser = await launch({
    browser: 'firefox',
    executablePath: process.env.DOORSTEP_FIREFOX,
    headless: true,
    userDataDir: profile,
    defaultViewport: { width: 1280, height: 900 },
    extraPrefsFirefox: {
      'intl.accept_languages': 'en-GB, en',
      'ui.prefersReducedMotion': 1,
    },
  });
  const open = async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => complain(`${page.url()}: ${error.stack ?? error}`));
    return new Tab(page);
  };
  return {
    page: await open(),
    open,
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

class Tab extends Looking {
  constructor(page) {
    super();
    this.real = page;
  }

  url() {
    return this.evaluate(() => location.href);
  }

  goto(url) {
    return this.real.goto(url);
  }

  reload() {
    return this.real.reload();
  }

  goBack() {
    return this.go(-1);
  }

  goForward() {
    return this.go(1);
  }

  /** A document that was kept does not load again, which puppeteer would wait for. */
  async go(steps) {
    const was = await this.evaluate(() => location.href);
    await this.evaluate((steps) => { setTimeout(() => history.go(steps)); }, steps);
    await this.waitForURL(({ href }) => href !== was);
  }

  evaluate(script, value) {
    return this.real.evaluate(script, value);
  }

  async grasp(script, value) {
    return (await this.real.evaluateHandle(script, value)).asElement();
  }

  click(element) {
    return element.click();
  }

  type(element, text) {
    return element.type(text);
  }

  press(element, key) {
    return element.press(key);
  }

  give(element, file) {
    return element.uploadFile(file);
  }

  close() {
    return this.real.close();
  }
}
