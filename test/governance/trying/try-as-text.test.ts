/** An agreement tried out, as text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TryOptions, tryAgreement } from '../../../src/governance/trying/try-agreement.ts';
import { triedAsText } from '../../../src/governance/trying/try-as-text.ts';
import { triedFilter } from '../../../src/roof/commands/tried-filter.ts';
import { NOON, sampleAgreement, samplePolicies } from '../../support/sample-policies.ts';

function said(more: Partial<TryOptions>): string {
  const options: TryOptions = {
    role: 'civil enforcement officer',
    operation: undefined,
    system: undefined,
    using: new Map(),
    reason: 'badge on display',
    caseReference: 'PCN-0001',
    consentReference: undefined,
    answer: undefined,
    atMs: NOON,
    signatures: 'checked',
    ...more,
  };
  return triedAsText(tryAgreement(sampleAgreement('DSA-2026-014'), samplePolicies, options, triedFilter()));
}

test('what is given stands with what came beside what they see, and what is withheld with why', () => {
  const text = said({});
  assert.match(
    text,
    /^Standing: in force\. In force means that the gateway will act on it\. It does not mean/m,
  );
  assert.match(text, /^PERMITTED$/m);
  assert.match(text, /^party\.person\.badgeHolderName +Ines Marlowe +I M +only the initials/m);
  assert.match(text, /^party\.person\.nino +QQ123456C +never, says the agreement$/m);
  assert.match(text, /1 record, 6 fields given, 29 withheld\./);
});

test('a refusal says the reason in words, what to do and whom to ring', () => {
  const text = said({ reason: undefined });
  assert.match(text, /^REFUSED: reason missing$/m);
  assert.match(text, /send one of these in Exchange-Reason: badge on display/);
  assert.match(
    text,
    /contact: .*parking\.lead@northmere\.example; or T\. Lindqvist, dpo@northmere\.example, 01632 960101\.$/m,
  );
});

test('an answer that cannot be filtered says that nothing would leave', () => {
  assert.match(
    said({ answer: '{' }),
    /^Nothing would leave of the answer in the file: the answer is cut short\.$/m,
  );
});

test('long values and many of them are cut, and no control character reaches the terminal', () => {
  const lists = {
    data: { badgeNumber: ['a', 'b', 'c', 'd', 'e'], statusCode: `\u001b[2J${'x'.repeat(90)}` },
  };
  const text = said({ answer: JSON.stringify(lists) });
  assert.match(text, /a, b, c and 2 more/);
  assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}|x{40}/u);
});
