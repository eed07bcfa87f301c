// The code of a room, read by the scan page: by the camera, from a picture, pasted, dropped. What is not ours is named.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { film, picture } from './codes.mjs';
import { expect, until } from './expect.mjs';
import { openHouse } from './house.mjs';
import { arrive } from './person.mjs';
import * as ways from './ways.mjs';

/** As long as a real one, and with its beginning; where it leads is not this page's business. */
const INVITE = `pQABAXgeYQ${'Zm9yLXNjYW5uaW5n'.repeat(12)}_-`;
const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/** A house, a folder for pictures, and somebody with the scan page open, whose camera shows the code of `text`. */
async function scanning(t, { shows, flags = CAMERA, seen } = {}) {
  const house = await openHouse(t);
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-codes-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const camera = shows ? [`--use-file-for-fake-video-capture=${await film(join(folder, 'film.y4m'), shows(house))}`] : [];
  const cathy = await arrive(t, 'cathy', { flags: [...flags, ...camera] });
  const asked = [];
  cathy.browser.on('request', (request) => asked.push(request.url()));
  // Watches, and changes nothing: which streams were opened, and which addresses the page went to by itself.
  await cathy.page.addInitScript(() => {
    globalThis.streams = [];
    globalThis.steps = [];
    const devices = navigator.mediaDevices;
    const real = devices?.getUserMedia.bind(devices);
    if (real) {
      devices.getUserMedia = async (wanted) => {
        const stream = await real(wanted);
        globalThis.streams.push(stream);
        return stream;
      };
    }
    const push = history.pushState.bind(history);
    history.pushState = (state, title, url) => {
      globalThis.steps.push(String(url));
      push(state, title, url);
    };
  });
  await cathy.page.addInitScript(seen ?? (() => {}));
  await ways.visit(cathy.page, house.url('/scan'));
  await cathy.page.locator('[data-testid="camera-start"]:enabled').waitFor();
  return { house, folder, cathy, page: cathy.page, asked };
}

/** The page went to the link, in the same tab, and told nobody. */
async function wentIn({ page, cathy, asked }) {
  await page.waitForURL((url) => url.pathname === '/j');
  assert.deepEqual(await page.evaluate(() => globalThis.steps.filter((url) => url.startsWith('/j'))), [`/j#${INVITE}`]);
  assert.equal(cathy.browser.pages().length, 1);
  assert.ok(!asked.some((url) => url.includes(INVITE.slice(10, 40))), 'the code was in no request');
  assert.ok(!asked.some((url) => new URL(url).pathname === '/j'), 'no document was loaded');
}

const tracks = (page) => page.evaluate(() => globalThis.streams.flatMap((stream) => stream.getTracks().map((track) => track.readyState)));

async function cameraIsOff(page) {
  await until(async () => {
    const states = await tracks(page);
    return states.length > 0 && states.every((state) => state === 'ended');
  }, 'the camera is let go of');
}

const link = (house) => `${house.origin}/j#${INVITE}`;

/** Drops or pastes a file or a text onto the page. */
async function give(page, kind, { file, type, text }) {
  const bytes = file ? [...(await readFile(file))] : null;
  await page.evaluate(({ kind, bytes, type, text }) => {
    const data = new DataTransfer();
    if (bytes) data.items.add(new File([new Uint8Array(bytes)], 'code', { type }));
    if (text) data.setData('text/plain', text);
    const init = { bubbles: true, cancelable: true };
    const event = kind === 'drop'
      ? new DragEvent('drop', { ...init, dataTransfer: data })
      : new ClipboardEvent('paste', { ...init, clipboardData: data });
    document.querySelector('main').dispatchEvent(event);
  }, { kind, bytes, type, text });
}

test('the camera is asked for on a click, reads the code, and is let go of', async (t) => {
  const scene = await scanning(t, { shows: link });
  assert.deepEqual(await tracks(scene.page), [], 'nobody asked for the camera yet');
  await scene.page.getByTestId('camera-start').click();
  await wentIn(scene);
  await cameraIsOff(scene.page);
});

test('the code is read from an image file, from a pasted one, and from a dropped one', async (t) => {
  const scene = await scanning(t);
  const file = await picture(join(scene.folder, 'code.png'), link(scene.house));
  await scene.page.getByTestId('scan-file').setInputFiles(file);
  await wentIn(scene);
  for (const kind of ['paste', 'drop']) {
    await ways.visit(scene.page, scene.house.url('/scan'));
    await scene.page.locator('[data-testid="camera-start"]:enabled').waitFor();
    scene.asked.length = 0;
    await give(scene.page, kind, { file, type: 'image/png' });
    await wentIn(scene);
  }
});

test('a link as text is read when it is typed, pasted, or dropped, also a bare code and one for apps', async (t) => {
  const scene = await scanning(t);
  await scene.page.getByTestId('scan-text').fill(`Come in: ${link(scene.house)}`);
  await scene.page.locator('[data-testid="scan-read"]:enabled').waitFor();
  const kept = await scene.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.ok(!kept.includes(INVITE), 'the code of a link is a secret: it is kept nowhere while it is typed');
  await scene.page.getByTestId('scan-read').click();
  await wentIn(scene);
  for (const [kind, text] of [['paste', `web+mimi:j#${INVITE}`], ['drop', INVITE], ['paste', link(scene.house).replace('#', '%23')]]) {
    await ways.visit(scene.page, scene.house.url('/scan'));
    await scene.page.locator('[data-testid="camera-start"]:enabled').waitFor();
    scene.asked.length = 0;
    await give(scene.page, kind, { text });
    await wentIn(scene);
  }
});

