// A provider of its own for a story: a free port, an empty database, gone with the test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const PROGRAM = needed('DOORSTEP_PROVIDER');
const DIST = needed('DOORSTEP_DIST');

/** Starts a provider; `t.after` stops it. */
export async function openHouse(t) {
  const data = await mkdtemp(join(tmpdir(), 'doorstep-house-'));
  const house = new House(await freePort(), data);
  await house.start();
  t.after(async () => {
    await house.stop();
    await rm(data, { recursive: true, force: true });
  });
  return house;
}

class House {
  constructor(port, data) {
    this.port = port;
    this.data = data;
    this.origin = `http://localhost:${port}`;
    this.said = '';
  }

  /** Also after `stop`: same port, same database. */
  async start() {
    this.child = spawn(
      PROGRAM,
      [
        'serve', '--listen', `127.0.0.1:${this.port}`, '--domain', 'localhost',
        '--public-url', this.origin, '--data', this.data, '--assets', DIST,
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
        if ((await fetch(`${this.origin}/healthz`)).ok) return;
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

  url(path) {
    return this.origin + path;
  }
}

/** Without the tests' own variables: the provider takes every `DOORSTEP_…` for a setting. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DOORSTEP_')));
}

async function freePort() {
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
