import { describe, expect, it } from 'vitest';
import { normaliseLine } from './normalise-line.js';

describe("METEOR's normaliser", () => {
  it.each([
    ['the lungs are clear', 'the lungs are clear'],
    ['The lungs are clear.', 'the lungs are clear .'],
    ['left-sided PICC', 'left sided picc'],
    ['a-b-c', 'a b-c'],
    ['1,200 mm, or 3,x', '1,200 mm , or 3 , x'],
    ['a,b,c', 'a , b,c'],
    [
      "patient's isn't 1990's 'quoted' dogs' end",
      "patient 's isn 't 1990 's ' quoted ' dogs ' end",
    ],
    ['``quote" “x” it’s', '" quote " " x " it \'s'],
    ['U.S. at 10:35 a.m. No', 'us at 10 : 35 am no'],
    ['Dr. Smith vs. No. 5 No. X', 'dr. smith vs. no. 5 no . x'],
    ['Inc. of', 'inc. of'],
    ['clear ... no..yes', 'clear ... no .. yes'],
    ['a -- b – c', 'a - b - c'],
    ['50% (RUL); CHF/edema', '50 % ( rul ) ; chf / edema'],
    ['Épanchement modérée.', 'épanchement modérée .'],
    ['.', '.'],
    ['', ''],
  ])('makes words of %j', (line, words) => {
    expect(normaliseLine(line).join(' ')).toBe(words);
  });
});
