import { ModelLoadError } from '@cxrkit/core';
import { latentSide } from '../network/index.js';
import type { PartOrigin } from './architectures.js';
import type { Part } from './open-part.js';
import type { PartSet } from './part-set.js';

/**
 * Refuses parts that were trained with others, and sizes that do not fit each other.
 *
 * @throws {@link ModelLoadError} naming the part, what it was trained with, and what was given.
 */
export function checkSet({ encoders, vae, vision, reports }: PartSet): void {
  const { trainedWith } = vision.architecture;
  checkOrigin(vision, 'encoders', trainedWith.encoders, encoders.origin);
  checkOrigin(vision, 'autoencoder', trainedWith.vae, vae.origin);
  const { denoiser, textLength } = vision.architecture;
  const { text } = encoders.architecture;
  checkLatents(vision, denoiser, vae);
  if (textLength > text.maxLength)
    throw new ModelLoadError(
      vision.folder.path,
      `it takes prompts of ${textLength} tokens, the encoders at most ${text.maxLength}. They do not belong together.`,
    );
  if (reports === undefined) return;
  const { language, prior } = reports;
  checkOrigin(prior, 'autoencoder', prior.architecture.trainedWith.vae, vae.origin);
  checkOrigin(prior, 'language module', prior.architecture.trainedWith.language, language.origin);
  checkLatents(prior, prior.architecture.prior, vae);
  const { outputWidth } = prior.architecture.prior;
  const { width } = language.architecture;
  if (outputWidth !== width)
    throw new ModelLoadError(
      prior.folder.path,
      `it gives vectors of ${outputWidth} numbers, the language module takes ${width}. They do not belong together.`,
    );
}

function checkOrigin(
  { folder }: Part<unknown>,
  what: string,
  trained: PartOrigin,
  given: PartOrigin,
): void {
  if (trained.sha256 === given.sha256) return;
  throw new ModelLoadError(
    folder.path,
    `it was trained with the ${what} ${describe(trained)}, got ${describe(given)}. Give the folder it was trained with, or train it anew.`,
  );
}

function describe({ name, version, sha256 }: PartOrigin): string {
  return `"${name}" ${version} (${sha256.slice(0, 12)})`;
}

function checkLatents(
  { folder }: Part<unknown>,
  { side, latentChannels }: { readonly side: number; readonly latentChannels: number },
  vae: PartSet['vae'],
): void {
  const given = [vae.architecture.latentChannels, latentSide(vae.architecture)];
  if (latentChannels === given[0] && side === given[1]) return;
  throw new ModelLoadError(
    folder.path,
    `it takes latents of ${latentChannels} x ${side} x ${side}, the autoencoder gives ${given[0]} x ${given[1]} x ${given[1]}. They do not belong together.`,
  );
}
