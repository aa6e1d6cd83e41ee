import {
  DATASET_IMAGE_FORMATS,
  type DatasetImageFormat,
  DENOISERS,
  type DenoiserName,
  SAMPLERS,
  type SamplerName,
} from '@cxrkit/cxr-irgen';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ASKED_NEGATIVES, type AskedNegatives } from '../../synth/asked-negatives.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { positiveNumber, wholeNumber, wordList } from '../../terminal/parse-options.js';

/** Options of `cxr synth`. */
export interface SynthOptions extends GlobalOptions {
  readonly findings?: string;
  readonly prompt?: string;
  readonly from?: readonly string[];
  /** Of data sets of `from`. @defaultValue 'val' */
  readonly split?: 'train' | 'val' | 'test';
  /** Of data sets of `from` and of `references`. @defaultValue all */
  readonly sources?: readonly string[];
  /** Of data sets of `from`. @defaultValue 'some', with the faithful preset 'all' */
  readonly negatives?: AskedNegatives;
  readonly maxRows?: number;
  readonly reference?: string;
  readonly references?: readonly string[];
  readonly pick?: 'random' | 'first';
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
  readonly begin?: 'trace' | 'noise';
  readonly start?: string;
  readonly strength?: number;
  readonly mask?: string;
  readonly truncate?: boolean;
  /** `false` by `--no-reports`. */
  readonly reports: boolean;
  readonly decoding?: 'beam' | 'greedy' | 'sample';
  readonly topP?: number;
  readonly spread?: number;
  readonly ignoreFindings?: boolean;
  readonly reportTries?: number;
  readonly minAgreement?: number;
  readonly format?: DatasetImageFormat;
}

/** Adds the {@link SynthOptions} that are not global. */
export function addSynthOptions(command: Command): Command {
  addSubjectOptions(command);
  addRowOptions(command);
  addSamplingOptions(command);
  return command
    .option('--no-reports', 'images without reports')
    .addOption(
      new Option('--format <format>', 'of the images (default: png)').choices([
        ...DATASET_IMAGE_FORMATS,
      ]),
    )
    .addOption(
      new Option('--decoding <way>', 'how words are chosen (default: beam)').choices([
        'beam',
        'greedy',
        'sample',
      ]),
    )
    .option('--top-p <p>', 'for --decoding sample (default: 0.9)', positiveNumber)
    .option(
      '--spread <s>',
      'how far reports of one picture differ by the seed, 0 to 1 (default: 1)',
      anyNumber,
    )
    .option('--ignore-findings', 'write reports of the image alone, not of what was asked')
    .option(
      '--report-tries <n>',
      'reports written of an image at most, until one states all that was asked (default: 4; 1 with --ignore-findings or --preset faithful)',
      wholeNumber(1),
    )
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
    .option(
      '--from <data...>',
      'instead of --findings: CSV or JSON lines with a row an image, or data sets as --data takes them, whose pictures tell what is asked',
    )
    .option('--count <n>', 'images, of --from a row', wholeNumber(1), 1)
    .option('-o, --out <folder>', 'where the data set goes', 'cxr-synthetic')
    .option(
      '--set <source>',
      'set of CXR-IRGen models (default: cxr-irgen beside the others of --models)',
    )
    .option('--truncate', 'cut a prompt that is too long for the model');
}

function addRowOptions(command: Command): void {
  command
    .addOption(
      new Option('--split <split>', 'pictures of data sets of --from (default: val)').choices([
        ...['train', 'val', 'test'],
      ]),
    )
    .addOption(
      new Option(
        '--negatives <which>',
        'findings that these pictures lack and that are asked to be absent: all, a quarter at random (some), or none (default: some; with --preset faithful all)',
      ).choices([...ASKED_NEGATIVES]),
    )
    .option(
      '--sources <names>',
      'of data sets of --from and --references: only pictures of these sources, such as "nih,kermany" (default: all)',
      wordList,
    )
    .option('--max-rows <n>', 'rows of --from, drawn at random (default: all)', wholeNumber(1))
    .option('--reference <image>', 'a chest X-ray that they shall resemble')
    .option(
      '--references <data...>',
      'data sets whose train pictures with the same findings they shall resemble',
    )
    .addOption(
      new Option(
        '--pick <which>',
        'of --references: any, or always the first (default: random; with --preset faithful first)',
      ).choices(['random', 'first']),
    );
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
    .addOption(
      new Option(
        '--begin <where>',
        'in noise with a trace of the reference or of a typical picture, or in noise alone (default: trace; with --preset faithful noise)',
      ).choices(['trace', 'noise']),
    )
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
