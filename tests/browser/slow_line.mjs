// The line of a phone: everything comes half a round trip later, and so many bytes a second go through in each direction,
// whatever the number of connections.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Milliseconds there and back. */
const ROUND_TRIP = 150;
/** Bytes a second to the phone: 1.6 Mbit. */
const DOWN = 200_000;
/** Bytes a second from the phone: 0.75 Mbit. */
const UP = 94_000;
/** Bytes that cross at once. */
const PACKET = 1400;

/** Opens a line and gives the port of its near end; whoever knows where the far end is sets `to`. `t.after` closes it. */
export async function openSlowLine(t) {
  const line = { port: 0, to: 0 };
  const [down, up] = [new Direction(DOWN), new Direction(UP)];
  const open = new Set();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    near.setNoDelay(true);
    open.add(near);
    near.on('error', () => near.destroy());
    near.on('close', () => open.delete(near));
    // Nothing crosses before the handshake did, which takes a round trip of its own.
    setTimeout(() => carry(near, line.to, down, up), ROUND_TRIP);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  line.port = server.address().port;
  t.after(async () => {
    for (const near of open) near.destroy();
    server.close();
    await once(server, 'close');
  });
  return line;
}

/** Joins one connection's two ends until both have closed. */
function carry(near, port, down, up) {
  if (near.destroyed) return;
  const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  far.setNoDelay(true);
  far.on('data', (bytes) => down.send(bytes, near));
  far.on('end', () => down.end(near));
  far.on('error', () => near.destroy());
  near.on('data', (bytes) => up.send(bytes, far));
  near.on('end', () => up.end(far));
  near.on('close', () => far.destroy());
}

/** All bytes that go one way: they share its rate and never overtake each other. */
class Direction {
  constructor(rate) {
    this.rate = rate;
    this.free = 0;
    this.underWay = [];
  }

  send(bytes, to) {
    for (let at = 0; at < bytes.length; at += PACKET) {
      const packet = bytes.subarray(at, at + PACKET);
      this.free = Math.max(this.free, performance.now()) + (packet.length / this.rate) * 1000;
      this.arrive(() => to.write(packet), to);
    }
  }

  /** After what is still under way. */
  end(to) {
    this.free = Math.max(this.free, performance.now());
    this.arrive(() => to.end(), to);
  }

  arrive(act, to) {
    this.underWay.push({ due: this.free + ROUND_TRIP / 2, act: () => to.destroyed || act() });
    if (this.underWay.length === 1) this.wait();
  }

  wait() {
    setTimeout(() => {
      while (this.underWay[0]?.due <= performance.now()) this.underWay.shift().act();
      if (this.underWay.length > 0) this.wait();
    }, this.underWay[0].due - performance.now());
  }
}
