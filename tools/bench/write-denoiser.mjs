/**
 * Writes a denoiser with random weights as our exporters do (float16, large ones in a file beside it), for onnx-denoiser.mjs.
 *
 * `node write-denoiser.mjs '{"config":{},"graph":"folder/denoiser.onnx"}'` prints `{"parameters":0}`.
 */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { denoiserGraph } from '@cxrkit/cxr-irgen';
import { graphContents } from '@cxrkit/nn';
import { countOf, randomWeights } from './lib/denoiser-weights.mjs';

const { config, graph: file } = JSON.parse(process.argv[2]);
const graph = denoiserGraph(config);
const weights = randomWeights(graph);
const { bytes, externalData = [] } = graphContents('denoiser', graph, weights);
await writeFile(file, bytes);
for (const { file: name, bytes: pieces } of externalData)
  await writeFile(join(dirname(file), name), pieces);
process.stdout.write(`${JSON.stringify({ parameters: countOf(weights) })}\n`);
