/** Tests of src/governance/partners/partner-as-page.ts and partner-finding.ts: one line for each finding, in every face. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsAsPage, findingsAsText } from '../../../src/governance/partners/partner-as-page.ts';
import {
  cannotTell,
  type FindingGroup,
  ok,
  tally,
  toMend,
} from '../../../src/governance/partners/partner-finding.ts';
import { wordsOfPage } from '../../support/sample-policies.ts';

const GROUPS: readonly FindingGroup[] = [
  { heading: 'Identity provider', findings: [ok('keys', '1 key that can verify ES256')] },
  {
    heading: 'Sample token',
    findings: [
      toMend('token, aud', 'aud is not this gateway', 'you', 'write the audience'),
      cannotTell('token', 'it has expired', 'you', 'get a fresh one.'),
      cannotTell('clock', 'it says nothing'),
    ],
  },
];

test('each finding is a line with its verdict, what was found, who mends it and how', () => {
  assert.equal(
    findingsAsText('Westhaven', GROUPS),
    `Check of Westhaven

Identity provider
  ok           keys: 1 key that can verify ES256.

Sample token
  to mend      token, aud: aud is not this gateway. For you: write the audience.
  cannot tell  token: it has expired. For you: get a fresh one.
  cannot tell  clock: it says nothing.

1 thing to mend, 2 things that nobody can tell yet, 1 in order.
`,
  );
});

test('the sum says where there is nothing to mend', () => {
  assert.match(findingsAsText('Westhaven', GROUPS.slice(0, 1)), /\n\nNothing to mend, 1 in order\.\n$/);
  assert.deepEqual(tally(GROUPS), { ok: 1, toMend: 1, cannotTell: 2 });
});

test('what a server wrote can make no line of its own', () => {
  const hostile = toMend(
    'key \u001b[31mred\n  ok   forged',
    'it says\r\n  ok   all is well',
    'you',
    'look\n  ok',
  );
  const text = findingsAsText('A', [{ heading: 'One\nTwo', findings: [hostile] }]);
  assert.equal(text.split('\n').length, 7);
  assert.ok(![...text].some((one) => one === '\u001b' || one === '\r'));
});

test('the page holds the same findings', () => {
  const page = findingsAsPage('Westhaven', GROUPS);
  assert.equal(page.title, 'Check of Westhaven');
  assert.match(
    wordsOfPage(page),
    /^To mend: token, aud: aud is not this gateway\. For you: write the audience\.$/m,
  );
});
