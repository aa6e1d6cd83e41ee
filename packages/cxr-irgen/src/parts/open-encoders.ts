import { ModelLoadError } from '@cxrkit/core';
import { type OpenModelOptions, openModelFolder } from '@cxrkit/core/model';
import { type EncodersArchitecture, encodersArchitectureSchema } from './architectures.js';
import { type Part, parsed, partOrigin } from './open-part.js';

/** Stages whose graphs `text` and `image` serve as encoders. */
const STAGES = ['clip-classifier', 'irgen-encoders'] as const;

/**
 * Opens the folder of the frozen encoders: a CLIP classifier, or two towers of CLIP as Stable Diffusion and CXR-IRGen use
 * them.
 *
 * @throws {@link ModelLoadError} if it is missing, damaged or of another stage.
 */
export async function openEncoders(
  source: string,
  options: OpenModelOptions,
): Promise<Part<EncodersArchitecture>> {
  const folder = await openModelFolder(source, options);
  const { name, stage } = folder.manifest;
  if (!STAGES.some((known) => known === stage))
    throw new ModelLoadError(
      folder.path,
      `expected a model of stage "${STAGES.join('" or "')}", got "${name}" of stage "${stage}". Give the folder of the encoders.`,
    );
  const architecture = parsed(folder, 'architecture', encodersArchitectureSchema);
  return { folder, architecture, origin: partOrigin(folder) };
}
