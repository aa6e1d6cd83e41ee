import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@cxrkit/core';
import { encodePng } from '@cxrkit/core/image';

/** Pictures of {@link writeTinyData}: the last two are of the `val` split, the rest of `train`. */
const COUNT = 12;

/** Writes a data set: two bright "lungs" on grey, at places of their own; the bright ones have pneumonia. */
export async function writeTinyData(folder: string): Promise<void> {
  const random = createRandom(5);
  const rows: object[] = [];
  const [width, height] = [80, 64];
  for (let i = 0; i < COUNT; i++) {
    const isSick = i % 2 === 1;
    const [x, y] = [6 + random.integer(6), 6 + random.integer(6)];
    const boxes = {
      'right lung': [x, y, x + 26, y + 44],
      'left lung': [x + 36, y, x + 62, y + 44],
    };
    const data = Uint8Array.from({ length: width * height }, (_, p) => {
      const [px, py] = [p % width, Math.floor(p / width)];
      const isLung = Object.values(boxes).some(
        ([x0, y0, x1, y1]) => px >= x0 && px < x1 && py >= y0 && py < y1,
      );
      return isLung ? (isSick ? 230 : 160) : 90 + random.integer(20);
    });
    await writeFile(join(folder, `${i}.png`), await encodePng({ width, height, data }));
    const scale = [width, height, width, height];
    rows.push({
      image: `${i}.png`,
      split: i < COUNT - 2 ? 'train' : 'val',
      patient: String(i),
      source: 'made',
      findings: { Pneumonia: isSick ? 1 : 0, 'No Finding': isSick ? 0 : 1 },
      boxes01: Object.fromEntries(
        Object.entries(boxes).map(([name, box]) => [name, box.map((value, k) => value / scale[k])]),
      ),
    });
  }
  await writeFile(
    join(folder, 'manifest.jsonl'),
    rows.map((row) => JSON.stringify(row)).join('\n'),
  );
}
