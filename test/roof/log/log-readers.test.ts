import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SealedNote } from '../../../src/audit-log/sealing/sealed-note.ts';
import type { NoteMembers } from '../../../src/audit-log/writing/note-leaf.ts';
import type { Caller } from '../../../src/domain/caller.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { policySet } from '../../../src/domain/policy-set.ts';
import type { NotProved } from '../../../src/exchange/ports.ts';
import { LogReaders, type Reader, type ReaderRefused } from '../../../src/roof/log/log-readers.ts';
import { shown } from '../../support/shown.ts';
import { anOrganisation, PARKING_APP } from '../../support/test-issuer.ts';

const ISSUER = 'https://login.westhaven.example';
const WESTHAVEN = 'westhaven-district-council';

const CALLER: Caller = {
  organisation: WESTHAVEN,
  system: PARKING_APP.id,
  actsForNamedPerson: 'always',
  person: { id: 'staff-9001', assurance: 'proved' },
  roles: ['civil enforcement officer', 'parking supervisor'],
  issuer: ISSUER,
  method: 'bearer',
  senderProved: false,
  secondFactor: true,
  tokenId: 'token-1',
  expiresAtMs: 0,
};

interface Appended {
  readonly kind: string;
  readonly members: NoteMembers;
  readonly sealed: SealedNote | undefined;
}

interface Given {
  readonly caller?: Partial<Caller>;
  readonly notProved?: NotProved;
  readonly logRoles?: readonly string[];
  readonly mayReadLog?: boolean;
  readonly operatorOrganisation?: string;
  readonly provedOnly?: boolean;
  readonly fails?: boolean;
}

function readers(given: Given = {}) {
  const { logRoles = ['parking supervisor'], mayReadLog = false, provedOnly = false } = given;
  const systems = [{ ...PARKING_APP, mayReadLog }];
  const policies = policySet([anOrganisation(ISSUER, {}, { logRoles, systems })], [], [], 'ab');
  const appended: Appended[] = [];
  const made = new LogReaders({
    authenticator: { authenticate: () => given.notProved ?? { ...CALLER, ...given.caller } },
    policies: () => policies,
    append: (kind, members, _facts, sealed) => {
      if (given.fails === true) return Promise.reject(new GatewayError('log-unavailable', 'no'));
      appended.push({ kind, members, sealed });
      // The receipt is of no interest to a reading.
      return Promise.resolve(undefined as never);
    },
    operatorOrganisation: given.operatorOrganisation,
    provedOnly,
  });
  return { made, appended };
}

function isReader(who: Reader | ReaderRefused): asserts who is Reader {
  assert.ok(!('refused' in who), JSON.stringify(who));
}

test('a person in a role that may read sees what the organisation is a party of, and nothing else', async () => {
  const reader = await readers().made.reader(shown('Bearer x'));
  assert.deepEqual(reader, {
    assurance: 'proved',
    organisation: WESTHAVEN,
    role: 'parking supervisor',
    person: { issuer: ISSUER, id: 'staff-9001' },
    sees: { organisation: WESTHAVEN },
  });
});

test('a system that may read does so without a person, and is named in the person’s place', async () => {
  const { made } = readers({ mayReadLog: true, caller: { person: undefined, roles: [] } });
  const reader = await made.reader(shown('Bearer x'));
  isReader(reader);
  assert.deepEqual('person' in reader && reader.person, { issuer: ISSUER, id: `system ${PARKING_APP.id}` });
});

test('whoever reads for the organisation that runs the gateway sees everything', async () => {
  const operator = await readers({ operatorOrganisation: WESTHAVEN }).made.reader(shown('Bearer x'));
  isReader(operator);
  assert.equal(operator.sees, 'all');
  const other = await readers({ operatorOrganisation: 'northmere-city-council' }).made.reader(
    shown('Bearer x'),
  );
  isReader(other);
  assert.deepEqual(other.sees, { organisation: WESTHAVEN });
});

for (const [whom, given] of [
  ['a person whose roles may not read', { logRoles: ['auditor'] }],
  ['a system that carries the role without a person', { caller: { person: undefined } }],
  ['a caller of an organisation that says nothing', { logRoles: [] }],
] as const) {
  test(`${whom} is refused in words, and the log says so before that`, async () => {
    const { made, appended } = readers(given);
    const refused = await made.reader(shown('Bearer x'));
    assert.ok('refused' in refused);
    assert.equal(refused.status, 403);
    assert.match(refused.refused, /may read the log for westhaven-district-council/);
    const [entry, ...more] = appended;
    assert.equal(more.length, 0);
    assert.equal(entry?.kind, 'read');
    assert.equal(entry?.members['code'], 'refused');
    assert.equal(entry?.members['organisation'], WESTHAVEN);
    assert.equal(entry?.sealed?.person?.issuer, ISSUER);
  });
}

test('a token that proves nobody never reads as if there were none', async () => {
  const { made, appended } = readers({ notProved: { refused: 'token-invalid', why: 'token has expired' } });
  assert.deepEqual(await made.reader(shown('Bearer x')), {
    status: 401,
    refused: 'the token proves nobody: token has expired',
  });
  assert.equal(appended[0]?.members['code'], 'refused');
});

test('without a token the reader is unproved, or refused where the settings ask for proof', async () => {
  const open = await readers().made.reader(undefined, 'P. Lewis');
  assert.deepEqual(open, { assurance: 'unproved', stated: 'P. Lewis', sees: 'all' });
  const { made, appended } = readers({ provedOnly: true });
  const refused = await made.reader(undefined, 'P. Lewis');
  assert.ok('refused' in refused && refused.status === 401);
  assert.equal(appended[0]?.members['code'], 'refused');
});

test('a reading is an entry before the result leaves, with who read and whom it was about sealed', async () => {
  const { made, appended } = readers();
  const reader = await made.reader(shown('Bearer x'));
  isReader(reader);
  const subjects = [{ namespace: 'acting person x', id: 'staff-1' }];
  const reading = { kind: 'read', members: { code: 'search', records: 3 }, sealed: { subjects } } as const;
  const released = await made.recordedReading(reader, reading, () => appended.length);
  assert.equal(released, 1, 'the entry was there when the result was released');
  assert.deepEqual(appended[0], {
    kind: 'read',
    members: {
      code: 'search',
      records: 3,
      assurance: 'proved',
      organisation: WESTHAVEN,
      role: 'parking supervisor',
    },
    sealed: { subjects, person: { issuer: ISSUER, id: 'staff-9001' } },
  });
});

test('what an unproved reader says of themselves is sealed, and no leaf holds it', async () => {
  const { made, appended } = readers();
  const reader = await made.reader(undefined, 'P. Lewis');
  isReader(reader);
  await made.recordedReading(reader, { kind: 'report', members: { code: 'subject' } }, () => undefined);
  assert.deepEqual(appended[0], {
    kind: 'report',
    members: { code: 'subject', assurance: 'unproved' },
    sealed: { words: { stated: 'P. Lewis' } },
  });
});

test('where the entry cannot be made durable nothing is released', async () => {
  const { made } = readers({ fails: true });
  const reader = await made.reader(shown('Bearer x'));
  isReader(reader);
  let released = false;
  await assert.rejects(
    made.recordedReading(reader, { kind: 'read', members: {} }, () => {
      released = true;
    }),
    /no/,
  );
  assert.ok(!released);
});
