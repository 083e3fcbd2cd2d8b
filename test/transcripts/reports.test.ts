/** A person's report, as the command, the gateway, the log and a later report see it: nothing leaves before its entry is durable. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Command } from 'commander';
import { addReportCommands } from '../../src/roof/commands/report-commands.ts';
import { askBadge, askingGateway, KERBSIDE, WESTHAVEN } from '../support/asking-gateway.ts';
import { runCommand } from '../support/command-line.ts';
import { json, type WholeGateway } from '../support/whole-gateway.ts';

const KEPT = [
  'children: may be included',
  "children: may be included\n  kept from the person's report: {until: 2026-12-31, exemption: crime and taxation, because: It would warn them., decided by: R. Shah}",
] as const;
const MAY_READ = [
  'status: active',
  'status: active\nroles that may read the log: [parking supervisor]',
] as const;
const MINE = 'blue badge number: ZZ9 Z01\n';

let gateway: WholeGateway;
before(async () => {
  gateway = await askingGateway([[WESTHAVEN, ...MAY_READ]]);
  gateway.answerWith(
    json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED', party: { person: { nino: 'QQ123456C' } } } }),
  );
});
after(() => gateway.close());

/** Runs the command with these lines on its standard input. */
async function run(
  args: readonly string[],
  lines: string,
  environment: Record<string, string> = {},
): Promise<{ code: unknown; out: string; err: string }> {
  const said = { out: '', err: '' };
  const io = {
    out(text: string) {
      said.out += text;
    },
    err(text: string) {
      said.err += text;
    },
    errIsTerminal: false,
  };
  const program = new Command().exitOverride();
  addReportCommands(program, io, environment, async () => lines);
  const operations = environment['OPERATIONS_URL'] ?? gateway.operations;
  await program.parseAsync(['report', ...args, '--operations', operations], { from: 'user' });
  const code = process.exitCode;
  process.exitCode = undefined;
  return { code, ...said };
}

const reports = () => gateway.leaves().filter(({ kind }) => kind === 'report');

test('before anybody asked, a person is told that nothing was found, and that is an entry', async () => {
  const { code, out, err } = await run(['subject'], MINE);
  assert.deepEqual([code, err], [0, '']);
  assert.match(out.replace(/\s+/g, ' '), /Nothing was found that can be told/);
  const [entry] = reports();
  assert.equal(entry?.['code'], 'subject');
  assert.equal(entry?.['assurance'], 'unproved');
  assert.equal(entry?.['records'], 0);
});

test('a look-up stands in the next report, found by another identifier of the record too, with the report before it', async () => {
  assert.equal((await askBadge(gateway, { badge: 'ZZ9Z01' })).code, 'released');
  for (const lines of [MINE, 'national insurance number: QQ 12 34 56 C']) {
    const { out } = await run(['subject', '--as', 'json', '--by', 'T. Owusu'], lines);
    const copy = JSON.parse(out);
    assert.equal(copy.accesses.length, 1);
    assert.equal(copy.accesses[0]['what came of it'], 'information was shared');
    assert.equal(copy.accesses[0]['who asked'], 'Westhaven District Council');
    const [proof] = copy.accesses[0].proof;
    assert.equal(gateway.leaves()[proof.entry]?.['kind'], 'sent');
  }
  const { out } = await run(['subject', '--as', 'json'], MINE);
  assert.equal(JSON.parse(out)['reports about you'].length, 2);
});

test('with the index and without it the report is the same, but for its own instant and size', async () => {
  const lines = async (...more: string[]) => {
    const { out } = await run(['subject', '--as', 'csv', ...more], MINE);
    return out;
  };
  assert.equal(await lines(), await lines('--without-index'));
});

test('no identifier stands in the log, in what the command prints, or in what it says is wrong', async () => {
  const { code, out, err } = await run(['subject'], 'NHS number ZZ9Z01');
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(err, /no report was made: line 1 does not begin with a kind and a colon/);
  assert.doesNotMatch(err, /ZZ9Z01/);
  const leaves = JSON.stringify(gateway.leaves());
  for (const secret of ['ZZ9Z01', 'QQ123456C', 'T. Owusu']) assert.ok(!leaves.includes(secret));
});

test('an agreement that keeps its exchanges from the report takes them out of the copy from the moment it is in force', async () => {
  // The sample is signed anew with the change, as both parties would.
  const held = await askingGateway([[KERBSIDE, ...KEPT]]);
  const first = gateway;
  gateway = held;
  try {
    held.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
    assert.equal((await askBadge(held, { badge: 'ZZ9Z01' })).code, 'released');
    const { out, err } = await run(['subject', '--as', 'json'], MINE);
    assert.equal(JSON.parse(out).accesses.length, 0);
    assert.match(
      err,
      /1 exchange under DSA-2026-014 is kept back until 31 December 2026: crime and taxation/,
    );
    assert.equal(reports().at(-1)?.['withheld'], 1);
    assert.deepEqual(reports().at(-1)?.['agreements'], ['DSA-2026-014']);
    const note = await run(['subject', '--for', 'officer', '--as', 'json'], MINE);
    assert.equal(JSON.parse(note.out).keptBack.length, 1);
  } finally {
    gateway = first;
    await held.close();
  }
});

