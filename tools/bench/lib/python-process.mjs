import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * A Python script that answers one JSON line with one.
 *
 * @typedef {object} PythonPeer
 * @property {any} hello - Its first line: versions.
 * @property {(request: object) => Promise<any>} ask
 * @property {() => void} end
 */

/**
 * Starts a peer; Debian's Python has PyTorch, OpenCV and Pillow as packages. CXRKIT_BENCH_PYTHON names another.
 *
 * @param {URL} script
 * @returns {Promise<PythonPeer | { missing: string }>} Or why it cannot run.
 */
export async function startPython(script) {
  const python = process.env.CXRKIT_BENCH_PYTHON ?? '/usr/bin/python3';
  const child = spawn(python, [fileURLToPath(script)], { stdio: ['pipe', 'pipe', 'pipe'] });
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
  if (first.done) return { missing: complaint.trim().split('\n').at(-1) || `${python} ended` };
  return {
    hello: JSON.parse(first.value),
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { done, value } = await lines.next();
      if (done) throw new Error(`${python} stopped: ${complaint}`);
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}
