import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../src/domain/dataset.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import type { UpstreamAnswer } from '../../src/exchange/ports.ts';
import { passOver, readAnswer } from '../../src/exchange/upstream-answer.ts';

const operation = {
  nothingFound: { status: 404 },
  successStatus: [200],
  mediaTypes: ['application/json', 'application/fhir+json'],
} as unknown as Operation;

function answer(facts: Partial<UpstreamAnswer>): UpstreamAnswer {
  return {
    status: 200,
    mediaType: 'application/json',
    charset: undefined,
    contentEncoding: undefined,
    endsWithConnection: false,
    retryAfterSeconds: undefined,
    ms: 1,
    read: assert.fail,
    cancel: assert.fail,
    ...facts,
  };
}

test('takes a declared success of a declared media type in UTF-8', () => {
  assert.equal(readAnswer(answer({}), operation), 'records');
  assert.equal(
    readAnswer(answer({ mediaType: 'application/fhir+json', charset: 'utf-8' }), operation),
    'records',
  );
});

test('takes lines only where the answer says how long it is: half of the last cell would be a cell', () => {
  const lines = { ...operation, mediaTypes: ['application/json', 'application/x-ndjson', 'text/csv'] };
  for (const mediaType of lines.mediaTypes) {
    assert.equal(readAnswer(answer({ mediaType }), lines), 'records');
    const cut = answer({ mediaType, endsWithConnection: true });
    if (mediaType === 'application/json') assert.equal(readAnswer(cut, lines), 'records');
    else assert.throws(() => readAnswer(cut, lines), { code: 'upstream-error' });
  }
});

test('reads the declared status as nothing found, and no other', () => {
  assert.equal(readAnswer(answer({ status: 404, mediaType: 'text/html' }), operation), 'nothing found');
  assert.throws(
    () => readAnswer(answer({ status: 404 }), { ...operation, nothingFound: 'an empty list' }),
    /answered 404/,
  );
});

test('passes on that the upstream is busy and when to come back', () => {
  for (const status of [429, 503]) {
    assert.throws(
      () => readAnswer(answer({ status, retryAfterSeconds: 7 }), operation),
      (error) =>
        error instanceof GatewayError && error.code === 'upstream-busy' && error.retryAfterSeconds === 7,
    );
  }
});

test('fails every other answer', () => {
  const wrong: [Partial<UpstreamAnswer>, string][] = [
    [{ status: 301 }, 'upstream-redirect'],
    [{ status: 304 }, 'upstream-redirect'],
    [{ status: 201 }, 'upstream-error'],
    [{ status: 206 }, 'upstream-error'],
    [{ status: 204 }, 'upstream-error'],
    [{ status: 400 }, 'upstream-error'],
    [{ status: 500 }, 'upstream-error'],
    [{ mediaType: 'text/html' }, 'answer-media-type'],
    [{ mediaType: '' }, 'answer-media-type'],
    [{ charset: 'iso-8859-1' }, 'answer-media-type'],
    [{ contentEncoding: 'gzip' }, 'answer-media-type'],
  ];
  for (const [facts, code] of wrong) {
    assert.throws(
      () => readAnswer(answer(facts), operation),
      (error) => error instanceof GatewayError && error.code === code,
      JSON.stringify(facts),
    );
  }
});

function bodyOf(chunks: readonly (Buffer | Error)[]): { answer: UpstreamAnswer; left: () => number } {
  const rest = [...chunks];
  const read = (): Promise<Buffer | undefined> | Buffer | undefined => {
    const next = rest.shift();
    return next instanceof Error ? Promise.reject(next) : next;
  };
  return { answer: answer({ status: 404, read }), left: () => rest.length };
}

test('reads a body that says nothing to its end, so that its connection is as good as after a record', async () => {
  const { answer, left } = bodyOf([Buffer.from('{"error":'), Buffer.from('"none"}')]);
  await passOver(answer);
  assert.equal(left(), 0);
});

test('leaves the rest of a long body that says nothing', async () => {
  const { answer, left } = bodyOf([Buffer.alloc(64 * 1024), Buffer.alloc(1)]);
  await passOver(answer);
  assert.equal(left(), 1);
});

test('a body that breaks off after "nothing found" changes nothing of it, but a caller that goes away is gone', async () => {
  await passOver(bodyOf([new GatewayError('upstream-error', 'cut')]).answer);
  await assert.rejects(passOver(bodyOf([new GatewayError('caller-gone', 'gone')]).answer), {
    code: 'caller-gone',
  });
});
