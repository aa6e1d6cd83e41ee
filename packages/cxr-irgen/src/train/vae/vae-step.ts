import { abs, add, exp, Graph, mul, reduceMean, reduceSum, sub } from '@cxrkit/nn';
import { adamW, buildTrainingStep, type TrainingStep } from '@cxrkit/nn/train';
import { latentSide, type VaeConfig } from '../../network/vae/config.js';
import { vaeDecoder, vaeEncoder } from '../../network/vae/vae.js';

/** Weights of the parts of an autoencoder's loss. */
export interface VaeLossWeights {
  /** Of the mean absolute error of pixels in [-1, 1]. */
  readonly absolute: number;
  /** Of their mean squared error. */
  readonly squared: number;
  /** Of the divergence from a standard normal, in nats a picture (summed over the latent). */
  readonly divergence: number;
}

/** L1 with a little MSE, which PSNR measures; the divergence's weight is that of latent diffusion (Rombach et al. 2022). */
export const VAE_LOSS: VaeLossWeights = { absolute: 1, squared: 1, divergence: 1e-6 };

/** What {@link vaeStep} needs beside the network. */
export interface VaeStepOptions {
  readonly batchSize: number;
  readonly loss: VaeLossWeights;
  readonly weightDecay: number;
  readonly ema: number;
}

/**
 * Builds the training step of a variational autoencoder (Kingma & Welling 2014): a sample of the posterior by the
 * noise of the batch, its reconstruction, the losses `l1`, `mse` and `kl`.
 */
export function vaeStep(config: VaeConfig, options: VaeStepOptions): TrainingStep {
  const { batchSize, loss, weightDecay, ema } = options;
  const graph = new Graph('training');
  const [cells, { imageChannels, side, latentChannels }] = [latentSide(config), config];
  const pixels = graph.input('pixels', 'float32', [batchSize, imageChannels, side, side]);
  const noise = graph.input('noise', 'float32', [batchSize, latentChannels, cells, cells]);
  const { mean, logVariance } = vaeEncoder(pixels, config);
  const variance = exp(logVariance);
  const sample = add(mean, mul(exp(mul(logVariance, 0.5)), noise));
  const error = sub(vaeDecoder(sample, config), pixels);
  // KL(N(m, v) || N(0, 1)) = (m^2 + v - 1 - ln v) / 2, equation 10 of the paper.
  const nats = sub(sub(add(mul(mean, mean), variance), 1), logVariance);
  const losses = {
    l1: { value: reduceMean(abs(error)), weight: loss.absolute },
    mse: { value: reduceMean(mul(error, error)), weight: loss.squared },
    kl: { value: mul(reduceSum(nats), 0.5 / batchSize), weight: loss.divergence },
  };
  return buildTrainingStep(graph, losses, {
    ...{ optimizer: adamW({ weightDecay }), clipNorm: 1, ema },
  });
}
