/** Reports as they are asked for: what an entry holds before a report leaves, and that nothing leaves without one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SealedNote } from '../../../src/audit-log/sealing/sealed-note.ts';
import type { NoteMembers } from '../../../src/audit-log/writing/note-leaf.ts';
import type { Caller } from '../../../src/domain/caller.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import type { ReportRequest } from '../../../src/http/log-reports.ts';
import { askedReports } from '../../../src/roof/log/asked-reports.ts';
import type { LogAnswering } from '../../../src/roof/log/log-question.ts';
import { LogReaders } from '../../../src/roof/log/log-readers.ts';
import type { ReportQuestion } from '../../../src/roof/log/reports.ts';
import { caller } from '../../support/judge-fixtures.ts';
import { samplePolicies } from '../../support/sample-policies.ts';
import { shown } from '../../support/shown.ts';

const BADGE = { namespace: 'blue badge number', id: 'ZZ9Z01' };
const REQUEST: ReportRequest = {
  ...{ about: 'subject', lines: 'blue badge number: ZZ9Z01', for: undefined, as: undefined },
  ...{ withStaff: undefined, withoutIndex: undefined, usualHours: undefined, stated: 'T. Owusu' },
  credentials: shown(undefined),
};

function asking(
  parts: {
    readonly caller?: Caller;
    readonly fails?: boolean;
    readonly role?: string;
    readonly behind?: number;
  } = {},
) {
  const asked: ReportQuestion[] = [];
  const entries: [string, NoteMembers, SealedNote | undefined][] = [];
  const answers: LogAnswering = {
    ask: async (name, question) => {
      if (name === 'progress') return { size: 500_000, indexed: 500_000 - (parts.behind ?? 0) } as never;
      asked.push(question as ReportQuestion);
      const entry = { members: { code: 'subject', records: 3 }, sealed: { subjects: [BADGE] } };
      return { document: 'the report', remarks: ['a remark'], entry } as never;
    },
  };
  const organisations = new Map(
    [...samplePolicies.organisations].map(([id, one]) => [
      id,
      { ...one, logRoles: [parts.role ?? 'auditor'] },
    ]),
  );
  const readers = new LogReaders({
    authenticator: {
      authenticate: async () => parts.caller ?? { refused: 'token-invalid', why: 'it proves nothing' },
    },
    policies: () => ({ ...samplePolicies, organisations }),
    append: async (kind, members, _facts, sealed) => {
      if (parts.fails === true) throw new GatewayError('log-unavailable', 'the log cannot write');
      entries.push([kind, members, sealed]);
      return undefined as never;
    },
    operatorOrganisation: 'northmere-city-council',
    provedOnly: false,
  });
  return { ask: askedReports({ answers, readers }), asked, entries };
}

test('the entry of a report is stored before the report leaves, with whom it was about sealed', async () => {
  const { ask, asked, entries } = asking();
  assert.deepEqual(await ask(REQUEST), { document: 'the report', remarks: ['a remark'] });
  assert.deepEqual(entries, [
    [
      'report',
      { code: 'subject', records: 3, assurance: 'unproved' },
      { subjects: [BADGE], words: { stated: 'T. Owusu' } },
    ],
  ]);
  const {
    as,
    for: audience,
    withStaff,
    withoutIndex,
    boundedTo,
  } = asked[0] ?? assert.fail('nothing was asked');
  assert.deepEqual(
    [as, audience, withStaff, withoutIndex, boundedTo],
    ['text', 'subject', false, false, undefined],
  );
});

test('INVARIANT: where the entry cannot be stored there is no report', async () => {
  await assert.rejects(asking({ fails: true }).ask(REQUEST), /the log cannot write/);
});

test('a proved reader of a party is bound to what that party sent or received; the operator is not', async () => {
  const bounds = async (organisation: string) => {
    const { ask, asked } = asking({ caller: caller({ organisation, roles: ['auditor'] }) });
    assert.ok('document' in (await ask({ ...REQUEST, credentials: shown('Bearer x') })));
    return asked[0]?.boundedTo;
  };
  assert.equal(await bounds('westhaven-district-council'), 'westhaven-district-council');
  assert.equal(await bounds('northmere-city-council'), undefined);
});

test('a token that proves nobody, or nobody who may read, asks nothing of the log', async () => {
  const other = caller({ organisation: 'westhaven-district-council', roles: ['clerk'] });
  for (const [parts, status] of [
    [{}, 401],
    [{ caller: other }, 403],
  ] as const) {
    const { ask, asked, entries } = asking(parts);
    const made = await ask({ ...REQUEST, credentials: shown('Bearer x') });
    assert.equal('status' in made && made.status, status);
    assert.deepEqual(asked, []);
    assert.equal(entries[0]?.[1]['code'], 'refused');
  }
});

test('while the index is being built a report says how far it is, unless it is asked for without', async () => {
  const { ask, asked } = asking({ behind: 400_000 });
  const made = await ask(REQUEST);
  assert.match(
    'wrong' in made ? made.wrong : '',
    /being built \(100000 of 500000 entries\): .*--without-index/,
  );
  assert.deepEqual(asked, []);
  assert.ok('document' in (await ask({ ...REQUEST, withoutIndex: true })));
  assert.ok('document' in (await asking({ behind: 1000 }).ask(REQUEST)));
});
