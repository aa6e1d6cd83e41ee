/** The process that the kill test ends: `MODEL ENCODERS OUT COUNT`; prints a line a pair, and `done`. */
import { loadCxrIrgen, parseFindings } from '../src/index.js';

const [model, encoders, out, count] = process.argv.slice(2);
await using irgen = await loadCxrIrgen({ model, encoders, device: 'cpu', threads: 1 });
process.stdout.write('loaded\n');
await irgen.synthesizeDataset({
  rows: [
    { findings: parseFindings('Cardiomegaly'), count: Math.ceil(Number(count) / 2) },
    { findings: parseFindings('-Edema'), count: Math.floor(Number(count) / 2) },
  ],
  ...{ out, steps: 2 },
  classifier: async ({ data }) => ({ Cardiomegaly: data[0] / 255, Edema: data[1] / 255 }),
  minAgreement: 0.3,
  onPair: ({ image }) => void process.stdout.write(`${image}\n`),
});
process.stdout.write('done\n');
