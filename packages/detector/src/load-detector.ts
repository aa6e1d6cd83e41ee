import { ANATOMICAL_REGIONS, ModelLoadError, type TaskOptions } from '@cxrkit/core';
import {
  checkGraphSignature,
  type ModelFolder,
  type OpenModelOptions,
  openModelFolder,
} from '@cxrkit/core/model';
import { type Device, type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { Detector } from './detector.js';
import { detectorConfigSchema } from './network/config.js';

export interface LoadDetectorOptions extends TaskOptions {
  /** Model folder: a path, `npm:package/model` or `hf:owner/name@revision`. */
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
 * Loads a detector.
 *
 * @throws {@link ModelLoadError} if the folder is missing, damaged or of another stage.
 */
export async function loadDetector(options: LoadDetectorOptions): Promise<Detector> {
  const { signal, onProgress, source } = options;
  const hub = { ...source, signal, onProgress };
  const folder = await openModelFolder(options.model, { ...hub, stage: 'detector' });
  const config = detectorConfigSchema.safeParse(folder.manifest.architecture);
  if (!config.success)
    throw new ModelLoadError(
      folder.path,
      `its architecture is no detector's: ${config.error.message}`,
    );
  const runtime = options.runtime ?? (await openRuntime(runtimeOptions(options)));
  const ownsRuntime = options.runtime === undefined;
  try {
    return new Detector({
      config: config.data,
      trainedRegions: folder.manifest.labels ?? ANATOMICAL_REGIONS,
      ...{ runtime, ownsRuntime },
      ...(await loadGraphs(folder, runtime, signal)),
    });
  } catch (error) {
    if (ownsRuntime) await runtime.dispose();
    throw error;
  }
}

/** Loads both graphs or, where one fails, leaves none in the runtime. */
async function loadGraphs(
  folder: ModelFolder,
  runtime: OnnxRuntime,
  signal: AbortSignal | undefined,
): Promise<Record<'trunk' | 'roi', OnnxSession>> {
  const sessions: OnnxSession[] = [];
  try {
    for (const name of ['trunk', 'roi']) {
      const path = await folder.graph(name);
      const session = await runtime.load(path, { signal });
      sessions.push(session);
      checkGraphSignature(path, folder.manifest.graphs[name], session.inputs, session.outputs);
    }
  } catch (error) {
    for (const session of sessions) await session.dispose();
    throw error;
  }
  const [trunk, roi] = sessions;
  return { trunk, roi };
}

function runtimeOptions({
  device = 'auto',
  threads,
  signal,
}: LoadDetectorOptions): Parameters<typeof openRuntime>[0] {
  return { device, signal, ...(threads !== undefined && { threads }) };
}
