import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskOptions } from '@cxrkit/core';
import { type OpenModelOptions, openModelFolder } from '@cxrkit/core/model';
import { type Device, type OnnxRuntime, openRuntime } from '@cxrkit/core/onnx';
import { ClipClassifier } from './clip-classifier.js';
import type { ClipEncoders } from './encoders.js';
import { modelFolderEncoders } from './model-folder-encoders.js';
import { transformersEncoders } from './transformers-encoders.js';

export interface LoadClipOptions extends TaskOptions {
  /**
   * Model folder: a path, `npm:package/model` or `hf:owner/name@revision`; or the path of a transformers.js CLIP or
   * SigLIP folder (`config.json`, `tokenizer.json`, `onnx/vision_model.onnx`, `onnx/text_model.onnx`).
   */
  readonly model: string;
  /** Shares a runtime with other stages; otherwise one is opened on `device`. */
  readonly runtime?: OnnxRuntime | undefined;
  /** @defaultValue 'auto' */
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
  /** Where downloads are kept and whether they may happen. */
  readonly source?: Omit<OpenModelOptions, 'stage' | 'signal' | 'onProgress'> | undefined;
}

/**
 * Loads a CLIP classifier.
 *
 * @throws {@link ModelLoadError} if the folder is missing, damaged or of another stage.
 */
export async function loadClipClassifier(options: LoadClipOptions): Promise<ClipClassifier> {
  const { signal, onProgress, source } = options;
  const runtime = options.runtime ?? (await openRuntime(runtimeOptions(options)));
  try {
    const encoders = await openEncoders(options.model, runtime, { ...source, signal, onProgress });
    return new ClipClassifier(options.runtime ? encoders : owning(encoders, runtime));
  } catch (error) {
    if (!options.runtime) await runtime.dispose();
    throw error;
  }
}

async function openEncoders(
  model: string,
  runtime: OnnxRuntime,
  options: OpenModelOptions,
): Promise<ClipEncoders> {
  if (existsSync(join(model, 'config.json')) && !existsSync(join(model, 'model.json')))
    return await transformersEncoders(model, runtime, options.signal);
  const folder = await openModelFolder(model, { ...options, stage: 'clip-classifier' });
  return await modelFolderEncoders(folder, runtime, options.signal);
}

/** Encoders that take their runtime with them. */
function owning(encoders: ClipEncoders, runtime: OnnxRuntime): ClipEncoders {
  return {
    ...encoders,
    [Symbol.asyncDispose]: async () => {
      await encoders[Symbol.asyncDispose]();
      await runtime.dispose();
    },
  };
}

function runtimeOptions({
  device = 'auto',
  threads,
  signal,
}: LoadClipOptions): Parameters<typeof openRuntime>[0] {
  return { device, signal, ...(threads !== undefined && { threads }) };
}
