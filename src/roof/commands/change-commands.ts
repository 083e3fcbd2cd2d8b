/** The commands about changes of policy files: diff, and replay of what the log holds. Neither changes anything. */
import { type Command, Option } from 'commander';
import type { CommandIo } from '../../cli/command-io.ts';
import type { DiffCommand } from '../../cli/diff-policies.ts';
import type { LoadPolicies } from '../../cli/read-policies.ts';
import type { ReplayCommand, ReplayedLog } from '../../cli/replay-exchanges.ts';
import { openLogAtRest } from '../log/log-at-rest.ts';
import { storeOption } from './store-option.ts';

/** Adds the commands to the program. `load` reads a folder, with the signatures that count where there are pins. */
export function addChangeCommands(program: Command, io: CommandIo, load: LoadPolicies): void {
  addDiff(program, io, load);
  addReplay(program, io, load);
}

const AS_THEY_STAND = 'take signatures as they stand; without it every version counts as signed by both';
const face = (...faces: readonly string[]): Option =>
  new Option('--as <face>', 'how to print it').choices(faces).default('text');

function addDiff(program: Command, io: CommandIo, load: LoadPolicies): void {
  program
    .command('diff')
    .description(
      'say in words what changes from one folder of policy files to another; ends with 1 where a request may be decided differently',
    )
    .argument('<old>', 'folder as it is')
    .argument('<new>', 'folder as it would be')
    .addOption(face('text', 'markdown', 'html', 'json'))
    .option('--as-they-stand', AS_THEY_STAND, false)
    .action(async (was: string, now: string, options: Pick<DiffCommand, 'as' | 'asTheyStand'>) => {
      const { diffPoliciesCommand } = await import('../../cli/diff-policies.ts');
      process.exitCode = await diffPoliciesCommand({ ...options, was, now }, io, load, Date.now());
    });
}

function addReplay(program: Command, io: CommandIo, load: LoadPolicies): void {
  program
    .command('replay')
    .description(
      'judge the exchanges of the log again under other policy files; ends with 1 where one would be decided otherwise',
    )
    .requiredOption('--policies <folder>', 'folder of the policy files to judge by')
    .option('--since <when>', 'such as 30d, 12h or 2026-10-01; the whole log unless said')
    .addOption(storeOption())
    .addOption(face('text', 'markdown', 'json'))
    .option('--as-they-stand', AS_THEY_STAND, false)
    .action(async (options: ReplayCommand) => {
      const { replayCommand } = await import('../../cli/replay-exchanges.ts');
      process.exitCode = await replayCommand(options, io, load, openForReplay, Date.now());
    });
}

/** One view of the store beside the running gateway; sealed rows are not read. */
async function openForReplay(store: string): Promise<ReplayedLog> {
  const reader = await openLogAtRest(store);
  await reader.freeze();
  const { size } = await reader.state();
  return {
    size,
    entries: (from, most) => reader.hashedEntries(from, most),
    close: () => reader.close(),
  };
}
