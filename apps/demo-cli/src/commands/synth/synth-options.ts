import { DENOISERS, type DenoiserName, SAMPLERS, type SamplerName } from '@cxrkit/cxr-irgen';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { positiveNumber, wholeNumber } from '../../terminal/parse-options.js';

/** Options of `cxr synth`. */
export interface SynthOptions extends GlobalOptions {
  readonly findings?: string;
  readonly prompt?: string;
  readonly from?: string;
  readonly reference?: string;
  readonly count: number;
  readonly out: string;
  readonly set?: string;
  readonly vision?: DenoiserName;
  readonly preset?: 'faithful';
  readonly sampler?: SamplerName;
  readonly steps?: number;
  readonly guidance?: number;
  readonly eta?: number;
  readonly karras?: boolean;
  readonly start?: string;
  readonly strength?: number;
  readonly mask?: string;
  readonly truncate?: boolean;
  /** `false` by `--no-reports`. */
  readonly reports: boolean;
  readonly decoding?: 'beam' | 'greedy' | 'sample';
  readonly topP?: number;
  readonly minAgreement?: number;
}

/** Adds the {@link SynthOptions} that are not global. */
export function addSynthOptions(command: Command): Command {
  addSubjectOptions(command);
  addSamplingOptions(command);
  return command
    .option('--no-reports', 'images without reports')
    .addOption(
      new Option('--decoding <way>', 'how words are chosen (default: beam)').choices([
        'beam',
        'greedy',
        'sample',
      ]),
    )
    .option('--top-p <p>', 'for --decoding sample (default: 0.9)', positiveNumber)
    .option(
      '--min-agreement <share>',
      'leave out pairs that show less of what was asked, 0 to 1 (default: keep all)',
      anyNumber,
    );
}

function addSubjectOptions(command: Command): void {
  command
    .option(
      '--findings <list>',
      'what the images shall show: "Cardiomegaly" present, "-Pneumothorax" absent, "?Pneumonia" uncertain',
    )
    .option('--prompt <text>', 'a prompt of your own, instead of --findings')
    .option('--from <file>', 'a CSV or JSON lines file with a row an image, instead of --findings')
    .option('--reference <image>', 'a chest X-ray that they shall resemble')
    .option('--count <n>', 'images, of --from a row', wholeNumber(1), 1)
    .option('-o, --out <folder>', 'where the data set goes', 'cxr-synthetic')
    .option(
      '--set <source>',
      'set of CXR-IRGen models (default: cxr-irgen beside the others of --models)',
    )
    .option('--truncate', 'cut a prompt that is too long for the model');
}

function addSamplingOptions(command: Command): void {
  command
    .addOption(new Option('--vision <denoiser>', 'which denoiser').choices([...DENOISERS]))
    .addOption(new Option('--preset <name>', 'sample and write as published').choices(['faithful']))
    .addOption(
      new Option('--sampler <name>', 'how noise goes (default: dpm-solver++)').choices([
        ...SAMPLERS,
      ]),
    )
    .option('--steps <n>', 'of the sampler (default: 20)', wholeNumber(1))
    .option('--guidance <g>', 'towards what is asked, 0 to 50 (default: the model’s)', anyNumber)
    .option('--eta <e>', 'fresh noise of --sampler ddim, 0 to 1', anyNumber)
    .option('--karras', 'other steps for --sampler dpm-solver++')
    .option('--start <image>', 'start from this picture instead of noise')
    .option('--strength <s>', 'how much of --start is made anew, above 0 to 1', anyNumber)
    .option('--mask <image>', 'of --start: white is made anew, black is kept');
}

/** Reads a number; what it may be is the model's to say. */
function anyNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('Expected a number.');
  return value;
}
