/** What this version does not enforce, it refuses. */
import { test } from 'node:test';
import { KERBSIDE, refuses, takes } from '../../support/changed-policies.ts';

test('at any time is what is enforced', () => {
  takes(KERBSIDE, ['  when: at any time\n', '']);
});

test('hours of the day are not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['when: at any time', 'when: every day, 07:00 to 23:00']],
    'when: every day, 07:00 to 23:00',
    '`when` is not enforced by this version; write `when: at any time`, or take the line out',
  );
});

test('places are not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['when: at any time', 'from: United Kingdom']],
    'from: United Kingdom',
    '`from` is not enforced by this version; take the line out',
  );
});

test('training is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['when: at any time', 'training in date: yes']],
    'training in date: yes',
    '`training in date` is not enforced by this version; take the line out',
  );
});

test("a person's consent reference is not enforced yet", () => {
  refuses(
    KERBSIDE,
    [
      [
        'must give: [reason, case reference]',
        "must give: [reason, case reference, person's consent reference]",
      ],
    ],
    "must give: [reason, case reference, person's consent referen",
    "`person's consent reference` is not enforced by this version; take it out",
  );
});

test('a limit on different people is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['checks by the organisation: 150 a day', 'different people looked up: 150 a day']],
    'different people looked up: 150 a day',
    '`different people looked up` is not enforced by this version; take the line out',
  );
});

test('bulk is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['checks by the organisation: 150 a day', 'bulk allowed: true']],
    'bulk allowed: true',
    '`bulk allowed` is not enforced by this version; take the line out',
  );
});

test('emergency access is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [
      [
        'emergency access: not allowed',
        'emergency access: {allowed for: [immediate risk to life], who may use it: [parking supervisor], widens: [reasons allowed], never widens: [they may see], reviewed by: caldicott guardian, reviewed within: 1 working day}',
      ],
    ],
    'emergency access: {allowed for: [immediate risk to life], wh',
    '`emergency access` is not enforced by this version; write `emergency access: not allowed`',
  );
});

test('a rehearsal is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['version: 3', 'version: 3\nstatus: rehearsal']],
    'status: rehearsal',
    '`status: rehearsal` is not enforced by this version; take the line out',
  );
});

test('a status cannot be written into a file', () => {
  refuses(
    KERBSIDE,
    [['version: 3', 'version: 3\nstatus: in force']],
    'status: in force',
    'a file says no status: what is in force follows from its signatures and dates; take the line out',
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

test('conditions on records are not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['  they must never see:', '  only records where: {statusCode: ISSUED}\n  they must never see:']],
    'only records where: {statusCode: ISSUED}',
    '`only records where` is not enforced by this version; take the line out',
  );
});

test('the national data opt-out is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['national data opt-out: does not apply', 'national data opt-out: applies']],
    'national data opt-out: applies',
    'the national data opt-out is not enforced by this version; take opted-out people out before sharing, and do not share this way until then',
  );
});
