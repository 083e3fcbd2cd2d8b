/** A protected person, as anybody who asks, the store and the auditor see them: from the order to the second person's removal. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSealedRow, readSealedRow } from '../../src/audit-log/sealing/sealed-row.ts';
import { orderPeople } from '../../src/cli/people-order.ts';
import { type Asked, askBadge, askingGateway, KERBSIDE } from '../support/asking-gateway.ts';
import { json, type WholeGateway } from '../support/whole-gateway.ts';

const BADGE = 'ZZ9Z01';
const UNKNOWN = 'ZZ9Z02';
const NINO = 'QQ123456C';
const NHS_OPT_OUT = ['national data opt-out: does not apply', 'national data opt-out: applies'] as const;
const OFFICERS = ['R. Shah', 'T. Owusu'] as const;

let gateway: WholeGateway;
before(async () => {
  gateway = await askingGateway([[KERBSIDE, ...NHS_OPT_OUT]]);
  gateway.answerWith((request, response, body) => {
    const record = { badgeNumber: BADGE, statusCode: 'ISSUED', party: { person: { nino: NINO } } };
    const known = request.url?.endsWith(BADGE) === true;
    json(known ? { data: record } : {}, known ? 200 : 404)(request, response, body);
  });
});
after(() => gateway.close());

/** Gives an order as the command does, the identifier on standard input. */
async function order(
  list: 'protected' | 'opted-out',
  what: string,
  value: string,
  { kind = 'national insurance number', by = OFFICERS[0] }: { kind?: string; by?: string } = {},
): Promise<{ code: number; said: string }> {
  let said = '';
  const tell = (text: string): void => {
    said += text;
  };
  const io = { out: tell, err: tell, errIsTerminal: false };
  const options = { operations: gateway.operations, kind, by };
  const code = await orderPeople(list, what, options, io, async () => `${value}\n`);
  return { code, said };
}

async function removedByTwo(list: 'protected' | 'opted-out', value: string, kind?: string): Promise<void> {
  for (const by of OFFICERS) {
    const { code } = await order(list, 'remove', value, kind === undefined ? { by } : { kind, by });
    assert.equal(code, 0);
  }
}

/** All of an answer but what is new in each: ids, receipts, digests and the instant. */
function likeEveryOther({ status, headers, text }: Asked): unknown {
  const own = ['exchange-id', 'audit-receipt', 'audit-salt', 'content-digest', 'date'];
  const names = [...headers].map(([name, value]) => [name, own.includes(name) ? value.length > 0 : value]);
  return { status, names, body: { ...JSON.parse(text), instance: 'urn:uuid:' } };
}

function entriesOf({ headers }: Asked): Record<string, unknown>[] {
  return gateway.leaves().filter((leaf) => leaf['exchange'] === headers.get('exchange-id'));
}

/** The leaves of an exchange without what is new in each. */
function storyOf(answer: Asked): unknown {
  const fresh = ['exchange', 'seq', 'at', 'sent', 'body', 'case', 'epoch', 'asked', 'auth', 'person'];
  return entriesOf(answer).map((leaf) =>
    Object.entries(leaf).map(([name, value]) => {
      if (fresh.includes(name)) return [name];
      return name === 'upstream' ? [name, Object(value).status] : [name, value];
    }),
  );
}

test('with nobody protected the record is released', async () => {
  assert.equal((await askBadge(gateway, { badge: BADGE })).code, 'released');
});

test('once protected, a look-up by another identifier of the same record is answered exactly as nothing found', async () => {
  assert.deepEqual(await order('protected', 'add', 'qq 12 34 56 c'), {
    code: 0,
    said: 'added: in force from now on\n',
  });
  const nobody = await askBadge(gateway, { badge: UNKNOWN });
  const hidden = await askBadge(gateway, { badge: BADGE });
  assert.equal(hidden.code, 'no-record');
  assert.deepEqual(likeEveryOther(hidden), likeEveryOther(nobody));
  assert.deepEqual(storyOf(hidden), storyOf(nobody));
  assert.deepEqual(
    gateway.recorded.slice(-2).map(({ url }) => url.slice(-6)),
    [UNKNOWN, BADGE],
  );
});

test('only the sealed row holds the truth', async () => {
  const hidden = await askBadge(gateway, { badge: BADGE });
  const { sealing } = openKeyRing(
    gateway.settings['KEYS_FOLDER'] ?? '',
    gateway.settings['LOG_ORIGIN'] ?? '',
  );
  const reader = openSqliteReader(gateway.settings['AUDIT_LOG_FILE'] ?? '');
  const [, released] = reader.entriesOfExchange(hidden.headers.get('exchange-id') ?? '');
  reader.close();
  const leaf = JSON.parse(Buffer.from(released?.leaf ?? []).toString());
  const words = openSealedRow(
    readSealedRow(released?.sealed ?? Buffer.alloc(0)),
    leaf,
    () => sealing.sealing,
  );
  const found = words?.screened?.people.map(({ namespace, id }) => `${namespace} ${id}`);
  assert.deepEqual(found, ['blue badge number ZZ9Z01', 'national insurance number QQ123456C']);
});

