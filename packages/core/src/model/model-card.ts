import type { ModelManifest, ModelScore, Provenance } from './manifest.js';

const DISCLAIMER =
  '**Not a medical device.** These weights are for research and teaching. They must not be used to diagnose, to triage or to treat; no regulator has cleared them and no clinical study has tested them.';

/** Renders the model card: what is known of a model, in Markdown, as the `README.md` of its folder. */
export function modelCard(manifest: ModelManifest): string {
  const { name, version, stage, card, intendedUse, licence } = manifest;
  const sections = [
    `# ${name} ${version}`,
    card?.summary,
    DISCLAIMER,
    `Stage: \`${stage}\`. Licence of the weights: ${licence.weights}.`,
    `## Intended use\n\n${intendedUse}`,
    `## Limits\n\n${limits(card?.limits ?? [])}`,
    `## Data\n\n${dataTable(manifest)}`,
    `## Scores\n\n${scoreTable(manifest.scores)}`,
    `## How it was made\n\n${provenance(manifest.provenance)}`,
    `## Files\n\n${fileTable(manifest)}`,
  ];
  return `${sections.filter((section) => section !== undefined).join('\n\n')}\n`;
}

function limits(known: readonly string[]): string {
  const items = [...known, 'It is not a medical device.'];
  return items.map((item) => `- ${item}`).join('\n');
}

function dataTable({ licence: { data } }: ModelManifest): string {
  if (data.length === 0) return 'No training data is recorded.';
  return table(
    ['Data set', 'Licence', 'Attribution'],
    data.map(({ name, licence, attribution, url }) => [`[${name}](${url})`, licence, attribution]),
  );
}

function scoreTable(scores: readonly ModelScore[]): string {
  if (scores.length === 0) return 'Nothing was measured.';
  const rows = scores.map(({ metric, value, ci95, n, dataset, split, command }) => [
    metric,
    round(value),
    ci95 === undefined ? 'not computed' : `${round(ci95[0])} to ${round(ci95[1])}`,
    String(n),
    `${dataset}, ${split}`,
    code(command),
  ]);
  return table(['Metric', 'Value', '95 % CI', 'n', 'Data and split', 'Command'], rows);
}

function provenance(made: Provenance): string {
  const facts: [name: string, value: string | undefined][] = [
    ['Command', code(made.command)],
    ['Date', made.date],
    ['Commit', made.commit && code(made.commit)],
    ['Seed', made.seed?.toString()],
    ['Trained on', made.trainingData.join(', ') || 'nothing'],
    ['Started from', made.baseCheckpoint],
    ['Wall time', made.wallTimeSeconds === undefined ? undefined : duration(made.wallTimeSeconds)],
  ];
  return facts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n');
}

function fileTable({ graphs, files = {} }: ModelManifest): string {
  const entries = [
    ...Object.entries(graphs).flatMap(([name, graph]) => [
      [name, graph] as const,
      ...(graph.externalData ?? []).map((data) => [`${name} (weights)`, data] as const),
    ]),
    ...Object.entries(files),
  ];
  return table(
    ['Role', 'File', 'Bytes', 'SHA-256'],
    entries.map(([role, { file, bytes, sha256 }]) => [
      role,
      code(file),
      String(bytes),
      code(sha256),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${text}${fence}`;
}

/** Four significant digits, without trailing zeros. */
function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function duration(seconds: number): string {
  if (seconds < 120) return `${round(seconds)} s`;
  return seconds < 7200 ? `${round(seconds / 60)} min` : `${round(seconds / 3600)} h`;
}
