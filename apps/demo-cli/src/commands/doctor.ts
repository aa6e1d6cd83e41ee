import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { basename } from 'node:path';
import { defaultCacheFolder, listModelFolders } from '@cxrkit/core/model';
import { type DeviceReport, describeDevices } from '@cxrkit/core/onnx';
import type { Command } from 'commander';
import sharp from 'sharp';
import { openStage } from '../pipeline/open-stage.js';
import { STAGES, type Stage } from '../result/analysis.js';
import { setSources } from '../synth/set-source.js';
import { EXIT } from '../terminal/exit-code.js';
import type { GlobalOptions } from '../terminal/global-options.js';
import { createReporter } from '../terminal/reporter.js';
import { type AddCommand, examples } from './command.js';

interface Findings {
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: {
    readonly platform: string;
    readonly cores: number;
    readonly memoryGiB: number;
  };
  readonly devices: readonly DeviceReport[];
  readonly models: readonly {
    readonly stage: string;
    readonly found: string;
    readonly ok: boolean;
  }[];
  readonly cache: { readonly folder: string; readonly models: number };
}

/** Adds `cxr doctor`. */
export const addDoctor: AddCommand = (program, context, finish) => {
  program
    .command('doctor')
    .description('Say what this machine has: versions, devices (each tried), models and the cache.')
    .addHelpText('after', examples('cxr doctor', 'cxr doctor --json'))
    .action(async (_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const findings = await examine(program.version() ?? '', options, context.signal);
      const { result } = createReporter(context, options);
      result(options.json ? JSON.stringify(findings) : describe(findings));
      finish(EXIT.done);
    });
};

async function examine(
  version: string,
  options: GlobalOptions,
  signal: AbortSignal,
): Promise<Findings> {
  const devices = await describeDevices({ signal });
  const folder = defaultCacheFolder();
  const cached = existsSync(folder) ? await listModelFolders(folder) : [];
  const models: Findings['models'][number][] = [];
  for (const stage of STAGES) models.push(await lookAt(stage, options, signal));
  models.push(...(await lookAtSet(options)));
  return {
    versions: {
      cxr: version,
      node: process.versions.node,
      onnxruntime: devices[0].onnxruntime,
      sharp: sharp.versions.sharp ?? '',
      libvips: sharp.versions.vips,
    },
    machine: {
      platform: `${process.platform} ${process.arch}`,
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    devices,
    models,
    cache: { folder, models: cached.length },
  };
}

/** Offline: a doctor downloads nothing. */
async function lookAt(
  stage: Stage,
  { models }: GlobalOptions,
  signal: AbortSignal,
): Promise<Findings['models'][number]> {
  try {
    const { info, path } = await openStage(stage, { models, signal, offline: true });
    return { stage, found: `${info.name} ${info.version} at ${path}`, ok: true };
  } catch (error) {
    signal.throwIfAborted();
    return { stage, found: error instanceof Error ? error.message : String(error), ok: false };
  }
}

/** The parts of the set of CXR-IRGen, where there is one. */
async function lookAtSet({ models }: GlobalOptions): Promise<Findings['models'][number][]> {
  const set = setSources(models, undefined).model;
  if (!existsSync(set)) return [];
  return (await listModelFolders(set)).map((listing) => {
    const { path } = listing;
    if ('problem' in listing) return { stage: basename(path), found: listing.problem, ok: false };
    const { stage, name, version } = listing.manifest;
    return { stage, found: `${name} ${version} at ${path}`, ok: true };
  });
}

function describe({ versions, machine, devices, models, cache }: Findings): string {
  const mark = (ok: boolean): string => (ok ? 'ok' : '--');
  return [
    ...Object.entries(versions).map(([name, version]) => `${name.padEnd(12)} ${version}`),
    `${'machine'.padEnd(12)} ${machine.platform}, ${machine.cores} cores, ${machine.memoryGiB} GiB`,
    'devices',
    ...devices.map(
      ({ device, available, reason }) =>
        `  ${mark(available)} ${device.padEnd(8)}${reason === undefined ? '' : ` ${reason}`}`,
    ),
    'models',
    ...models.map(({ stage, found, ok }) => `  ${mark(ok)} ${stage.padEnd(16)} ${found}`),
    `${'cache'.padEnd(12)} ${cache.folder} (${cache.models} models)`,
  ].join('\n');
}
