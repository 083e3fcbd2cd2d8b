/** `erase`, `hold` and `retention` as an officer runs them, against a running gateway and with none. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Command } from 'commander';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import { addUpkeepCommands } from '../../src/roof/commands/upkeep-commands.ts';
import { askBadge, askingGateway } from '../support/asking-gateway.ts';
import { json, type WholeGateway } from '../support/whole-gateway.ts';

const NINO = 'QQ123456C';
const PERSON = `national insurance number: ${NINO}\n`;
const BECAUSE = ['--because', 'the court has ordered it'];

let gateway: WholeGateway;
let exchange: string;
before(async () => {
  gateway = await askingGateway([]);
  gateway.answerWith(
    json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED', party: { person: { nino: NINO } } } }),
  );
  const answer = await askBadge(gateway, { badge: 'ZZ9Z01' });
  exchange = answer.headers.get('exchange-id') ?? '';
});
after(() => gateway.close());

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as `sharing-gateway` does, in this process. */
async function run(args: readonly string[], input = '', operations = gateway.operations): Promise<Ran> {
  const [out, err]: string[][] = [[], []];
  const tell = (to: string[] | undefined) => (text: string) => void to?.push(text);
  const io = { out: tell(out), err: tell(err), errIsTerminal: false };
  const program = new Command();
  addUpkeepCommands(program, io, { ...gateway.settings }, async () => input);
  process.exitCode = undefined;
  await program.parseAsync([...args, '--operations', operations], { from: 'user' });
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { code, out: out?.join('') ?? '', err: err?.join('') ?? '' };
}

/** What the person's own report says. */
async function report(): Promise<string> {
  const answer = await fetch(`${gateway.operations}/log/reports/subject`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      lines: PERSON,
      for: 'subject',
      as: 'text',
      withStaff: false,
      withoutIndex: false,
    }),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}

function erase(by: string, more: readonly string[] = []): Promise<Ran> {
  return run(['erase', '--exchange', exchange, '--by', by, ...BECAUSE, ...more], PERSON);
}

test('an order that leaves something out is refused in words that say what is missing', async () => {
  const wrong = async (args: readonly string[], input: string, words: RegExp) => {
    const { code, err } = await run(args, input);
    assert.equal(code, 1);
    assert.match(err, words);
    assert.ok(!err.includes(NINO));
  };
  const by = ['--by', 'R. Shah'];
  await wrong(
    ['erase', '--everywhere', ...by, ...BECAUSE],
    '',
    /write the identifiers of the person to standard input/,
  );
  await wrong(['erase', '--everywhere', ...BECAUSE], PERSON, /say with --by who orders this/);
  await wrong(['erase', '--everywhere', ...by], PERSON, /say with --because why/);
  await wrong(
    ['erase', ...by, ...BECAUSE],
    PERSON,
    /say where: in one exchange, in one entry, or everywhere/,
  );
  await wrong(['erase', '--everywhere', '--entry', '#3', ...by, ...BECAUSE], PERSON, /say where/);
  await wrong(['erase', '--exchange', 'x', ...by, ...BECAUSE], PERSON, /not the id of an exchange/);
  await wrong(['erase', '--everywhere', ...by, ...BECAUSE], `${NINO}\n`, /line 1 does not begin with a kind/);
  await wrong(['hold', 'add', ...by, ...BECAUSE], '', /name one thing to hold/);
  await wrong(['hold', 'add', '--agreement', 'DSA-0', ...by, ...BECAUSE], '', /no agreement of that id/);
  await wrong(
    ['hold', 'add', '--exchange', exchange.replace(/./g, 'f'), ...by, ...BECAUSE],
    '',
    /no such exchange/,
  );
});

