/** `try` on the command line. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type TryCommand, tryCommand } from '../../src/cli/try.ts';
import { triedFilter } from '../../src/roof/commands/tried-filter.ts';
import { NOON, samplePolicies } from '../support/sample-policies.ts';
import { Written } from '../support/written.ts';

async function run(command: Partial<TryCommand>) {
  const io = new Written();
  const whole: TryCommand = {
    folder: 'policies',
    agreement: 'DSA-2026-014',
    as: 'parking supervisor',
    using: ['badge number=ZZ9Z01'],
    reason: 'badge on display',
    case: 'PCN-0001',
    signatures: 'checked',
    ...command,
  };
  const code = await tryCommand(whole, io, async () => samplePolicies, triedFilter(), NOON);
  return { code, ...io };
}

test('what would leave ends with 0, what is refused with 1', async () => {
  const given = await run({});
  assert.equal(given.code, 0);
  assert.match(given.stdout, /^PERMITTED$/m);
  const refused = await run({ as: 'baker' });
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /^REFUSED: role not agreed$/m);
});

test("the provider's answer comes from a file; one that cannot be filtered ends with 1, one that is not there with 2", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'try-'));
  const answer = join(folder, 'answer.json');
  writeFileSync(answer, '{"data":{"badgeNumber":"ZZ9Z02"}}');
  assert.match((await run({ answer })).stdout, /^badgeNumber +ZZ9Z02 +ZZ9Z02/m);
  writeFileSync(answer, '{"data":');
  assert.equal((await run({ answer })).code, 1);
  const missing = await run({ answer: join(folder, 'none.json') });
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /cannot be read; --answer names a file/);
  rmSync(folder, { recursive: true });
});

test('what is typed wrongly ends with 2 and says how it would be right', async () => {
  for (const [command, says] of [
    [{ agreement: 'DSA-1' }, /name one of/],
    [{ using: ['ZZ9Z01'] }, /--using is a lookup, an equals sign and a sample/],
    [{ using: ['badge number=A', 'badge number=B'] }, /names "badge number" twice/],
    [{ at: 'tomorrow' }, /--at is a date and time such as/],
    [{ at: '2026-13-01T00:00Z' }, /--at is a date and time such as/],
  ] as const) {
    const { code, stdout, stderr } = await run(command);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, says);
  }
});

test('it can be tried at another time', async () => {
  const { stdout } = await run({ at: '2029-01-01T09:00Z' });
  assert.match(
    stdout,
    /Standing: not in force: it has ended\. This shows what it does where it is in force\./,
  );
});
