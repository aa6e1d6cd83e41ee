import type { TaskOptions } from '@cxrkit/core';
import type { Labeler } from '@cxrkit/eval';
import type { GlobalOptions } from '../../terminal/global-options.js';

/** The labeler that needs no model. */
export const RULES = 'rules';

/** A labeler that may hold a model until it is disposed. */
export interface OpenLabeler extends Labeler, AsyncDisposable {}

/** Where and how the model of a labeler is found and runs. */
export interface LabelerOptions
  extends Pick<GlobalOptions, 'device' | 'threads' | 'offline'>,
    TaskOptions {}

/**
 * Opens our rules, or the CheXbert of a model folder.
 *
 * @param source - {@link RULES}; or a path, `npm:package/model`, `hf:owner/name[@revision]`.
 * @throws {@link ModelLoadError} if there is no CheXbert; {@link DownloadError}; {@link DeviceError}.
 */
export async function openLabeler(source: string, options: LabelerOptions): Promise<OpenLabeler> {
  if (source !== RULES) {
    const { openChexbert } = await import('./open-chexbert.js');
    return await openChexbert(source, options);
  }
  const { ruleLabeler } = await import('@cxrkit/eval');
  return { ...ruleLabeler(), [Symbol.asyncDispose]: () => Promise.resolve() };
}
