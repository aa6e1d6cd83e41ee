/** Time and numbers of `cocoEval` against pycocotools on a set as large as COCO's validation images, in turn. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@cxrkit/core';
import { cocoEval } from '@cxrkit/eval';
import { startPython } from './lib/python-process.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const repeats = 3;
const images = 5000;
const boxes = 36_000;
const categories = 80;
const frame = {
  title: 'COCO boxes',
  columns: ['from parsed JSON to 12 numbers', 'CXRKit ms', 'peer ms', 'ratio of medians', 'goal'],
};

const peer = await startPython(new URL('./coco.py', import.meta.url));
if ('missing' in peer) finish({ ...frame, method: '', rows: [], skipped: peer.missing });
else {
  const data = makeScene();
  const folder = mkdtempSync(join(tmpdir(), 'cxrkit-bench-'));
  const path = join(folder, 'scene.json');
  writeFileSync(path, JSON.stringify(data));
  const parsed = /** @type {typeof data} */ (JSON.parse(JSON.stringify(data)));
  /** @type {{ ours: number[], whole: number[], evaluate: number[] }} */
  const times = { ours: [], whole: [], evaluate: [] };
  let difference = 0;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    const { scores } = cocoEval(parsed);
    times.ours.push(performance.now() - start);
    const answer = await peer.ask({ path });
    times.whole.push(answer.milliseconds);
    times.evaluate.push(answer.evaluate);
    for (const [j, { value }] of Object.values(scores).entries())
      difference = Math.max(difference, Math.abs((value ?? -1) - answer.stats[j]));
  }
  peer.end();
  rmSync(folder, { recursive: true });
  const row = (/** @type {string} */ name, /** @type {number[]} */ theirs) => [
    name,
    rounded(median(times.ours)),
    rounded(median(theirs)),
    rounded(median(times.ours) / median(theirs)),
    '<= 1',
  ];
  finish({
    ...frame,
    method: `${images} images, ${data.annotations.length} true boxes, ${data.detections.length} detections, ${categories} categories; ${peer.hello.version}, in turn. Medians of ${repeats}, the first counted. Largest difference of the 12 numbers: ${difference.toExponential(1)}.`,
    rows: [
      row('all', times.whole),
      row("against the peer's evaluate and accumulate alone", times.evaluate),
    ],
  });
}

/** True boxes, most of them found with some error, and false ones; small to large as in photographs. */
function makeScene() {
  const random = createRandom(4);
  const place = () => ({
    image_id: 1 + random.integer(images),
    category_id: 1 + Math.floor(categories * random.uniform() ** 2),
  });
  const makeBox = () => {
    const width = 8 * 2 ** (5 * random.uniform());
    const height = width * (0.5 + random.uniform());
    return boxOf({ x: 500 * random.uniform(), y: 400 * random.uniform(), width, height });
  };
  const annotations = Array.from({ length: boxes }, (_, i) => {
    const bbox = makeBox();
    const iscrowd = /** @type {0 | 1} */ (Number(random.uniform() < 0.01));
    return { id: i + 1, ...place(), bbox, area: 0.7 * bbox[2] * bbox[3], iscrowd };
  });
  const detections = annotations.map((truth) => {
    // Scores of two digits, so that there are ties.
    const score = Math.round(100 * random.uniform()) / 100;
    if (random.uniform() < 0.3) return { ...place(), bbox: makeBox(), score };
    const { image_id, category_id } = truth;
    const [x, y, width, height] = truth.bbox;
    const error = 0.3 * random.uniform();
    const shift = (/** @type {number} */ side) => error * side * (random.uniform() - 0.5);
    const corner = { x: x + shift(width), y: y + shift(height) };
    const bbox = boxOf({ ...corner, width: width + shift(width), height: height + shift(height) });
    return { image_id, category_id, bbox, score };
  });
  const ids = (/** @type {number} */ n) => Array.from({ length: n }, (_, i) => ({ id: i + 1 }));
  return { images: ids(images), categories: ids(categories), annotations, detections };
}

/**
 * @param {{ x: number, y: number, width: number, height: number }} sides
 * @returns {import('@cxrkit/eval').CocoBox}
 */
function boxOf({ x, y, width, height }) {
  return [x, y, width, height];
}
