const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Keep their dot, with nothing added. */
export const DOTTED: ReadonlySet<string> = words(
  'mr mrs ms messrs dr drs prof gov sen sens rep reps gen col capt lt sgt maj st mt vs etc al ave blvd rd est ext mo ft p ed rt',
);

/** Keep their dot; where a sentence may end, a dot of its own follows (`CT. No` is `ct. . no`). */
export const DOTTED_AT_END: ReadonlySet<string> = words(
  'ct co corp inc ltd mon tue tues wed thu thurs fri jan feb mar apr jun jul aug sep sept oct nov dec',
);

/** Keep their dot only before a number. */
export const DOTTED_BEFORE_NUMBER: ReadonlySet<string> = words('no nos art fig figs pp');
