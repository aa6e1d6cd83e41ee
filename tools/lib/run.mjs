import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Nothing calls home or redraws the screen, no daemon stays behind, no install script downloads CUDA, logs are plain. */
const quietEnvironment = {
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
};

/** Exit status of a command that was ended with Ctrl-C. */
const interrupted = 128 + constants.signals.SIGINT;

/**
 * Prints one line.
 *
 * @param {string} text
 */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/**
 * Runs a command whose output the user wants to see, and gives its exit status.
 *
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function runShown(command, args) {
  const { status } = await run(command, args, { stdio: 'inherit' });
  return status;
}

/**
 * Runs a command behind one progress line and gives its exit status; its output appears only if it fails.
 *
 * @param {string} label
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function runQuiet(label, command, args) {
  process.stdout.write(`${label} ... `);
  const start = performance.now();
  const { status, output } = await run(command, args);
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  if (status === 0) say(seconds);
  else if (status === interrupted) say('stopped');
  else say(`FAILED after ${seconds}\n${output.trimEnd()}\n`);
  return status;
}

/**
 * Runs a command in the repository's root, or in `cwd`.
 *
 * @param {string} command - `node` is this very Node.
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: 'inherit' | 'pipe', timeoutMs?: number }} [options]
 * @returns {Promise<{ status: number, stdout: string, output: string }>} `output` has both streams as they came;
 *   after `timeoutMs` the command is ended and its status is not 0.
 */
export function run(
  command,
  args,
  { cwd = root, env = process.env, stdio = 'pipe', timeoutMs } = {},
) {
  return new Promise((resolve, reject) => {
    const program = command === 'node' ? process.execPath : command;
    const child = spawn(program, args, {
      cwd,
      env: { ...env, ...quietEnvironment },
      stdio: stdio === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let stdout = '';
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    const stopForwarding = forwardSignals(child);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      stopForwarding();
      const killed = signal === null ? 1 : 128 + constants.signals[signal];
      resolve({ status: code ?? killed, stdout, output });
    });
  });
}

/**
 * Passes signals to a child and lets it decide when to end.
 * A terminal sends Ctrl-C to the whole process group itself, and a second one would mean "at once".
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void}
 */
function forwardSignals(child) {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    const fromTerminal = signal === 'SIGINT' && (process.stdin.isTTY || process.stdout.isTTY);
    if (!fromTerminal) child.kill(signal);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

/** @type {Record<string, string>} */
const packagesByBinary = {
  biome: '@biomejs/biome',
  changeset: '@changesets/cli',
  tsc: 'typescript',
};

/**
 * Names the script behind an installed command, so that it runs without a shell on every platform.
 *
 * @param {string} name - `nx`, `vitest`, ...
 * @param {string[]} [args]
 * @returns {[command: string, args: string[]]}
 */
export function binary(name, args = []) {
  const folder = join(root, 'node_modules', packagesByBinary[name] ?? name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return ['node', [join(folder, typeof bin === 'string' ? bin : bin[name]), ...args]];
}

/**
 * Names the npm that started this command, or else the one on the path.
 *
 * @param {string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function npm(args) {
  const script = process.env.npm_execpath ?? '';
  return basename(script) === 'npm-cli.js' ? ['node', [script, ...args]] : ['npm', args];
}