test('a restart keeps who is protected', async () => {
  gateway = await gateway.restarted();
  assert.equal((await askBadge(gateway, { badge: BADGE })).code, 'no-record');
  assert.equal((await order('protected', 'test', NINO)).said, 'it is on the list\n');
  assert.equal((await order('protected', 'test', 'QQ654321A')).said, 'it is not on the list\n');
  assert.match(
    (await order('protected', 'list', '')).said,
    /^national insurance number · since \d{4}-\d\d-\d\dT[\d:.]+Z\n1 on the list\n$/,
  );
});

test('a removal needs a second person, and then the record is released again', async () => {
  assert.deepEqual(await order('protected', 'remove', NINO), {
    code: 0,
    said: 'asked for: a second person must ask for the same removal before it happens\n',
  });
  const same = await order('protected', 'remove', NINO, { by: 'r shah' });
  assert.equal(same.code, 1);
  assert.match(same.said, /cannot confirm it/);
  assert.equal((await askBadge(gateway, { badge: BADGE })).code, 'no-record');
  assert.equal((await order('protected', 'remove', NINO, { by: OFFICERS[1] })).code, 0);
  assert.equal((await askBadge(gateway, { badge: BADGE })).code, 'released');
});

test('who asks with a protected identifier is answered so, whatever the record holds, and the provider is asked all the same', async () => {
  const kind = 'blue badge number';
  await order('protected', 'add', UNKNOWN, { kind });
  gateway.recorded.length = 0;
  gateway.answerWith(json({ data: { statusCode: 'ISSUED' } }));
  const hidden = await askBadge(gateway, { badge: UNKNOWN });
  gateway.answerWith(json({}, 404));
  const nobody = await askBadge(gateway, { badge: 'ZZ9Z09' });
  assert.equal(hidden.code, 'no-record');
  assert.deepEqual(likeEveryOther(hidden), likeEveryOther(nobody));
  assert.deepEqual(storyOf(hidden), storyOf(nobody));
  assert.equal(gateway.recorded.length, 2);
  await removedByTwo('protected', UNKNOWN, kind);
});

test('an opt-out holds a person back where it applies', async () => {
  gateway.answerWith(json({ data: { badgeNumber: BADGE, statusCode: 'ISSUED', nino: NINO } }));
  assert.equal((await askBadge(gateway, { badge: BADGE })).code, 'released');
  await order('opted-out', 'add', NINO);
  assert.equal((await askBadge(gateway, { badge: BADGE })).code, 'no-record');
  await removedByTwo('opted-out', NINO);
  assert.equal((await askBadge(gateway, { badge: BADGE })).code, 'released');
});

test('an order that cannot be carried out says why, and never the identifier', async () => {
  for (const [value, more, why] of [
    ['QQ123456Z', {}, /the value is not of the kind "national insurance number"/],
    [NINO, { kind: 'shoe size' }, /the kinds are: .*NHS number/],
    [NINO, { by: ' ' }, /say with --by/],
  ] as const) {
    const { code, said } = await order('protected', 'add', value, more);
    assert.equal(code, 1);
    assert.match(said, why);
    assert.ok(!said.includes(value));
  }
  assert.equal((await order('protected', 'remove', NINO)).said, 'it is not on the list\n');
});

test('a gateway that has lost the key by which somebody is protected does not start, and names the key', async () => {
  await order('protected', 'add', NINO);
  const file = join(gateway.settings['KEYS_FOLDER'] ?? '', 'subject-tags.key');
  const kept = readFileSync(file, 'utf8');
  writeFileSync(file, `other ${Buffer.alloc(32, 7).toString('base64')}\n`);
  await assert.rejects(gateway.restarted(), /people are protected by tags of the key `test`/);
  writeFileSync(file, `other ${Buffer.alloc(32, 7).toString('base64')}\n${kept}`);
  gateway = await gateway.restarted();
  assert.equal((await askBadge(gateway, { badge: BADGE })).code, 'no-record');
  await removedByTwo('protected', NINO);
  assert.equal((await askBadge(gateway, { badge: BADGE })).code, 'released');
});

test('each change is an entry, and no file of the gateway holds an identifier or who made the change', () => {
  const changes = gateway.leaves().filter(({ kind }) => kind === 'hold');
  assert.deepEqual(
    changes.slice(0, 3).map(({ code }) => code),
    ['protected-added', 'protected-removal-asked', 'protected-removed'],
  );
  for (const name of readdirSync(gateway.folder).filter((file) => file.startsWith('audit'))) {
    const bytes = readFileSync(join(gateway.folder, name));
    for (const secret of [NINO, BADGE, UNKNOWN, 'Shah', 'Owusu'])
      assert.ok(!bytes.includes(secret), `${name} holds ${secret}`);
  }
});
