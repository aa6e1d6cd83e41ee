import { ANATOMICAL_REGIONS, ModelLoadError, type TaskOptions } from '@cxrkit/core';
import { checkGraphSignature, type OpenModelOptions, openModelFolder } from '@cxrkit/core/model';
import { type Device, type OnnxRuntime, openRuntime } from '@cxrkit/core/onnx';
import { Detector } from './detector.js';
import { detectorConfigSchema } from './network/config.js';

export interface LoadDetectorOptions extends TaskOptions {
  /** Model folder: a path, `npm:package/model` or `hf:owner/name@revision`. */
  readonly model: string;
  /** Shares a runtime with other stages; otherwise one is opened on `device`. */
  readonly runtime?: OnnxRuntime;
  /** @defaultValue 'auto' */
  readonly device?: Device;
  readonly threads?: number;
  /** Where downloads are kept and whether they may happen. */
  readonly source?: Omit<OpenModelOptions, 'stage' | 'signal' | 'onProgress'>;
}

/**
 * Loads a detector.
 *
 * @throws {@link ModelLoadError} if the folder is missing, damaged or of another stage.
 */
export async function loadDetector(options: LoadDetectorOptions): Promise<Detector> {
  const { signal, onProgress, source } = options;
  const task = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
  const folder = await openModelFolder(options.model, { ...source, ...task, stage: 'detector' });
  const config = detectorConfigSchema.safeParse(folder.manifest.architecture);
  if (!config.success)
    throw new ModelLoadError(
      folder.path,
      `its architecture is no detector's: ${config.error.message}`,
    );
  const runtime = options.runtime ?? (await openRuntime(runtimeOptions(options)));
  const load = async (name: string): ReturnType<OnnxRuntime['load']> => {
    const path = await folder.graph(name);
    const session = await runtime.load(path, signal ? { signal } : {});
    checkGraphSignature(path, folder.manifest.graphs[name], session.inputs, session.outputs);
    return session;
  };
  return new Detector({
    config: config.data,
    trainedRegions: folder.manifest.labels ?? ANATOMICAL_REGIONS,
    runtime,
    ownsRuntime: options.runtime === undefined,
    trunk: await load('trunk'),
    roi: await load('roi'),
  });
}

function runtimeOptions({
  device = 'auto',
  threads,
  signal,
}: LoadDetectorOptions): Parameters<typeof openRuntime>[0] {
  return { device, ...(threads === undefined ? {} : { threads }), ...(signal ? { signal } : {}) };
}
