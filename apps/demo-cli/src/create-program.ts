import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAnalyze } from './commands/analyze.js';
import type { Finish } from './commands/command.js';
import { addDoctor } from './commands/doctor.js';
import { addEval } from './commands/eval/index.js';
import { addInstallCuda } from './commands/install-cuda.js';
import { addIrgen } from './commands/irgen/index.js';
import { addMeasure } from './commands/measure/index.js';
import { addModels } from './commands/models/index.js';
import { addClassify, addDetect, addReport } from './commands/single-stage.js';
import { addSynth } from './commands/synth/index.js';
import { addTrain } from './commands/train/index.js';
import { DISCLAIMER } from './output/report-text.js';
import type { CliContext } from './terminal/context.js';
import { addGlobalOptions } from './terminal/global-options.js';

/** Builds the command line of `cxr`; `finish` gets the exit code of the command that ran. */
export function createProgram(context: CliContext, finish: Finish): Command {
  const program = new Command('cxr')
    .description(`Reports, boxes and classification of chest X-rays.\n${DISCLAIMER}`)
    .version(packageVersion(), '-V, --version')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    });
  addGlobalOptions(program);
  for (const add of [
    addAnalyze,
    addDetect,
    addReport,
    addClassify,
    addSynth,
    addIrgen,
    addTrain,
    addMeasure,
    addEval,
    addModels,
    addDoctor,
    addInstallCuda,
  ])
    add(program, context, finish);
  hintAtHelp(program, 'cxr');
  return program;
}

/** After a misused command its own help is named. */
function hintAtHelp(command: Command, path: string): void {
  command.showHelpAfterError(`Run ${path} --help to see how it is used.`);
  for (const each of command.commands) hintAtHelp(each, `${path} ${each.name()}`);
}

function packageVersion(): string {
  const manifest = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
