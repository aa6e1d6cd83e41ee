/**
 * Turns a quantised TFLite MobileNetV2 into float32 safetensors with torchvision's key names; see README.md.
 *
 * node --conditions=@cxrkit/source --import tsx tools/imagenet-mobilenet/convert.mjs model.tflite --out out.safetensors
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSafetensors } from '@cxrkit/nn/checkpoint';
import { nameWeights } from './name-weights.mjs';
import { readTfliteGraph } from './tflite-graph.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, head: { type: 'boolean', default: false } },
});
const [source] = positionals;
if (!source || !values.out)
  throw new Error('Usage: convert.mjs <model.tflite> --out <file.safetensors> [--head]');
const bytes = await readFile(source);
const weights = [...nameWeights(readTfliteGraph(bytes))].filter(
  ([name]) => values.head || name.startsWith('features.'),
);
const metadata = {
  format: 'pt',
  source: basename(source),
  sha256: createHash('sha256').update(bytes).digest('hex'),
  license: 'Apache-2.0',
  input: 'RGB / 127.5 - 1',
};
await writeSafetensors(values.out, weights, { metadata });
const count = weights.reduce((sum, [, { data }]) => sum + data.length, 0);
process.stdout.write(`${weights.length} tensors, ${count} numbers -> ${values.out}\n`);
