import { join } from 'node:path';
import { openModelFolder } from '@cxrkit/core/model';
import { writeTinyParts } from '../../../packages/cxr-irgen/test/tiny-set.js';
import { TINY_U_VIT } from '../../../packages/cxr-irgen/test/tiny-sizes.js';
import { TINY_CLIP_SIZES } from './tiny-models.js';

/** Writes a set of CXR-IRGen with random weights beside the models of `writeTinyModels`. */
export async function writeTinyIrgen(root: string): Promise<void> {
  const encoders = await openModelFolder(join(root, 'clip-classifier'));
  const { embedding, text } = TINY_CLIP_SIZES.architecture;
  const denoiser = { ...TINY_U_VIT, contextWidth: embedding };
  await writeTinyParts(join(root, 'cxr-irgen'), encoders, [denoiser], text.maxLength);
}
