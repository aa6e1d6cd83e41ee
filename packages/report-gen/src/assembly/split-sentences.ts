/** Abbreviations that something always follows, lower case, without their last period. */
const OPEN_ABBREVIATIONS: ReadonlySet<string> = new Set(
  'dr drs mr mrs ms prof st vs e.g i.e cf fig figs approx ca viz resp incl nos vol pp dept cont'.split(
    ' ',
  ),
);

/** Terminators with closing quotes or brackets, then white space. */
const CANDIDATE = /[.!?]+["')\]]*\s+/gu;
/** What a sentence may begin with: a capital, or a list number such as "2. " */
const OPENER = /^["'([]*(?:\p{Lu}|\d{1,2}[.)]\s)/u;
const BLANK_LINE = /\n\s*\n/u;

/**
 * Splits English report text into sentences, trimmed, empty ones left out.
 *
 * A sentence ends at `.`, `!` or `?` before white space and a capital letter. A period does not end one after an
 * abbreviation ("Dr.", "e.g.", "vs.", "approx.", "cf."), a single initial ("J. Smith") or a list number at the
 * sentence's start ("1. Heart"). Decimals ("1.5 cm", "no. 3") and the blank "___" of de-identified text stay whole
 * because no capital follows their period; "since ___. The heart" does end. A blank line always ends a sentence.
 *
 * Deviation: RGRG splits with the parser of spaCy `en_core_web_trf`. Unlike it, these rules never split before a lower
 * case word, a number or "___", nor at a line break, colon or semicolon.
 *
 * @see RGRG `src/full_model/generate_reports_for_images.py` (`sentence_tokenizer`).
 */
export function splitSentences(text: string): string[] {
  return text
    .split(BLANK_LINE)
    .flatMap(splitParagraph)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

function splitParagraph(paragraph: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const { 0: mark, index } of paragraph.matchAll(CANDIDATE)) {
    const end = index + mark.length;
    if (!OPENER.test(paragraph.slice(end))) continue;
    if (mark.trimEnd() === '.' && isGuarded(paragraph.slice(start, index), paragraph[end]))
      continue;
    sentences.push(paragraph.slice(start, end));
    start = end;
  }
  return [...sentences, paragraph.slice(start)];
}

/**
 * @param before - The sentence up to its last word, without the period.
 * @param next - The character after the white space.
 */
function isGuarded(before: string, next: string): boolean {
  const [word = ''] = before.match(/[^\s"'([]+$/u) ?? [];
  const isListNumber = /^\d{1,2}$/u.test(word) && before.trim() === word;
  const isInitial = /^\p{Lu}$/u.test(word);
  const isNumero = word.toLowerCase() === 'no' && /\d/u.test(next);
  return isListNumber || isInitial || isNumero || OPEN_ABBREVIATIONS.has(word.toLowerCase());
}
