import type { TaskOptions } from '@cxrkit/core';
import type { OpenModelOptions } from '@cxrkit/core/model';
import {
  type Device,
  type OnnxRuntime,
  openRuntime,
  type WeightsInMemory,
} from '@cxrkit/core/onnx';
import { CxrIrgen } from './cxr-irgen.js';
import { ConditionEncoders } from './encoders/condition-encoders.js';
import { ReportWriter } from './language/report-writer.js';
import { PairGenerator } from './pairs/pair-generator.js';
import { type DenoiserName, openSet } from './parts/open-set.js';
import type { PartSet } from './parts/part-set.js';
import { SetSessions } from './parts/sessions.js';
import { ImageGenerator } from './vision/image-generator.js';
import { PictureCodec } from './vision/picture-codec.js';

/** What {@link loadCxrIrgen} takes; progress counts graphs, and bytes of what is downloaded. */
export interface LoadCxrIrgenOptions extends TaskOptions {
  /** A set: a path, `npm:package/set` or `hf:owner/name[@revision]`, with `vae`, `vision-…`, `language` and `prior` in it. */
  readonly model: string;
  /** Model folder of stage `clip-classifier` whose encoders the set was trained with. */
  readonly encoders: string;
  /** Which denoiser. @defaultValue the one that the set has; of two the `sd-unet` */
  readonly vision?: DenoiserName | undefined;
  /**
   * How the denoiser's weights lie in memory on `cpu`, see `LoadOptions` of core. @defaultValue `'as-stored'` where they
   * have a file of their own (above 64 MiB), `'unpacked'` otherwise
   */
  readonly weights?: WeightsInMemory | undefined;
  /** `false` leaves out what writes reports. @defaultValue true */
  readonly reports?: boolean | undefined;
  /** Shares a runtime with other stages; it stays the caller's to dispose. @defaultValue one of its own */
  readonly runtime?: OnnxRuntime | undefined;
  /** Of an own runtime. @defaultValue 'auto' */
  readonly device?: Device | undefined;
  /** Of an own runtime. @defaultValue the cores this process may use */
  readonly threads?: number | undefined;
  /** Where downloads are kept and whether they may happen. */
  readonly source?: Omit<OpenModelOptions, 'stage' | 'signal' | 'onProgress'> | undefined;
}

/**
 * Loads a set of CXR-IRGen models with its encoders.
 *
 * @throws {@link ModelLoadError} if a part is missing, damaged, of another stage, or was trained with others than these;
 *   {@link DeviceError} if the device cannot start; the signal's reason.
 */
export async function loadCxrIrgen(options: LoadCxrIrgenOptions): Promise<CxrIrgen> {
  const { signal, onProgress, source, device, threads } = options;
  const set = await openSet(options, { ...source, signal, onProgress });
  const runtime =
    options.runtime ??
    (await openRuntime({
      signal,
      ...(device !== undefined && { device }),
      ...(threads !== undefined && { threads }),
    }));
  const sessions = new SetSessions(set, runtime, options.weights);
  try {
    const onLoaded = (subject: string, completed: number, total: number): void =>
      onProgress?.({ phase: 'load', completed, total, unit: 'files', subject });
    await sessions.loadAtOnce(onLoaded, signal);
    return await assemble(set, sessions, options.runtime === undefined);
  } catch (error) {
    if (options.runtime === undefined) await runtime.dispose();
    else await sessions.dispose();
    throw error;
  }
}

async function assemble(
  set: PartSet,
  sessions: SetSessions,
  ownsRuntime: boolean,
): Promise<CxrIrgen> {
  const codec = new PictureCodec(set, sessions);
  const encoders = await ConditionEncoders.open(set, sessions);
  const writer = set.reports && (await ReportWriter.open(set.reports, sessions, codec));
  const images = new ImageGenerator(set, sessions, encoders, codec);
  return CxrIrgen.of({
    ...{ set, sessions, codec, ownsRuntime },
    pairs: new PairGenerator(images, writer),
  });
}
