/** What this version does not enforce, it refuses. */
import { test } from 'node:test';
import { KERBSIDE, refuses, takes } from '../../support/changed-policies.ts';

test('bulk is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [
      [
        'checks by the organisation: 150 a day',
        'checks by the organisation: 150 a day\n  bulk allowed: true',
      ],
    ],
    'bulk allowed: true',
    '`bulk allowed` is not enforced by this version; take the line out',
  );
});

test('a rehearsal is the one status that a file may say', () => {
  takes(KERBSIDE, ['version: 3', 'version: 3\nstatus: rehearsal']);
});

test('a status cannot be written into a file', () => {
  refuses(
    KERBSIDE,
    [['version: 3', 'version: 3\nstatus: in force']],
    'status: in force',
    'a file says no status but `rehearsal`: what is in force follows from its signatures and dates; take the line out',
  );
});

test('the law enforcement regime is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['regime: UK GDPR', 'regime: law enforcement (Part 3)']],
    'regime: law enforcement (Part 3)',
    '`law enforcement (Part 3)` is not enforced by this version; write `UK GDPR`, or share in another way',
  );
});
