import type { LabelledImage } from '@cxrkit/core';
import { Graph } from '@cxrkit/nn';
import type { TrainingContext, TrainingStep } from '@cxrkit/nn/train';
import {
  type PictureShape,
  pixelTensor,
  squarePicture,
} from '../../conditioning/square-picture.js';
import type { VaeConfig } from '../../network/vae/config.js';
import { vaeDecoder, vaeEncoder } from '../../network/vae/vae.js';
import { readScene } from '../shared/read-scene.js';
import { loadSlotGraph, type RunSlotGraph } from '../shared/slot-graph.js';

/** `pixels` -> posterior mean -> `reconstruction`. */
function reconstructionGraph(config: VaeConfig): Graph {
  const graph = new Graph('inference');
  const { imageChannels, side } = config;
  const pixels = graph.input('pixels', 'float32', ['batch', imageChannels, side, side]);
  graph.output('reconstruction', vaeDecoder(vaeEncoder(pixels, config).mean, config));
  return graph;
}

/**
 * Makes an evaluation of an autoencoder under training: the mean PSNR in dB of pictures through the posterior's mean,
 * by the average weights.
 */
export function vaePsnr(
  items: readonly LabelledImage[],
  shape: PictureShape,
  config: VaeConfig,
  step: Pick<TrainingStep, 'state'>,
): (context: TrainingContext) => Promise<{ psnr: number }> {
  let loaded: Promise<RunSlotGraph> | undefined;
  return async ({ runtime }) => {
    loaded ??= loadSlotGraph(runtime, reconstructionGraph(config), step);
    const run = await loaded;
    let sum = 0;
    for (const item of items) {
      const square = squarePicture(await readScene(item), shape);
      const pixels = pixelTensor([square], config.imageChannels);
      const { reconstruction } = await run({ pixels });
      sum += peakRatio(pixels.data, reconstruction.data as Float32Array);
    }
    return { psnr: sum / items.length };
  };
}

/** PSNR in dB of values in [-1, 1]; `b` is limited to them. */
function peakRatio(a: Float32Array, b: Float32Array): number {
  let error = 0;
  for (let i = 0; i < a.length; i++) error += (a[i] - Math.min(1, Math.max(-1, b[i]))) ** 2;
  return 10 * Math.log10(4 / (error / a.length));
}
