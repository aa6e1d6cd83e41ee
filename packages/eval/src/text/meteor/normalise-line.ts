/** Letters of METEOR's normaliser: Latin with Western European, then Cyrillic and phonetic blocks. */
const ALPHA =
  'A-Za-z\\u0160\\u017D\\u0161\\u017E\\u0178\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u017E' +
  '\\u0400-\\u04FF\\u0500-\\u0527\\uA640-\\uA66E\\uA67E-\\uA697\\u1D00-\\u1D7F';
/** Stands for a dot of a run of dots until words are split. */
const RUN_DOT = '\uE000';

/** Before a dot that does not end a sentence. Moses' list for English, revision 3881, is where METEOR has it from. */
const PREFIXES: ReadonlySet<string> = new Set(
  (
    'A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col Comdr Con ' +
    'Corp Cpl DR Dr Drs Ens Gen Gov Hon Hr Hosp Insp Lt MM MR MRS MS Maj Messrs Mlle Mme Mr Mrs Ms Msgr Op Ord Pfc Ph ' +
    'Prof Pvt Rep Reps Res Rev Rt Sen Sens Sfc Sgt Sr St Supt Surg v vs i.e rev e.g Nos Nr'
  ).split(' '),
);
const PREFIXES_OF_NUMBERS: ReadonlySet<string> = new Set(['No', 'Art', 'pp']);

type Rewrite = readonly [pattern: RegExp, replacement: string];

/** One pass each: of `a,b,c` and `a-b-c` only the first comma or hyphen is seen, for a match uses up its neighbours. */
const REWRITES: readonly Rewrite[] = [
  [new RegExp(`([^0-9${ALPHA} \\t\\n\\v\\f\\r.'\`,\\-\u2018\u2019])`, 'gu'), ' $1 '],
  [/([^0-9]),([^0-9])/gu, '$1 , $2'],
  [/([0-9]),([^0-9])/gu, '$1 , $2'],
  [/([^0-9]),([0-9])/gu, '$1 , $2'],
  [/[`\u2018\u2019]/gu, "'"],
  [/[\u201C\u201D]|''/gu, ' " '],
  [/\u2013/gu, '-'],
  [/--/gu, '-'],
  [new RegExp(`([0-9${ALPHA}.])-([0-9${ALPHA}])`, 'gu'), '$1 $2'],
  [new RegExp(`([^${ALPHA}])'([^${ALPHA}])`, 'gu'), "$1 ' $2"],
  [new RegExp(`([^${ALPHA}0-9])'([${ALPHA}])`, 'gu'), "$1 ' $2"],
  [new RegExp(`([${ALPHA}])'([^${ALPHA}])`, 'gu'), "$1 ' $2"],
  [new RegExp(`([${ALPHA}])'([${ALPHA}])`, 'gu'), "$1 '$2"],
  [/([0-9])'(s)/gu, "$1 '$2"],
];
const LETTER = new RegExp(`[${ALPHA}]`, 'u');
const SPACES = /[ \t\n\f\r\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]+/u;

/**
 * Splits a line into words as METEOR 1.5 does with `-l en -norm`: Moses' tokenizer, and words with hyphens are parted,
 * dotted abbreviations lose their dots, quotes and dashes become plain.
 *
 * @returns Words in lower case.
 * @see Denkowski & Lavie 2014, "Meteor Universal", section 2.1; the behaviour is that of cmu-mtlab/meteor 57a9ec5.
 */
export function normaliseLine(line: string): string[] {
  if (!/[^a-z0-9 ]/.test(line)) return split(line); // nothing below applies; so are most texts after `ptb`
  let text = ` ${line} `;
  const [separate, ...rest] = REWRITES;
  text = text.replace(...separate);
  text = text.replace(/\.{2,}/g, (dots) => ` ${RUN_DOT.repeat(dots.length)} `);
  for (const [pattern, replacement] of rest) text = text.replace(pattern, replacement);
  const words = text.split(/[ \t\n\f\r]+/).filter((word) => word !== '');
  const whole = words.map((word, i) => treatFinalDot(word, words[i + 1])).join(' ');
  return split(whole.replaceAll(RUN_DOT, '.').toLowerCase());
}

function treatFinalDot(word: string, next: string | undefined): string {
  if (word.length < 2 || !word.endsWith('.')) return word;
  const stem = word.slice(0, -1);
  if (stem.includes('.') && LETTER.test(stem)) return word.replaceAll('.', '');
  const isKept =
    PREFIXES.has(stem) ||
    (next !== undefined && /^[a-z]/.test(next)) ||
    (PREFIXES_OF_NUMBERS.has(stem) && next !== undefined && /^[0-9]/.test(next));
  return isKept ? word : `${stem} .`;
}

function split(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== '');
}
