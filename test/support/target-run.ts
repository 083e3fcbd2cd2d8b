/** Sends generated targets through real sockets and compares what the provider receives with what was judged. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyTarget, assertJudgedAsAsked, EXCHANGE_HEADERS } from './generated-targets.ts';
import { caller, policies } from './judge-fixtures.ts';
import { startJudgedGateway } from './judged-gateway.ts';
import { startRecordingUpstream } from './recording-upstream.ts';
import { rawSender, statusesIn } from './send-raw.ts';

export interface TargetRun {
  readonly sent: number;
  readonly accepted: number;
}

/** @throws {AssertionError} at the first target for which the provider receives anything but what was judged. */
export async function runTargets(
  count: number,
  seed: number,
  onProgress: (sent: number) => void = () => undefined,
): Promise<TargetRun> {
  const upstream = await startRecordingUpstream();
  const tokens = new Map([['Bearer good', caller()]]);
  const gateway = await startJudgedGateway({ policies: policies(), tokens, upstreamPort: upstream.port });
  const sendRaw = rawSender(gateway.port, 200, 2_000);
  let accepted = 0;
  try {
    for (const [at, target] of fc.sample(anyTarget, { numRuns: count, seed }).entries()) {
      const received = await sendRaw(requestBytes(target));
      const [requests, permits] = [upstream.take(), gateway.takePermits()];
      const [permit] = permits;
      assert.equal(requests.length, permits.length, `requests at the provider for ${JSON.stringify(target)}`);
      if (permit === undefined) {
        assert.ok(
          statusesIn(received).every((status) => status >= 400),
          JSON.stringify(target),
        );
        continue;
      }
      accepted += 1;
      assert.equal(permits.length, 1);
      assertJudgedAsAsked(target, permit);
      const { method, path, query } = permit.request;
      assert.equal(requests[0]?.split('\r\n')[0], `${method} /base${path}${query} HTTP/1.1`);
      assert.match(
        requests[0] ?? '',
        /^[^\r\n]+\r\nHost: 127\.0\.0\.1:\d+\r\nConnection: keep-alive\r\n\r\n$/,
      );
      if (at % 100 === 0) onProgress(at);
    }
    return { sent: count, accepted };
  } finally {
    gateway.close();
    upstream.close();
  }
}

function requestBytes(target: string): Buffer {
  const headers = EXCHANGE_HEADERS.map(([name, value]) => `${name}: ${value}`);
  const lines = [`GET ${target} HTTP/1.1`, ...headers, 'Connection: close', '', ''];
  return Buffer.from(lines.join('\r\n'), 'utf8');
}
