/** Operations that could be taken for one another. */
import { test } from 'node:test';
import { MEALS, refuses, takes } from '../../support/changed-policies.ts';

test('one path may be asked by two methods', () => {
  takes(
    MEALS,
    ['request: POST /check/free-school-meals', 'request: POST /check/status'],
    ['request: GET /check/{check reference}/status', 'request: GET /check/{check reference}/state'],
  );
});

test('two operations of one method and path are refused', () => {
  refuses(
    MEALS,
    [['request: GET /check/{check reference}/status', 'request: GET /check/{check reference}']],
    'request: GET /check/{check reference}',
    '`see how a check stands` has the same request; ask another path, or make one operation of the two',
  );
});

test('two operations of one name in a URL are refused', () => {
  refuses(
    MEALS,
    [['  see the whole check:', '  see how a-check stands:']],
    'see how a-check stands:',
    '`see how a check stands` has the same name in a URL; give it another name',
  );
});
