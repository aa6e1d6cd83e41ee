import { InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import {
  type FindingStates,
  findingLike,
  formatFindings,
  PROMPT_FINDINGS,
  parseFindings,
  promptOf,
} from './index.js';

describe('promptOf', () => {
  it('has the published order of the findings', () => {
    expect(PROMPT_FINDINGS.join(', ').toLowerCase()).toBe(
      'atelectasis, cardiomegaly, consolidation, edema, enlarged cardiomediastinum, fracture, lung lesion, ' +
        'lung opacity, no finding, pleural effusion, pleural other, pneumonia, pneumothorax, support devices',
    );
  });

  it.each<[FindingStates, string]>([
    [{}, 'A chest X ray image'],
    [{ Edema: 'unmentioned' }, 'A chest X ray image'],
    [{ 'No Finding': 'positive' }, 'A chest X ray image with no finding'],
    [
      { Pneumonia: 'uncertain', Pneumothorax: 'negative', Edema: 'positive' },
      'A chest X ray image with edema, without pneumothorax, and with uncertain pneumonia',
    ],
    [
      { 'Support Devices': 'positive', 'Pleural Effusion': 'positive', Atelectasis: 'positive' },
      'A chest X ray image with atelectasis and pleural effusion and support devices',
    ],
    [
      { Fracture: 'negative', 'Lung Lesion': 'negative' },
      'A chest X ray image, without fracture and lung lesion',
    ],
    [
      { Consolidation: 'uncertain', Cardiomegaly: 'uncertain' },
      'A chest X ray image, and with uncertain cardiomegaly and consolidation',
    ],
  ])('%o', (states, prompt) => {
    expect(promptOf(states)).toBe(prompt);
  });
});

describe('parseFindings', () => {
  it.each<[string, FindingStates]>([
    ['', {}],
    [
      'Cardiomegaly,-Pneumothorax,?Pneumonia',
      {
        Cardiomegaly: 'positive',
        Pneumothorax: 'negative',
        Pneumonia: 'uncertain',
      },
    ],
    [
      ' +edema , - PLEURAL_EFFUSION, \u2212lung-opacity',
      {
        Edema: 'positive',
        'Pleural Effusion': 'negative',
        'Lung Opacity': 'negative',
      },
    ],
    ['Edema,Edema', { Edema: 'positive' }],
  ])('reads %j', (text, states) => {
    expect(parseFindings(text)).toEqual(states);
  });

  it.each([
    ['Pneumotorax', 'Pneumothorax'],
    ['-cardiomegalie', 'Cardiomegaly'],
    ['Effusion', 'Pleural Effusion'],
    ['device', 'Support Devices'],
    ['nofinding', 'No Finding'],
    ['edma', 'Edema'],
  ])('suggests for %j %s', (text, suggestion) => {
    expect(() => parseFindings(text)).toThrow(InvalidInputError);
    expect(() => parseFindings(text)).toThrow(`Did you mean "${suggestion}"?`);
  });

  it.each(['Edema,,Fracture', 'Edema,', '-', ','])('refuses an empty name in %j', (text) => {
    expect(() => parseFindings(text)).toThrow('between commas');
  });

  it.each(['Edema,-Edema', '?Edema,edema', '-Edema,?EDEMA'])('refuses %j', (text) => {
    expect(() => parseFindings(text)).toThrow(InvalidInputError);
    expect(() => parseFindings(text)).toThrow('Edema with one sign');
  });
});

describe('findingLike', () => {
  it.each([
    ['Pleural_Effusion', 'Pleural Effusion', true],
    ['edema', 'Edema', true],
    ['Oedema', 'Edema', false],
    ['Cardiomegally', 'Cardiomegaly', false],
    ['Enlarged Cardiomediastinium', 'Enlarged Cardiomediastinum', false],
  ])('takes %j for %s, exact %s', (name, finding, exact) => {
    expect(findingLike(name)).toEqual({ finding, exact });
  });

  it.each(['subject_id', 'study_id', 'split', 'count', 'Effusion', 'Mass', ''])(
    'takes %j for none',
    (name) => {
      expect(findingLike(name)).toBeUndefined();
    },
  );
});

describe('formatFindings', () => {
  it('writes what parseFindings reads, all 4^14 states by a few', () => {
    const states = ['positive', 'negative', 'uncertain', 'unmentioned'] as const;
    for (let code = 0; code < 400; code++) {
      const all = PROMPT_FINDINGS.map((finding, i) => [
        finding,
        states[Math.floor((code * 2654435761) / 4 ** i) % 4],
      ]);
      const mentioned = all.filter(([, state]) => state !== 'unmentioned');
      const text = formatFindings(Object.fromEntries(all));
      expect(parseFindings(text)).toEqual(Object.fromEntries(mentioned));
    }
  });
});
