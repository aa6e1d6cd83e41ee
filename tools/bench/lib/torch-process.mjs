import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../torch_step.py', import.meta.url));

/**
 * Starts `torch_step.py`, which trains on request.
 *
 * @param {string} [python] - Debian's Python has PyTorch as python3-torch.
 * @returns {Promise<{ version: string, steps: (request: { model: string, threads: number, steps: number }) => Promise<{ milliseconds: number[], losses: number[] }>, end: () => void } | { missing: string }>}
 */
export async function startTorch(python = process.env.CXRKIT_BENCH_PYTHON ?? '/usr/bin/python3') {
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.on('error', (error) => {
    complaint = error.message;
  });
  // A request to a process that died is answered by the end of its output.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done)
    return { missing: `${python} cannot import torch (${complaint.trim().split('\n').at(-1)})` };
  return {
    version: JSON.parse(first.value).version,
    steps: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { done, value } = await lines.next();
      if (done) throw new Error(`PyTorch stopped: ${complaint}`);
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}
