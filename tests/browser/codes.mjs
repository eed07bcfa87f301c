// QR codes made by Debian's qrencode: a picture, and a film for Chromium's fake camera.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A PNG of the code of `text`. */
export async function picture(file, text) {
  await run('qrencode', ['-t', 'PNG', '-s', '6', '-m', '4', '-o', file, '--', text]);
  return file;
}

/**
 * A film that shows the code of `text` as a camera would see it on a wall: grey on grey, smaller than the picture.
 * YUV4MPEG2 with planes 4:2:0; colour is left at its middle.
 */
export async function film(file, text) {
  const [width, height, frames] = [640, 480, 4];
  const rows = await modules(text);
  const scale = Math.floor(440 / rows.length);
  const [left, top] = [width, height].map((side) => Math.floor((side - scale * rows.length) / 2));
  const luma = Buffer.alloc(width * height, 200);
  rows.forEach((row, y) => [...row].forEach((dark, x) => {
    if (dark !== '#') return;
    for (let line = 0; line < scale; line++) {
      const start = (top + y * scale + line) * width + left + x * scale;
      luma.fill(40, start, start + scale);
    }
  }));
  const frame = [Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)];
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420mpeg2\n`);
  await writeFile(file, Buffer.concat([head, ...Array(frames).fill(frame).flat()]));
  return file;
}

/** The code as rows of one character a module, `#` for a dark one, with its quiet zone. */
async function modules(text) {
  const { stdout } = await run('qrencode', ['-t', 'ASCII', '-m', '4', '-o', '-', '--', text]);
  // Two characters stand for a module, so that it looks square.
  return stdout.split('\n').filter((row) => row.length > 0).map((row) => row.replace(/(.)./g, '$1'));
}
