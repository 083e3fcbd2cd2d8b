import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExchangeHeaders } from '../../src/http/exchange-headers.ts';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function read(...raw: string[]) {
  const headers = readExchangeHeaders(raw);
  if (typeof headers === 'string') return headers;
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

test('each header is read as it stands', () => {
  assert.deepEqual(
    read(
      'Exchange-Purpose',
      'direct care',
      'exchange-reason',
      'visit',
      'Exchange-Case-Reference',
      'A-1',
      'Exchange-Consent-Reference',
      'C-9',
      'Exchange-Emergency',
      'life',
      'Exchange-Person',
      'p.ahmed',
      'Content-Type',
      'application/json',
    ),
    {
      purpose: 'direct care',
      reason: 'visit',
      caseReference: 'A-1',
      consentReference: 'C-9',
      emergency: 'life',
      person: 'p.ahmed',
      contentType: 'application/json',
    },
  );
});

test('an empty header is as good as none', () => {
  assert.deepEqual(read('Exchange-Purpose', '', 'Exchange-Reason', ''), {});
});

test('a header that stands twice is refused', () => {
  assert.equal(read('Exchange-Purpose', 'a', 'EXCHANGE-PURPOSE', 'b'), 'header-repeated');
  assert.equal(read('traceparent', TRACE, 'traceparent', TRACE), 'header-repeated');
});

test('a value is printable ASCII of at most 200 characters', () => {
  assert.deepEqual(read('Exchange-Reason', 'a'.repeat(200)), { reason: 'a'.repeat(200) });
  for (const value of ['a'.repeat(201), 'caf\u00e9', 'a\u0001']) {
    assert.equal(read('Exchange-Reason', value), 'header-invalid');
  }
});

test("the caller's own reference is Exchange-Id, else a valid traceparent", () => {
  assert.deepEqual(read('traceparent', TRACE), { callerReference: TRACE });
  assert.deepEqual(read('traceparent', TRACE, 'Exchange-Id', 'my-7'), { callerReference: 'my-7' });
  assert.deepEqual(read('traceparent', 'nonsense'), {});
  assert.equal(read('Exchange-Id', 'has space'), 'header-invalid');
});
