import { escapeHtml } from '../../output/escape-html.js';
import { PAGE_STYLE } from '../../output/page-style.js';
import { DISCLAIMER } from '../../output/report-text.js';
import { EVALUATION_STYLE } from './evaluation-style.js';
import { type DiffPart, diffWords } from './word-diff.js';

/** A cell: a number is a score, `null` one without a value, `code` such as a signature. */
export type Cell = string | number | null | { readonly count: number } | { readonly code: string };

/** @returns Whether a cell is set at the right. */
export function isNumeric(cell: Cell): boolean {
  return (
    typeof cell === 'number' || (typeof cell === 'object' && (cell === null || 'count' in cell))
  );
}

/** @returns A score with four digits after the point, a count whole, a dash where there is no value. */
export function cellText(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return cell.toFixed(4);
  return 'count' in cell ? String(cell.count) : cell.code;
}

/** A table; the first column names the rows. */
export interface TableBlock {
  readonly kind: 'table';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Plots beside each other, as SVG of ours. */
export interface PlotsBlock {
  readonly kind: 'plots';
  readonly plots: readonly { readonly caption: string; readonly svg: string }[];
}

/** Two texts that should say the same. */
export interface TextCase {
  readonly id: string;
  /** Such as `ROUGE-L 0.12`. */
  readonly about: string;
  readonly candidate: string;
  readonly reference: string;
}

/** Cases with both texts side by side. */
interface CasesBlock {
  readonly kind: 'cases';
  readonly cases: readonly TextCase[];
}

/** A part of the page under a heading. */
export interface PageSection {
  readonly title: string;
  readonly note?: string;
  readonly blocks: readonly (TableBlock | PlotsBlock | CasesBlock)[];
}

/** What a report shows. */
export interface EvaluationPage {
  readonly title: string;
  /** Files and counts. */
  readonly facts: readonly string[];
  readonly sections: readonly PageSection[];
}

/** Renders a report as one page that holds everything it shows and asks nothing of the network. */
export function evaluationPage({ title, facts, sections }: EvaluationPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}${EVALUATION_STYLE}</style>
</head>
<body>
<header><h1>${escapeHtml(title)}</h1><p class="facts">${facts.map(escapeHtml).join(' &middot; ')}</p><p class="disclaimer">${escapeHtml(DISCLAIMER)}</p></header>
<main>
${sections.map(sectionHtml).join('\n')}
</main>
<footer>Made with CXRKit.</footer>
</body>
</html>
`;
}

function sectionHtml({ title, note, blocks }: PageSection): string {
  const words = note === undefined ? '' : `<p>${escapeHtml(note)}</p>`;
  return `<section><h2>${escapeHtml(title)}</h2>${words}\n${blocks.map(blockHtml).join('\n')}</section>`;
}

function blockHtml(block: PageSection['blocks'][number]): string {
  if (block.kind === 'table') return tableHtml(block);
  if (block.kind === 'cases') return block.cases.map(caseHtml).join('\n');
  const figures = block.plots.map(
    ({ caption, svg }) => `<figure><figcaption>${escapeHtml(caption)}</figcaption>${svg}</figure>`,
  );
  return `<div class="plots">${figures.join('\n')}</div>`;
}

function tableHtml({ columns, rows }: TableBlock): string {
  const isNumber = columns.map((_, i) => rows.some((row) => isNumeric(row[i])));
  const numeric = (i: number): string => (isNumber[i] ? ' class="number"' : '');
  const head = columns.map((name, i) => `<th scope="col"${numeric(i)}>${escapeHtml(name)}</th>`);
  const body = rows.map(([first, ...rest]) => {
    const cells = rest.map((cell, i) => `<td${numeric(i + 1)}>${cellHtml(cell)}</td>`);
    return `<tr><th scope="row">${cellHtml(first)}</th>${cells.join('')}</tr>`;
  });
  return `<table class="scores"><thead><tr>${head.join('')}</tr></thead>\n<tbody>${body.join('\n')}</tbody></table>`;
}

function cellHtml(cell: Cell): string {
  const text = escapeHtml(cellText(cell));
  return typeof cell === 'object' && cell !== null && 'code' in cell
    ? `<code>${text}</code>`
    : text;
}

function caseHtml({ id, about, candidate, reference }: TextCase): string {
  const [candidateParts, referenceParts] = diffWords(candidate, reference);
  return `<div class="case"><h3>${escapeHtml(id)} <span>${escapeHtml(about)}</span></h3>
<div class="sides"><div class="candidate"><h4>candidate</h4><p>${partsHtml(candidateParts)}</p></div>
<div class="reference"><h4>reference</h4><p>${partsHtml(referenceParts)}</p></div></div></div>`;
}

function partsHtml(parts: readonly DiffPart[]): string {
  if (parts.length === 0) return '<em>(empty)</em>';
  return parts
    .map(({ text, differs }) => (differs ? `<mark>${escapeHtml(text)}</mark>` : escapeHtml(text)))
    .join(' ');
}