test('what a member of staff looked at, and what was looked at under a case, is told by lines alone', async () => {
  const lines = 'organisation: westhaven-district-council\n';
  const staff = await run(['person', '--as', 'json'], `${lines}person: staff-9001\n`);
  assert.equal(staff.code, 0, staff.err);
  const { looks, byPurpose } = JSON.parse(staff.out);
  assert.equal(looks.length, 1);
  assert.deepEqual(byPurpose, [{ of: 'parking enforcement', looks: 1, refused: 0, nothingFound: 0 }]);
  const under = await run(['case', '--as', 'json', '--with-staff'], `${lines}case reference: PCN-0001\n`);
  assert.deepEqual(JSON.parse(under.out).looks[0].staff, ['staff-9001']);
  const empty = await run(['case'], '\n');
  assert.equal(empty.code, 1);
  assert.match(empty.err, /write two lines to standard input/);
});

test('a question that no command would ask is refused in words', async () => {
  const ask = async (about: string, body: unknown) => {
    const answer = await fetch(`${gateway.operations}/log/reports/${about}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return [answer.status, Object(await answer.json()).wrong];
  };
  assert.deepEqual(await ask('everybody', {}), [400, 'a report is about one of subject, person, case']);
  assert.deepEqual(await ask('subject', { for: 'me' }), [400, 'a report is for one of subject, officer']);
  assert.deepEqual(await ask('subject', { as: 'pdf' }), [
    400,
    'a report is printed as one of html, csv, json, text',
  ]);
  assert.deepEqual(await ask('subject', {}), [400, 'the lines that say whom it is about are missing']);
  assert.deepEqual(
    (await ask('person', { lines: 'person: x\nissuer: https://x.example', usualHours: 'always' }))[0],
    400,
  );
});

test('a proved reader is named in the entry by organisation and role, and by whoever asks later what that person read', async () => {
  const file = join(gateway.folder, 'reader');
  const reader = { system: 'westhaven-parking-app', person: 'staff-9002', roles: ['CEO-SUP'] };
  writeFileSync(file, await gateway.token(reader));
  const { code, err } = await run(['subject', '--token-file', file], MINE);
  assert.equal(code, 0, err);
  const entry = reports().at(-1);
  assert.deepEqual(
    [entry?.['assurance'], entry?.['organisation'], entry?.['role']],
    ['proved', 'westhaven-district-council', 'parking supervisor'],
  );
  const { out } = await run(
    ['person', '--as', 'json'],
    'organisation: westhaven-district-council\nperson: staff-9002\n',
  );
  const { looks, asked } = JSON.parse(out);
  assert.deepEqual([looks.length, asked.length, asked[0].kind, asked[0].proved], [0, 1, 'report', true]);
});

test('a token that proves nobody gets no report, and the log says that somebody tried', async () => {
  const file = join(gateway.folder, 'token');
  writeFileSync(file, 'not a token\n');
  const before = reports().length;
  const { code, out, err } = await run(['subject', '--token-file', file], MINE);
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /no report was made: the token proves nobody/);
  assert.equal(reports().length, before);
  assert.equal(gateway.leaves().at(-1)?.['code'], 'refused');
});

test('the command reads the identifiers from standard input', async () => {
  const args = ['report', 'subject', '--as', 'json', '--operations', 'http://127.0.0.1:1'];
  const { code, err } = await runCommand(args, { input: '\n' });
  assert.notEqual(code, 0);
  assert.match(err, /write the identifiers of the person to standard input, one a line/);
});

test('with no gateway running the command opens the log itself, and the report is an entry all the same', async () => {
  const stopped = await askingGateway([], { spawned: true });
  try {
    stopped.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
    assert.equal((await askBadge(stopped, { badge: 'ZZ9Z01' })).code, 'released');
    await stopped.stop();
    const settings = { ...stopped.settings, OPERATIONS_URL: stopped.operations };
    const { code, out, err } = await run(['subject', '--as', 'json'], MINE, settings);
    assert.equal(code, 0, err);
    assert.match(err, /no gateway answers at .*; the report is made out of the store itself/);
    assert.equal(JSON.parse(out).accesses.length, 1);
    assert.equal(stopped.leaves().filter(({ kind }) => kind === 'report').length, 1);
    const nobody = await run(['subject'], MINE, { OPERATIONS_URL: stopped.operations });
    assert.equal(nobody.code, 1);
    assert.match(nobody.err, /no report was made: .*Name the gateway's operations address/s);
    const tokenFile = join(stopped.folder, 'token');
    writeFileSync(tokenFile, 'any');
    const withToken = await run(['subject', '--token-file', tokenFile], MINE, settings);
    assert.match(withToken.err, /no gateway is running that could check the token; leave it out/);
    const proved = await run(['subject'], MINE, { ...settings, LOG_READERS: 'proved' });
    assert.match(proved.err, /read with a token only/);
  } finally {
    await stopped.close();
  }
});
