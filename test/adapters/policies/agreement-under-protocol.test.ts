/** An agreement under a protocol, expanded: the same agreement as one file would be, and mistakes where they stand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import type { Agreement } from '../../../src/domain/agreement.ts';
import type { PolicyMistake } from '../../../src/domain/policy-mistakes.ts';
import type { Change } from '../../support/changed-policies.ts';
import {
  changedText,
  LOST_BADGES,
  LOST_HOSPITAL,
  LOST_WESTHAVEN,
  policyFile,
  samplesWith,
} from '../../support/changed-policies.ts';

const protocolOf = (...changes: Change[]) => policyFile(LOST_BADGES, changedText(LOST_BADGES, ...changes));
const others = samplesWith().filter(({ folder }) => folder !== 'protocols');

function read(file: string, changes: readonly Change[] = [], protocol = protocolOf()) {
  return readPolicyFiles([...others, protocol, policyFile(file, changedText(file, ...changes))]);
}

function agreementIn(file: string, ...changes: Change[]): Agreement {
  const { policies, mistakes } = read(file, changes);
  assert.deepEqual(mistakes, []);
  return policies.agreements[0] ?? assert.fail();
}

function told(mistakes: readonly PolicyMistake[]): string[] {
  return mistakes.map(({ file, line, what }) => {
    const text = file === LOST_BADGES ? changedText(LOST_BADGES) : changedText(file);
    return `${file.split('/')[0]}: ${text.split('\n')[line - 1]?.trim()}: ${what}`;
  });
}

test('what the agreement narrows and adds counts beside what the protocol says', () => {
  const agreement = agreementIn(LOST_HOSPITAL);
  assert.deepEqual(
    agreement.fields.map(({ field }) => field.name),
    ['badgeNumber', 'statusCode'],
  );
  assert.equal(agreement.purpose, 'lost and stolen badges');
  assert.deepEqual(agreement.roles, ['car park attendant']);
  assert.deepEqual(agreement.reasonsAllowed, ['badge handed in']);
  assert.deepEqual(agreement.limits.byOrganisation, { most: 20, per: 'day' });
  assert.deepEqual(agreement.words.what['they must never see'], [
    'party',
    'eligibilityCode',
    'imageLink',
    'localAuthorityRef',
  ]);
  assert.deepEqual(agreement.words.contacts['data protection officers'], [
    'dpo@northmere.example',
    'dpo@northmere-hospital.example',
  ]);
  assert.equal(agreement.mustGive.caseReference, false);
  assert.equal(agreementIn(LOST_WESTHAVEN).mustGive.caseReference, true);
  assert.equal(agreementIn(LOST_WESTHAVEN).secondFactor, true);
});

test('the expansion is the agreement that one whole file would be', () => {
  for (const file of [LOST_WESTHAVEN, LOST_HOSPITAL]) {
    const { sha256, protocol, words, ...under } = agreementIn(file);
    const { 'under protocol': _, ...whole } = words as unknown as Record<string, unknown>;
    const text = stringify({ ...parse(changedText(file)), ...whole, 'under protocol': undefined });
    const { policies, mistakes } = readPolicyFiles([...samplesWith(), policyFile(file, text)]);
    assert.deepEqual(mistakes, []);
    const { sha256: other, protocol: none, words: own, ...alone } = policies.agreements[0] ?? assert.fail();
    assert.equal(JSON.stringify(alone), JSON.stringify(under));
    assert.notEqual(sha256, other);
    assert.deepEqual([protocol, none], ['SP-2026-003', undefined]);
    assert.equal(own.title, words.title);
  }
});

test('going beyond the protocol is a mistake of the agreement, at its own line', () => {
  const beyond: readonly [Change, string][] = [
    [
      ['who: {shared with', 'why: {purpose: parking}\n\nwho: {shared with'],
      '`purpose` is settled by the protocol',
    ],
    [
      ['they may see: [badgeNumber, statusCode]', 'they may see: [badgeNumber, startDate]'],
      '`they may see` names `startDate`, which the protocol does not',
    ],
    [
      ['checks by one person: 5 an hour', 'checks by one person: 50 an hour'],
      '`checks by one person` is more than the protocol allows',
    ],
    [['contacts:\n', 'dates: {ends: 2030-01-01}\n\ncontacts:\n'], '`ends` is later than the protocol has it'],
    [
      [
        'contacts:\n',
        'looking after it:\n  transfers: [{country: Utopia, safeguard: adequacy regulations}]\n\ncontacts:\n',
      ],
      '`transfers` can stand in a protocol only',
    ],
    [
      ['roles: [car park attendant]', 'roles: [car park attendant, social worker]'],
      '`roles` names `social worker`, which the protocol does not',
    ],
  ];
  for (const [change, sentence] of beyond) {
    const { mistakes } = read(LOST_HOSPITAL, [change]);
    assert.deepEqual(
      mistakes.map(({ file, what }) => [file, what]),
      [[LOST_HOSPITAL, sentence]],
    );
    const line = changedText(LOST_HOSPITAL, change).split('\n')[(mistakes[0]?.line ?? 0) - 1] ?? '';
    assert.match(line, new RegExp(/`(.*?)`/.exec(sentence)?.[1] ?? ''), sentence);
  }
});

test('a mistake of the protocol is told once, at its line, however many agreements stand under it', () => {
  const protocol = protocolOf(
    ['dpia: completed', 'dpia: not needed'],
    ['[badgeNumber, statusCode, expiryDate]', '[badgeNumber, statusCod, expiryDate]'],
  );
  const files = [LOST_WESTHAVEN, LOST_HOSPITAL].map((file) =>
    policyFile(
      file,
      changedText(
        file,
        ...(file === LOST_HOSPITAL ? [['[badgeNumber, statusCode]\n', '[badgeNumber]\n'] as const] : []),
      ),
    ),
  );
  const { mistakes } = readPolicyFiles([...others, protocol, ...files]);
  const ofProtocol = mistakes.filter(({ file }) => file === LOST_BADGES);
  assert.deepEqual(told(ofProtocol), [
    'protocols: they may see: [badgeNumber, statusCode, expiryDate]: `statusCod` is not a field of `blue-badges`',
    'protocols: dpia: completed: nothing says why an assessment is not needed',
  ]);
});

test('an entry of a joined list that is wrong is told where it stands', () => {
  const change: Change = ['[localAuthorityRef]', '[localAuthorityRef, localAuthorityRf]'];
  const { mistakes } = read(LOST_HOSPITAL, [change]);
  assert.deepEqual(told(mistakes), [
    'agreements: they must never see: [localAuthorityRef]: `localAuthorityRf` is not a field of `blue-badges`',
  ]);
  const line = changedText(LOST_HOSPITAL, change).split('\n')[(mistakes[0]?.line ?? 0) - 1] ?? '';
  assert.equal(line.slice((mistakes[0]?.column ?? 0) - 1), 'localAuthorityRf]');
});

test('what neither file says is missing', () => {
  const protocol = protocolOf(['  keep for: 28 days\n', ''], ['regime: UK GDPR\n  powers', 'powers']);
  const { mistakes } = read(LOST_WESTHAVEN, [], protocol);
  assert.deepEqual(
    mistakes.map(({ file, what }) => [file, what]),
    [
      [LOST_BADGES, '`regime` is missing in `law`'],
      [LOST_BADGES, '`keep for` is missing in `looking after it`'],
    ],
  );
});

test('a section that is one saying is never put together from both files', () => {
  const place = "  from: {place: United Kingdom, reported: 'Confirmed each year.'}\n";
  const protocol = protocolOf(['  when: at any time\n', `  when: at any time\n${place}`]);
  const added = place.replace("reported: 'Confirmed each year.'", 'shown by: {networks: [192.0.2.0/24]}');
  const { mistakes } = read(
    LOST_HOSPITAL,
    [['  roles: [car park attendant]\n', `  roles: [car park attendant]\n${added}`]],
    protocol,
  );
  assert.deepEqual(
    mistakes.map(({ file, what }) => [file, what]),
    [[LOST_HOSPITAL, '`from` is settled by the protocol']],
  );
});

test('conditions on records of both files hold together', () => {
  const condition = (words: string): Change => [
    '  they must never see: [',
    `  only records where: {${words}}\n  they must never see: [`,
  ];
  const protocol = protocolOf(condition('statusCode: [ISSUED, CANCELLED]'));
  const { policies, mistakes } = read(LOST_HOSPITAL, [condition('localAuthorityShortCode: NMERE')], protocol);
  assert.deepEqual(mistakes, []);
  assert.equal(policies.agreements[0]?.rowConditions.length, 2);
});