test('what is held is not erased; a hold of a person is listed by the kind of identifier alone', async () => {
  const by = ['--by', 'R. Shah', ...BECAUSE];
  assert.match((await run(['hold', 'add', '--person', ...by], PERSON)).out, /^held from now on/);
  assert.match((await run(['hold', 'add', '--exchange', exchange, ...by])).out, /^held from now on/);
  const { out } = await run(['hold', 'list']);
  assert.match(
    out,
    new RegExp(`^a person, by national insurance number · since \\S+\nexchange ${exchange} · since`),
  );
  assert.match(out, /2 holds in force\n$/);
  assert.match((await erase('R. Shah')).err, /under a hold: nothing was erased/);
  for (const held of [['--person'], ['--exchange', exchange]]) {
    assert.match((await run(['hold', 'lift', ...held, ...by], PERSON)).out, /^asked for/);
    assert.match((await run(['hold', 'lift', ...held, ...by], PERSON)).err, /cannot confirm it/);
    const second = ['hold', 'lift', ...held, '--by', 'T. Owusu', ...BECAUSE];
    assert.match((await run(second, PERSON)).out, /^lifted/);
  }
  assert.equal((await run(['hold', 'list'])).out, '0 holds in force\n');
});

test('two people have somebody erased, also where entries are kept still, and nobody else finds them any more', async () => {
  assert.match(await report(), /Somebody asked 1 time\./);
  const kept = await erase('R. Shah');
  assert.match(
    kept.err,
    /entries are to be kept until \d{4}-\d\d-\d\d: nothing was erased; with --although-kept/,
  );
  const asked = await erase('R. Shah', ['--although-kept']);
  assert.equal(
    asked.out,
    'asked for, in 1 entry: a second person must give the same order within 30 days before it happens\n',
  );
  assert.match((await erase('r shah', ['--although-kept'])).err, /cannot confirm it/);
  assert.equal(
    (await erase('T. Owusu', ['--although-kept'])).out,
    'erased: 1 place in 1 entry; every proof holds as before\n',
  );
  assert.match((await erase('R. Shah', ['--although-kept'])).err, /stands in none of these entries/);
  assert.doesNotMatch(await report(), /Somebody asked/);
  const list = readFileSync(`${gateway.settings['HEAD_FILE']}.erasures`, 'utf8');
  assert.match(
    list,
    /^\{"asked":\[\],"entry":"[^"]{44}","found":\[\d\],"held_back":\[\],"index":\d+,"words":false\}\n$/,
  );
});

test('nothing of these months is due; the words say so, and each look is an entry', async () => {
  assert.equal((await run(['retention', 'show'])).out, 'nothing is due\n');
  assert.equal((await run(['retention', 'run', '--by', 'R. Shah'])).out, 'nothing is due\n');
  assert.match((await run(['retention', 'run'])).err, /say with --by/);
  await assert.rejects(run(['retention', 'shrink']), GatewayError);
  const codes = gateway.leaves().flatMap(({ kind, code }) => (kind === 'read' ? [code] : []));
  assert.deepEqual(codes, ['holds', 'holds', 'retention']);
});

test('no leaf says about whom, by whom or why, and no name reaches what the gateway writes', () => {
  const leaves = JSON.stringify(gateway.leaves());
  for (const word of [NINO, 'Shah', 'Owusu', 'court']) assert.ok(!leaves.includes(word), word);
});

test('with no gateway running orders are carried out in the store itself', async () => {
  await gateway.stop();
  const nobody = 'http://127.0.0.1:1';
  const by = ['--by', 'R. Shah', ...BECAUSE];
  const held = await run(['hold', 'add', '--agreement', 'DSA-2026-014', ...by], '', nobody);
  assert.deepEqual([held.code, held.out], [0, 'held from now on: nothing of it is erased or dropped\n']);
  assert.match(held.err, /no gateway answers at .*; the order is carried out in the store itself/);
  const listed = await run(['hold', 'list'], '', nobody);
  assert.match(listed.out, /agreement DSA-2026-014/);
  assert.match(
    (await run(['retention', 'shrink'], '', nobody)).out,
    /^the store had \d+\.\d MB and has \d+\.\d MB now\n$/,
  );
  const badge = 'blue badge number: ZZ9Z01\n';
  const refused = await run(['erase', '--everywhere', '--although-kept', ...by], badge, nobody);
  assert.match(refused.err, /under a hold/);
});