test('what is not ours is named, shown, and not opened', async (t) => {
  const scene = await scanning(t, { shows: () => 'https://evil.example/j#pQABAX' });
  const { page, cathy, asked, folder } = scene;
  const found = page.getByTestId('found');
  await page.getByTestId('camera-start').click();
  await page.locator('[data-kind="web"]').waitFor();
  await expect(found).toContain('evil.example');
  await expect(found).toContain('https://evil.example/j#pQABAX');
  await cameraIsOff(page);
  for (const [text, kind, words] of [
    ['WIFI:S:home;T:WPA;P:secret;;', 'app', 'wifi'],
    ['javascript:alert(1)', 'app', 'javascript'],
    ['The kettle is on the stove.', 'plain', 'plain text'],
  ]) {
    await page.getByTestId('scan-file').setInputFiles(await picture(join(folder, 'other.png'), text));
    await page.locator(`[data-kind="${kind}"]`).filter({ hasText: text }).waitFor();
    await expect(found).toContain(words);
  }
  assert.equal(await found.locator('a').count(), 0, 'there is nothing to click');
  await give(page, 'drop', { text: `${scene.house.origin}/r/clubhouse` });
  await page.locator('[data-kind="door"]').waitFor();
  assert.equal(new URL(page.url()).pathname, '/scan');
  assert.equal(cathy.browser.pages().length, 1);
  assert.deepEqual(asked.filter((url) => !url.startsWith(scene.house.origin) && !url.startsWith('data:') && !url.startsWith('blob:')), []);
});

test('a picture without a code, and a file that is no picture, are said to be so', async (t) => {
  const { page } = await scanning(t);
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><rect width="90" height="90"/></svg>';
  await page.getByTestId('scan-file').setInputFiles({ name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(svg) });
  await expect(page.getByTestId('found')).toContain('no code in this picture');
  await page.getByTestId('scan-file').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('nothing') });
  await expect(page.getByTestId('found')).toContain('no picture');
});

test('the camera is let go of when the person goes elsewhere, hides the tab, or stops it', async (t) => {
  const { page } = await scanning(t);
  const start = async () => {
    await page.getByTestId('camera-start').click();
    await page.locator('video:visible').waitFor();
    await until(async () => (await tracks(page)).includes('live'), 'the camera looks');
  };
  await start();
  await page.getByTestId('camera-stop').click();
  await cameraIsOff(page);
  await start();
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    document.dispatchEvent(new Event('visibilitychange'));
    Object.defineProperty(document, 'hidden', { configurable: true, value: false });
  });
  await cameraIsOff(page);
  await start();
  await page.locator('a.brand').click();
  await page.waitForURL((url) => url.pathname === '/');
  await cameraIsOff(page);
});

test('of several cameras the person chooses one, and the other is let go of', async (t) => {
  const flags = ['--use-fake-device-for-media-stream=device-count=2', '--use-fake-ui-for-media-stream'];
  const { page } = await scanning(t, { flags });
  await page.getByTestId('camera-start').click();
  const which = page.getByTestId('scan-which');
  await which.waitFor();
  const [first, second] = await which.locator('option').evaluateAll((options) => options.map((option) => option.value));
  assert.ok(first && second && first !== second, 'two cameras');
  const other = (await which.inputValue()) === first ? second : first;
  await which.selectOption(other);
  await until(async () => (await tracks(page)).join() === 'ended,live', 'the first is off and the second looks');
  const looks = () => page.evaluate(() => document.querySelector('video').srcObject.getVideoTracks()[0].getSettings().deviceId);
  assert.equal(await looks(), other);
  await expect(which).toCount(1);
  assert.equal(await which.inputValue(), other);
});

test('a camera that is refused, or not there, is said to be so, and the page goes on working', async (t) => {
  for (const [flags, words] of [[['--use-fake-device-for-media-stream'], 'was not allowed'], [['--use-fake-ui-for-media-stream'], 'No camera was found']]) {
    const { page } = await scanning(t, { flags });
    await page.getByTestId('camera-start').click();
    await expect(page.locator('[data-testid="camera"] .problem')).toContain(words);
    assert.equal(await page.getByTestId('camera-start').isEnabled(), true);
    await give(page, 'paste', { text: 'still here' });
    await page.locator('[data-kind="plain"]').waitFor();
  }
});

test('what reads codes is fetched on the scan page and nowhere else, and only where the browser has none', async (t) => {
  const scene = await scanning(t);
  const { house, page, asked, folder } = scene;
  const names = () => [...new Set(asked.map((url) => new URL(url).pathname).filter((path) => /\/(scanner|eye)/.test(path)).map((path) => path.replace(/-[0-9a-f]+/, '')))].sort();
  assert.deepEqual(names(), ['/assets/eye.js'], 'nothing to read with before there is something to read');
  const file = await picture(join(folder, 'code.png'), 'a note');
  await page.getByTestId('scan-file').setInputFiles(file);
  await page.locator('[data-kind="plain"]').waitFor();
  assert.deepEqual(names(), ['/assets/eye.js', '/assets/scanner.js', '/assets/scanner_bg.wasm']);

  asked.length = 0;
  for (const path of ['/', '/rooms', '/requests', '/settings', '/account', '/new', '/r/nobody-made-this']) await ways.visit(page, house.url(path));
  assert.deepEqual(names(), []);

  const able = await scanning(t, {
    seen: () => {
      globalThis.BarcodeDetector = class {
        static getSupportedFormats = async () => ['qr_code'];
        detect = async () => [{ rawValue: 'by the browser itself' }];
      };
    },
  });
  await able.page.getByTestId('scan-file').setInputFiles(file);
  await able.page.locator('[data-kind="plain"]').filter({ hasText: 'by the browser itself' }).waitFor();
  assert.ok(!able.asked.some((url) => url.includes('/scanner')), 'the reader was not fetched');
});
