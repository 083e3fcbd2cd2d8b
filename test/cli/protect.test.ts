/** `protect` and `opt-out` as an officer runs them: the identifier comes on standard input, never as an argument. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Ran, runCommand } from '../support/command-line.ts';
import { type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
});
after(() => gateway.close());

function run(args: readonly string[], input: string, operations = gateway.operations): Promise<Ran> {
  return runCommand([...args, '--operations', operations], { input });
}

const NHS = ['--kind', 'NHS number'];

test('each line of standard input is an identifier, and the list says how many and of what kind', async () => {
  const added = await run(['protect', 'add', ...NHS, '--by', 'R. Shah'], '9990001006\n\n999 000 1014\n');
  assert.deepEqual(added, {
    code: 0,
    out: 'added: in force from now on\nadded: in force from now on\n',
    err: '',
  });
  const again = await run(['protect', 'add', ...NHS, '--by', 'R. Shah'], '9990001014');
  assert.equal(again.out, 'nothing changed: it is on the list already\n');
  const { out } = await run(['protect', 'list'], '');
  assert.match(out, /^NHS number · since .*\nNHS number · since .*\n2 on the list\n$/);
});

test('the two lists are apart', async () => {
  assert.equal((await run(['opt-out', 'test', ...NHS], '9990001006')).out, 'it is not on the list\n');
  assert.equal((await run(['opt-out', 'add', ...NHS, '--by', 'R. Shah'], '9990001006')).code, 0);
  assert.equal((await run(['opt-out', 'test', ...NHS], '9990001006')).out, 'it is on the list\n');
});

test('a line that is wrong is told, the others are carried out, and the code says that something was wrong', async () => {
  const { code, out, err } = await run(
    ['protect', 'add', ...NHS, '--by', 'R. Shah'],
    '9990001007\n9990001022\n',
  );
  assert.equal(code, 1);
  assert.equal(err, 'the value is not of the kind "NHS number"\n');
  assert.equal(out, 'added: in force from now on\n');
});

test('without an identifier, without who orders it, and without a gateway, it says what to do', async () => {
  assert.match((await run(['protect', 'add', ...NHS], '')).err, /^write the identifiers to standard input/);
  assert.match((await run(['protect', 'add', ...NHS], '9990001006')).err, /^say with --by who asks/);
  const nobody = await run(['protect', 'test', ...NHS], '9990001006', 'http://127.0.0.1:9');
  assert.equal(nobody.code, 1);
  assert.match(nobody.err, /^the gateway does not answer at /);
  assert.notEqual((await run(['protect', 'hide'], '')).code, 0);
});

test('a page of another site cannot give an order', async () => {
  const response = await fetch(`${gateway.operations}/people/protected/add`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify({ kind: 'NHS number', value: '9990001030', by: 'nobody' }),
  });
  assert.equal(response.status, 400);
  const { out } = await run(['protect', 'list'], '');
  assert.match(out, /3 on the list/);
});
