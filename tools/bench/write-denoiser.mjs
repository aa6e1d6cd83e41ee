/**
 * Writes a denoiser with random float32 weights, those in a file beside it, for onnx-denoiser.mjs.
 *
 * `node write-denoiser.mjs '{"config":{},"graph":"denoiser.onnx"}'` prints `{"parameters":0}`.
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { denoiserGraph } from '@cxrkit/cxr-irgen';
import { serializeGraph } from '@cxrkit/nn';
import { countOf, randomWeights } from './lib/denoiser-weights.mjs';

const { config, graph: file } = JSON.parse(process.argv[2]);
const graph = denoiserGraph(config);
const weights = randomWeights(graph);
const externalFile = `${basename(file)}.data`;
const { bytes, external } = serializeGraph(graph, { weights, externalFile });
writeFileSync(file, bytes);
writeFileSync(`${file}.data`, Buffer.concat(external));
process.stdout.write(`${JSON.stringify({ parameters: countOf(weights) })}\n`);
