/** Time of each resampler against the library whose bytes it reproduces, in turn. */
import {
  resizeArea,
  resizeBicubic,
  resizeBilinearAntialias,
  resizeLanczos,
} from '@cxrkit/core/image';
import { startPython } from './lib/python-process.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const repeats = 15;
const bytes = (/** @type {number} */ side) => ({
  width: side,
  height: side,
  data: Uint8Array.from({ length: side * side }, (_, i) => (i * i) >> 3),
});
/** @param {number} side */
const floats = (side) => ({ ...bytes(side), data: Float32Array.from(bytes(side).data) });

/** @type {readonly { name: string, from: number, to: number, run: (from: number, to: number) => () => unknown }[]} */
const cases = [
  { name: 'area', from: 1024, to: 512, run: image(resizeArea) },
  { name: 'area', from: 1024, to: 224, run: image(resizeArea) },
  { name: 'bilinear', from: 1024, to: 224, run: image(resizeBilinearAntialias) },
  { name: 'lanczos', from: 1024, to: 512, run: image(resizeLanczos) },
  { name: 'bicubic', from: 320, to: 224, run: (from, to) => bicubic(floats(from), to) },
];

const frame = {
  title: 'Resamplers',
  columns: ['resampler, sides', 'CXRKit ms', 'peer ms', 'ratio of medians', 'peer'],
};
const peer = await startPython(new URL('./resamplers.py', import.meta.url));
if ('missing' in peer) finish({ ...frame, method: '', rows: [], skipped: peer.missing });
else {
  const rows = [];
  for (const { name, from, to, run } of cases) {
    const resize = run(from, to);
    const times = [[], []].map(() => /** @type {number[]} */ ([]));
    for (let i = 0; i < repeats + 3; i++) {
      const start = performance.now();
      resize();
      const pair = [performance.now() - start, (await peer.ask({ name, from, to })).milliseconds];
      if (i >= 3) for (const [side, time] of pair.entries()) times[side].push(time);
    }
    const [ours, theirs] = times.map(median);
    rows.push([
      `${name}, ${from} to ${to}`,
      rounded(ours),
      rounded(theirs),
      rounded(ours / theirs),
      peer.hello[name],
    ]);
  }
  peer.end();
  finish({
    ...frame,
    method: `One square grey picture, one thread; the libraries whose numbers ours equal, called from Python in turn with ours. Medians of ${repeats} after 3.`,
    rows,
  });
}

/** @param {import('@cxrkit/core/image').Resampler} resize */
function image(resize) {
  return (/** @type {number} */ from, /** @type {number} */ to) => {
    const picture = bytes(from);
    return () => resize(picture, to, to);
  };
}

/**
 * @param {import('@cxrkit/core/image').FloatImage} picture
 * @param {number} to
 */
function bicubic(picture, to) {
  return () => resizeBicubic(picture, to, to);
}
