// A provider of its own for a story: a free port, an empty database, gone with the test.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const PROGRAM = needed('DOORSTEP_PROVIDER');
/** The built app, where the provider is not to show the one it carries. */
const DIST = process.env.DOORSTEP_DIST;

/** Starts a provider; `t.after` stops it. `shown`: the port people know, where something stands between. */
export async function openHouse(t, { shown } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'doorstep-house-'));
  const house = new House(await freePort(), data);
  if (shown) house.origin = `http://localhost:${shown}`;
  await house.start();
  t.after(async () => {
    await house.stop();
    await rm(data, { recursive: true, force: true });
  });
  return house;
}

/** Starts providers that speak with each other, one for each domain, with further lines of `settings`; `t.after` stops them. */
export async function openNeighbours(t, domains, more = []) {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-neighbours-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await promisify(execFile)(needed('DOORSTEP_AUTHORITY'), [folder, ...domains]);
  const ports = new Map();
  for (const domain of domains) ports.set(domain, await freePort());
  const houses = [];
  for (const domain of domains) {
    const data = join(folder, `${domain}-data`);
    await mkdir(data);
    const settings = join(folder, `${domain}.toml`);
    const path = (name) => JSON.stringify(join(folder, name));
    await writeFile(settings, [
      `peers_listen = "127.0.0.1:${ports.get(domain)}"`,
      `peers_certificate = ${path(`${domain}.pem`)}`,
      `peers_key = ${path(`${domain}.key`)}`,
      `peers_roots = ${path('ca.pem')}`,
      ...more,
      '[peers_addresses]',
      ...domains.map((other) => `"${other}" = "127.0.0.1:${ports.get(other)}"`),
      '',
    ].join('\n'));
    const house = new House(await freePort(), data, domain, settings);
    await house.start();
    t.after(() => house.stop());
    houses.push(house);
  }
  return houses;
}

class House {
  constructor(port, data, domain = 'localhost', settings = undefined) {
    this.port = port;
    this.data = data;
    this.domain = domain;
    this.settings = settings;
    this.origin = `http://${domain}:${port}`;
    this.said = '';
  }

  /** Also after `stop`: same port, same database. */
  async start() {
    this.child = spawn(
      PROGRAM,
      [
        'serve', '--listen', `127.0.0.1:${this.port}`, '--domain', this.domain,
        '--public-url', this.origin, '--data', this.data, ...(DIST ? ['--assets', DIST] : []),
        ...(this.settings ? ['--config', this.settings] : []),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: environment() },
    );
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (bytes) => { this.said = (this.said + bytes).slice(-20_000); });
    }
    const end = Date.now() + 20_000;
    while (Date.now() < end) {
      if (this.child.exitCode !== null) throw new Error(`the provider ended:\n${this.said}`);
      try {
        if ((await fetch(`http://127.0.0.1:${this.port}/healthz`)).ok) return;
      } catch {
        // Not listening yet.
      }
      await pause(50);
    }
    throw new Error(`the provider does not answer:\n${this.said}`);
  }

  /** As an operator does: SIGTERM, and it has ten seconds. */
  async stop() {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
  }

  /** As a power cut does. */
  async kill() {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** As whoever has the domain next does: without the database, with other keys. */
  async setUpAnew() {
    await this.kill();
    await rm(this.data, { recursive: true });
    await mkdir(this.data);
    await this.start();
  }

  /** How many event streams are open: one for each engine that runs. */
  async streams() {
    const text = await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
    const [, count] = /^doorstep_event_streams (\d+)/m.exec(text) ?? [];
    return Number(count);
  }

  url(path) {
    return this.origin + path;
  }
}

/** Without the tests' own variables: the provider takes every `DOORSTEP_…` for a setting. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DOORSTEP_')));
}

export async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this by \`cargo xtask test\``);
  return value;
}
