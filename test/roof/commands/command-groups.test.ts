import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { addCommands, COMMAND_GROUPS } from '../../../src/roof/commands/command-groups.ts';

const io = { out: () => undefined, err: () => undefined, errIsTerminal: false };
const words = [...new Set(COMMAND_GROUPS.flatMap((group) => group.words))];

async function namesWith(word: string | undefined): Promise<string[]> {
  const program = new Command();
  await addCommands(program, io, {}, word);
  return program.commands.map((command) => command.name());
}

/** Names and options of a command and of all that stands under it. */
function shape(command: Command | undefined): unknown {
  return [
    command?.name(),
    command?.options.map(({ flags }) => flags),
    command?.commands.map((one) => shape(one)),
  ];
}

test('the words of the groups are the commands, and whichever is called, it is there and no stranger with it', async () => {
  assert.deepEqual(await namesWith(undefined), words);
  for (const word of words) {
    const meant = COMMAND_GROUPS.filter((group) => group.words.includes(word));
    const named = await namesWith(word);
    assert.ok(named.includes(word), word);
    for (const name of named)
      assert.ok(
        meant.some((group) => group.words.includes(name)),
        name,
      );
  }
});

test('a command alone is the same, with all that stands under it, as among the others', async () => {
  const all = new Command();
  await addCommands(all, io, {}, undefined);
  for (const word of words) {
    const alone = new Command();
    await addCommands(alone, io, {}, word);
    const named = (program: Command) => program.commands.find((command) => command.name() === word);
    assert.deepEqual(shape(named(alone)), shape(named(all)), word);
  }
});

test('for the help, for what is no command, and for nothing at all every command is there', async () => {
  for (const word of ['--help', 'help', 'nonsense']) assert.deepEqual(await namesWith(word), words);
});
