/** RS-5 to RS-7: what the Authorization header may look like. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LONGEST_TOKEN, presentedToken } from '../../../src/adapters/oidc/presented-token.ts';
import { anyText } from '../../support/any-text.ts';

function refusal(authorization: string | undefined): string {
  const found = presentedToken(authorization);
  return 'refused' in found ? found.refused : 'taken';
}

describe('presented token', () => {
  it('RS-1: says that credentials are missing where there is no header', () => {
    assert.equal(refusal(undefined), 'credentials-missing');
  });

  it('RS-5: counts every other scheme as no credentials', () => {
    for (const other of ['Basic dTpw', 'Negotiate abc', 'Digest a="b"', 'Basic']) {
      assert.equal(refusal(other), 'credentials-missing', other);
    }
  });

  it('RS-6: takes the scheme in any case', () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR'])
      assert.deepEqual(presentedToken(`${scheme} a.b.c`), { scheme: 'Bearer', token: 'a.b.c' });
    for (const scheme of ['DPoP', 'dpop', 'DPOP'])
      assert.deepEqual(presentedToken(`${scheme} a.b.c`), { scheme: 'DPoP', token: 'a.b.c' });
  });

  it('RS-7: refuses what is not one space and one token', () => {
    const wrong = [
      '',
      ' ',
      'Bearer',
      'Bearer ',
      'Bearer  a.b.c',
      'Bearer a.b.c ',
      'Bearer a.b.c,',
      'Bearer a b',
    ];
    wrong.push(
      'Bearer a.b.c, Bearer d.e.f',
      'Bearer "a"',
      'Bearer a\tb',
      'Bearer =',
      ' Bearer a',
      'Bearer ä',
    );
    for (const one of wrong) assert.equal(refusal(one), 'credentials-malformed', JSON.stringify(one));
  });

  it('RS-7: refuses a token longer than 8 KiB and takes one of 8 KiB', () => {
    assert.equal(refusal(`Bearer ${'a'.repeat(LONGEST_TOKEN + 1)}`), 'credentials-malformed');
    assert.equal(refusal(`Bearer ${'a'.repeat(LONGEST_TOKEN)}`), 'taken');
  });

  it('RS-7: never says anything of what was sent', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const found = presentedToken(`Bearer ${text}!`);
        assert.ok('refused' in found);
        assert.ok(['not one space and one token68', 'longer than 8 KiB'].includes(found.why));
      }),
    );
  });
});
