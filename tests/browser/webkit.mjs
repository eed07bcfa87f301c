// WebKitGTK's MiniBrowser over W3C WebDriver, on a screen of its own that nobody sees. Automation gives each session a
// profile that is gone with it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Builder, Capabilities, Key } from 'selenium-webdriver';

import { freePort } from './house.mjs';
import { Looking } from './looking.mjs';
import { PATIENCE } from './person.mjs';

/** Somebody's WebKit with a fresh profile; `complain` hears what goes wrong on its pages. */
export async function openWebKit(name, complain) {
  const home = await mkdtemp(join(tmpdir(), `doorstep-${name}-`));
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [display] = await once(screen.stdio[3], 'data');
  const port = await freePort();
  const service = spawn(process.env.DOORSTEP_WEBKIT_DRIVER, ['--host=127.0.0.1', `--port=${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: `:${String(display).trim()}`,
      HOME: home,
      LC_ALL: 'C.UTF-8',
      LANGUAGE: 'en_GB',
      GDK_BACKEND: 'x11',
      GTK_A11Y: 'none',
      NO_AT_BRIDGE: '1',
      // There is no graphics card behind that screen.
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    },
  });
  const end = async () => {
    for (const program of [service, screen]) {
      const gone = once(program, 'exit');
      if (program.kill()) await gone;
    }
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const driver = await session(port);
    const browser = new Browser(driver, complain);
    return {
      page: new Tab(browser, await driver.getWindowHandle()),
      open: () => browser.open(),
      close: async () => {
        await browser.last();
        await driver.quit();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function session(port) {
  const address = `http://127.0.0.1:${port}`;
  for (let left = 100; left > 0; left--) {
    const ready = await fetch(`${address}/status`).then((answer) => answer.ok, () => false);
    if (ready) break;
    await pause(50);
  }
  const driver = await new Builder()
    .usingServer(address)
    // The service knows itself where its browser is.
    .withCapabilities(new Capabilities({ browserName: 'MiniBrowser' }))
    .build();
  await driver.manage().setTimeouts({ pageLoad: PATIENCE, script: PATIENCE });
  return driver;
}

/** One session has one tab at a time that it speaks to, so what is to be done stands in a row. */
class Browser {
  constructor(driver, complain) {
    this.driver = driver;
    this.complain = complain;
    this.row = Promise.resolve();
  }

  turn(work) {
    const done = this.row.then(work);
    this.row = done.catch(() => {});
    return done;
  }

  in(handle, work) {
    return this.turn(async () => {
      if (this.current !== handle) {
        await this.driver.switchTo().window(handle);
        this.current = handle;
      }
      return work(this.driver);
    });
  }

  open() {
    return this.turn(async () => {
      await this.driver.switchTo().newWindow('tab');
      this.current = await this.driver.getWindowHandle();
      return new Tab(this, this.current);
    });
  }

  /** Before everything goes: what the pages that are still there complained about. */
  last() {
    return this.turn(async () => {
      for (const handle of await this.driver.getAllWindowHandles()) {
        await this.driver.switchTo().window(handle);
        await this.hear();
      }
    });
  }

  /** WebDriver tells of no errors; so each document keeps its own, from when it has loaded, for whatever follows it. */
  async hear() {
    const hear = () => {
      const kept = 'test.complaints';
      const heard = JSON.parse(sessionStorage.getItem(kept) ?? '[]');
      sessionStorage.removeItem(kept);
      const complain = (what) => {
        const before = JSON.parse(sessionStorage.getItem(kept) ?? '[]');
        sessionStorage.setItem(kept, JSON.stringify([...before, `${location}: ${what}`]));
      };
      if (!globalThis.complaining) {
        addEventListener('error', (event) => complain(event.message));
        addEventListener('unhandledrejection', (event) => complain(event.reason));
        globalThis.complaining = true;
      }
      return heard;
    };
    // A document that loads itself again meanwhile is asked the next time; one without an origin keeps nothing.
    const heard = await this.driver.executeScript(hear).catch(() => []);
    heard.forEach(this.complain);
  }
}

class Tab extends Looking {
  constructor(browser, handle) {
    super();
    this.browser = browser;
    this.handle = handle;
  }

  in(work) {
    return this.browser.in(this.handle, work);
  }

  /** From this document to another. */
  go(work) {
    return this.in(async (driver) => {
      await this.browser.hear();
      await work(driver);
      await this.browser.hear();
    });
  }

  url() {
    return this.in((driver) => driver.getCurrentUrl());
  }

  goto(url) {
    return this.go((driver) => driver.get(url));
  }

  reload() {
    return this.go((driver) => driver.navigate().refresh());
  }

  goBack() {
    return this.go((driver) => driver.navigate().back());
  }

  goForward() {
    return this.go((driver) => driver.navigate().forward());
  }

  evaluate(script, value) {
    return this.in((driver) => driver.executeScript(script, value));
  }

  grasp(script, value) {
    return this.evaluate(script, value);
  }

  click(element) {
    return this.in(() => element.click());
  }

  type(element, text) {
    return this.in(() => element.sendKeys(text));
  }

  press(element, key) {
    return this.in(() => element.sendKeys(Key[key.toUpperCase()]));
  }

  give(element, file) {
    return this.in(() => element.sendKeys(file));
  }

  close() {
    return this.in(async (driver) => {
      await this.browser.hear();
      await driver.close();
      this.browser.current = undefined;
    });
  }
}
