/** Tests of src/governance/partners/partner-upstream.ts: what a provider's answer about nobody comes to, and for whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../src/governance/partners/partner-finding.ts';
import type { UpstreamAnswerSeen, UpstreamSeen } from '../../../src/governance/partners/partner-seen.ts';
import { upstreamFindings } from '../../../src/governance/partners/partner-upstream.ts';
import { NOON, sampleDataset } from '../../support/sample-policies.ts';

const BADGES = sampleDataset('blue-badges');
const OPEN = { ...BADGES, upstream: { ...BADGES.upstream, signIn: { kind: 'none' } as const } };
const ANSWERED = {
  kind: 'answered',
  sent: 'GET https://badges.example/badges/ZZ9ZZZ',
  operation: 'look up one badge',
  status: 404,
  mediaType: 'application/json',
  charset: undefined,
  verdict: 'nothing found',
} as const;

function findings(answer: UpstreamAnswerSeen, more: Partial<UpstreamSeen> = {}): readonly Finding[] {
  const seen = { dataset: BADGES, secretsGiven: true, faults: [], connection: undefined, token: undefined };
  return upstreamFindings({ ...seen, answer, ...more }, NOON);
}

const about = (all: readonly Finding[], name: string) => all.find((one) => one.about === name);

test('what was sent is always said', () => {
  assert.match(
    about(findings(ANSWERED), 'what was sent')?.found ?? '',
    /^GET https:.*ZZ9ZZZ; no word of the answer/,
  );
  const failed = findings({
    kind: 'failed',
    sent: 'GET https://a.example/b',
    code: 'upstream-timeout',
    why: 'late',
  });
  assert.match(about(failed, 'answer')?.found ?? '', /late \(sent: GET https:\/\/a\.example\/b\)/);
});

test('nothing found is in order, and says nothing of the media type of records', () => {
  const all = findings(ANSWERED);
  assert.equal(about(all, 'answer about nobody')?.verdict, 'ok');
  assert.equal(about(all, 'media type')?.verdict, 'cannot tell');
});

test('a record of nobody is to mend', () => {
  const all = findings({ ...ANSWERED, status: 200, verdict: 'records' });
  assert.equal(about(all, 'answer about nobody')?.verdict, 'to mend');
  assert.equal(about(all, 'media type')?.verdict, 'ok');
});

test('another media type, a redirect and an unknown status are for their API team', () => {
  const failing = (status: number, code: string) =>
    findings({ ...ANSWERED, status, mediaType: 'text/html', verdict: { code, why: 'why not' } }).at(-1);
  for (const [status, code, how] of [
    [200, 'answer-media-type', /^send application\/json in UTF-8/],
    [302, 'upstream-redirect', /follows no redirect/],
    [500, 'upstream-error', /path and the version/],
  ] as const) {
    assert.equal(failing(status, code)?.verdict, 'to mend');
    assert.equal(failing(status, code)?.mend?.who, 'their API team');
    assert.match(failing(status, code)?.mend?.how ?? '', how);
  }
});

test('a refused sign-in is for whoever can give a credential', () => {
  const refused = {
    ...ANSWERED,
    status: 403,
    verdict: { code: 'upstream-error', why: 'answered 403' },
  } as const;
  assert.equal(about(findings(refused), 'sign-in at the server')?.mend?.who, 'their API team');
  assert.equal(about(findings(refused, { dataset: OPEN }), 'sign-in at the server')?.mend?.who, 'you');
  assert.equal(about(findings(refused), 'answer about nobody'), undefined);
  assert.equal(about(findings(ANSWERED, { dataset: OPEN }), 'sign-in at the server'), undefined);
});

test('settings are in order only where the secret could be looked at', () => {
  assert.equal(about(findings(ANSWERED), 'settings')?.verdict, 'ok');
  assert.equal(about(findings(ANSWERED, { secretsGiven: false }), 'settings')?.verdict, 'cannot tell');
  assert.equal(about(findings(ANSWERED, { secretsGiven: false, dataset: OPEN }), 'settings')?.verdict, 'ok');
  assert.equal(about(findings(ANSWERED, { faults: ['wrong'] }), 'settings')?.verdict, 'to mend');
});
