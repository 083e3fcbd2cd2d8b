/** What two servers could read in two ways never reaches the provider: H-1 to H-17 over raw sockets. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { agreement, caller, policies } from '../support/judge-fixtures.ts';
import { type JudgedGateway, startJudgedGateway } from '../support/judged-gateway.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { rawSender } from '../support/send-raw.ts';
import { checkWireCase, wireCases } from '../support/wire-cases.ts';

const LOOKALIKES = [
  'Westhaven',
  'evil-westhaven',
  'westhaven.evil',
  'w\u0435sthaven',
  'westhaven@westhaven',
  '',
];
const tokens = new Map([
  ['Bearer good', caller()],
  ...LOOKALIKES.map((organisation, at) => [`Bearer stranger-${at}`, caller({ organisation })] as const),
]);

const settings = {
  target: '/blue-badges/badges/ZZ9Z01',
  askTarget: '/blue-badges/ask/look-up-one-badge',
  askBody: '{"badge number":"ZZ9Z01"}',
  line: 'GET /base/badges/ZZ9Z01 HTTP/1.1',
  headers: [
    'Host: gateway.test',
    'Authorization: Bearer good',
    'Exchange-Purpose: parking enforcement',
    'Exchange-Reason: appeal',
    'Exchange-Case-Reference: PCN-0001',
  ],
  strangers: LOOKALIKES.map((_, at) => `Bearer stranger-${at}`),
};

describe('over raw sockets', () => {
  let upstream: RecordingUpstream;
  let gateway: JudgedGateway;
  before(async () => {
    upstream = await startRecordingUpstream();
    gateway = await startJudgedGateway({
      policies: policies([agreement()]),
      tokens,
      upstreamPort: upstream.port,
    });
  });
  after(() => {
    gateway.close();
    upstream.close();
  });

  for (const wireCase of wireCases(settings)) {
    test(wireCase.name, () => checkWireCase(wireCase, rawSender(gateway.port), upstream.take));
  }

  test('the cases cover H-1 to H-17', () => {
    const numbers = new Set(wireCases(settings).map(({ name }) => Number(/^H-(\d+) /.exec(name)?.[1])));
    assert.deepEqual(
      [...numbers].sort((a, b) => a - b),
      Array.from({ length: 17 }, (_, at) => at + 1),
    );
  });
});
