/** What the head of an answer says is read in one way, or as nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  readContentEncoding,
  readContentType,
  readRetryAfter,
} from '../../../src/adapters/upstream/response-head.ts';
import { anyText } from '../../support/any-text.ts';

describe('response head', () => {
  it('reads media type and charset in lower case', () => {
    assert.deepEqual(readContentType('Application/FHIR+JSON; Charset="UTF-8"'), {
      mediaType: 'application/fhir+json',
      charset: 'utf-8',
    });
    assert.deepEqual(readContentType('application/json;charset=utf8'), {
      mediaType: 'application/json',
      charset: 'utf-8',
    });
    assert.deepEqual(readContentType('text/csv'), { mediaType: 'text/csv', charset: undefined });
  });

  it('reads two types, or none, as none', () => {
    assert.equal(readContentType(undefined).mediaType, '');
    assert.equal(readContentType(['application/json', 'text/html']).mediaType, '');
  });

  it('never takes two charsets for utf-8', () => {
    assert.equal(
      readContentType('application/json; charset=utf-8; charset=utf-16').charset,
      'utf-8 and utf-16',
    );
  });

  it('reports every coding other than identity', () => {
    assert.equal(readContentEncoding(undefined), undefined);
    assert.equal(readContentEncoding('Identity'), undefined);
    assert.equal(readContentEncoding('GZIP'), 'gzip');
    assert.equal(readContentEncoding('gzip, gzip'), 'gzip, gzip');
    assert.equal(readContentEncoding(['identity', 'br']), 'identity, br');
    assert.equal(readContentEncoding('x-unknown'), 'x-unknown');
  });

  it('reads when to come back from seconds and from dates, within a day', () => {
    const now = Date.parse('2026-11-23T16:00:00Z');
    assert.equal(readRetryAfter('120', now), 120);
    assert.equal(readRetryAfter('999999999', now), 86_400);
    assert.equal(readRetryAfter('Mon, 23 Nov 2026 16:00:30 GMT', now), 30);
    assert.equal(readRetryAfter('Mon, 23 Nov 2026 15:00:00 GMT', now), 0);
    for (const wrong of ['soon', '', '9'.repeat(20), ['1', '2'], undefined]) {
      assert.equal(readRetryAfter(wrong, now), undefined, String(wrong));
    }
  });

  it('no header, whatever it holds, makes reading fail', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(readContentType(text).mediaType, readContentType(text).mediaType.toLowerCase());
        const wait = readRetryAfter(text, 0);
        assert.ok(wait === undefined || (wait >= 0 && wait <= 86_400));
        readContentEncoding(text);
      }),
    );
  });
});
