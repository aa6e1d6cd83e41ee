/**
 * Where one statement ends and the next begins inside a sentence: what negates or doubts a finding does so in its own
 * clause only (the lexical stand-in for the dependency paths of NegBio, Peng et al. 2018).
 */
const BREAK = new RegExp(
  [
    '[.!?](?= |$)',
    ';|:(?! (?:none|no|absent|negative)\\b)',
    '\\b(?:but|however|although|though|except|which|aside from|apart from|other than|otherwise)\\b',
    ' (?<!(?:consistent|compatible|associated|along|keeping|together|confluent) )with\\b(?!in|out)',
    '\\bthere (?:is|are|has|have|may|appears?)\\b',
    // A new subject with its verb, after a statement; `heart, mediastinum and lungs are normal` is one statement.
    '(?:,|\\band)(?<=\\b(?:is|are|was|were|has|have|appears?|remains?|no|without|normal|stable|clear|enlarged|limits|seen)\\b[^.;:]{0,300}) (?:the )?(?:heart|lungs?|cardi\\w+|mediastin\\w+|pulmonary \\w+|bony \\w+|osseous \\w+)(?= (?:\\w+ ){0,3}(?:is|are|appears?|remains?|within|normal|stable|clear)\\b)',
  ].join('|'),
  'g',
);

/** Finds where clauses begin, `[0, ..., length of the text]`, ascending. */
export function clauseEdges(text: string): number[] {
  const edges = [0];
  BREAK.lastIndex = 0;
  for (let hit = BREAK.exec(text); hit !== null; hit = BREAK.exec(text)) edges.push(hit.index);
  edges.push(text.length);
  return edges;
}

/** Characters of a clause that are looked at on each side; keeps the time linear for text without full stops. */
const REACH = 500;

/** Finds the clause that holds `[start, end)`, or what of it is in reach. */
export function clauseAround(
  edges: readonly number[],
  start: number,
  end: number,
): [from: number, to: number] {
  let low = 1;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= start) low = middle + 1;
    else high = middle;
  }
  return [
    Math.max(edges[low - 1], start - REACH),
    Math.min(Math.max(edges[low], end), end + REACH),
  ];
}
