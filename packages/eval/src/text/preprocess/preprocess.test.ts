import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PREPROCESSINGS, preprocess } from './preprocess.js';
import { ptbTokenize } from './ptb-tokenizer.js';

interface Line {
  readonly in: string;
  readonly out: string;
}

const { ptb_probes: probes } = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/nlg.json', import.meta.url), 'utf8'),
) as { readonly ptb_probes: readonly Line[] };
const openi = new URL('../../../../../../shared/fixtures/ptb_openi_dev.json', import.meta.url);

function wrong(lines: readonly Line[]): Line[] {
  return lines.filter((line) => ptbTokenize(line.in).join(' ') !== line.out);
}

describe('PTB tokens', () => {
  it('are those of PTBTokenizer 3.4.1 on all 233 probes', () => {
    expect(probes).toHaveLength(233);
    expect(wrong(probes)).toEqual([]);
  });

  it('keep links and tags whole', () => {
    expect(ptbTokenize('See <br/> http://a.b/c?d=1. Mail a.b@c.org, &quot;ok&quot;')).toEqual(
      'see <br/> http://a.b/c?d=1 . mail a.b@c.org , " ok "'.split(' '),
    );
  });

  it('take time linear in the length of hostile texts', () => {
    for (const piece of ['<a ', 'a.1.', 'a-b/', '<!a', "n't", '..-', 'a@', "'", '"'])
      expect(ptbTokenize(piece.repeat(20_000)).length).toBeGreaterThan(0);
  }, 20_000);

  it('are lower-cased characters of any script, none lost', () => {
    expect(ptbTokenize('Ö 😀x \u0301 İ').join('')).toContain('😀');
    expect(ptbTokenize(' \n\t ')).toEqual([]);
  });

  describe.skipIf(!existsSync(openi))(
    'on Open-i sections (the fixture may not be published)',
    () => {
      it('agree on 99.9 %', () => {
        const { lines } = JSON.parse(readFileSync(openi, 'utf8')) as { lines: readonly Line[] };
        expect(wrong(lines).length / lines.length).toBeLessThan(0.001);
      });
    },
  );
});

describe('preprocess', () => {
  it('drops punctuation but not lower-cased brackets under ptb', () => {
    expect(preprocess('A nodule (RUL), 50%.\nNo change?!', 'ptb')).toBe(
      'a nodule -lrb- rul -rrb- 50 % no change ?!',
    );
  });

  it('keeps the ways of R2Gen', () => {
    expect(preprocess('1. Left-sided 2.5 cm. 2. CHF/edema [x].', 'r2gen_iu')).toBe(
      'left-sided 25 cm . chfedema x .',
    );
    expect(preprocess('a__b\nc....', 'r2gen_mimic')).toBe('ab c .');
    expect(preprocess('', 'r2gen_iu')).toBe('.');
  });

  it('sets dots apart under rgrg and radcliq', () => {
    expect(preprocess('No.  Yes.', 'rgrg')).toBe('No . Yes .');
    expect(preprocess('No.  Yes.', 'radcliq')).toBe('no . yes .');
    expect(preprocess(' As is. ', 'none')).toBe(' As is. ');
  });

  it('changes nothing the second time where it should not', () => {
    for (const name of ['none', 'ptb'] as const) {
      const once = preprocess('The lungs are clear without edema', name);
      expect(preprocess(once, name)).toBe(once);
    }
  });

  it('refuses names it does not know', () => {
    expect(() => preprocess('a', 'coco' as (typeof PREPROCESSINGS)[number])).toThrow(
      'one of ptb, r2gen_iu',
    );
    expect(PREPROCESSINGS).toHaveLength(6);
  });
});
