import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../src/domain/dataset.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import type { UpstreamAnswer } from '../../src/exchange/ports.ts';
import { readAnswer } from '../../src/exchange/upstream-answer.ts';

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
