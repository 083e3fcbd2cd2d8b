/** Which file adds which commands. Only the files of the command that is called are loaded, so that each starts quickly. */
import type { Command } from 'commander';
import type { CommandIo } from '../../cli/command-io.ts';
import type { Environment } from '../settings/settings-reader.ts';
import { loadPolicies } from './command-policies.ts';

export interface CommandGroup {
  /** First words of its commands. Where a word stands in two groups, the later one adds to what the earlier one made. */
  readonly words: readonly string[];
  readonly add: (program: Command, io: CommandIo, environment: Environment) => Promise<void>;
}

/** In the order of the help. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    words: ['serve', 'demo'],
    add: async (to) => (await import('./start-commands.ts')).addStartCommands(to),
  },
  {
    words: ['check'],
    add: async (to, io) => (await import('./check-commands.ts')).addCheckCommand(to, io, loadPolicies),
  },
  {
    words: ['explain', 'try', 'test', 'who-can-see', 'matrix'],
    add: async (to, io) => (await import('./officer-commands.ts')).addOfficerCommands(to, io, loadPolicies),
  },
  {
    words: ['diff', 'replay'],
    add: async (to, io) => (await import('./change-commands.ts')).addChangeCommands(to, io, loadPolicies),
  },
  {
    words: ['export', 'new'],
    add: async (to, io) => (await import('./export-commands.ts')).addExportCommands(to, io, loadPolicies),
  },
  {
    words: ['new', 'check'],
    add: async (to, io) => (await import('./partner-commands.ts')).addPartnerCommands(to, io, loadPolicies),
  },
  {
    words: ['search', 'list'],
    add: async (to, io, settings) => (await import('./log-commands.ts')).addLogCommands(to, io, settings),
  },
  {
    words: ['protect', 'opt-out'],
    add: async (to, io) => (await import('./people-commands.ts')).addPeopleCommands(to, io),
  },
  {
    words: ['verify'],
    add: async (to, io) => (await import('./verify-commands.ts')).addVerifyCommand(to, io),
  },
  {
    words: ['keys'],
    add: async (to, io) => (await import('./keys-commands.ts')).addKeysCommand(to, io),
  },
  {
    words: ['store', 'migrate'],
    add: async (to, io, settings) => (await import('./store-commands.ts')).addStoreCommands(to, io, settings),
  },
  {
    words: ['sign', 'suspend', 'end', 'revoke', 'resume', 'hand-in', 'stops', 'policies'],
    add: async (to, io, settings) => (await import('./party-commands.ts')).addPartyCommands(to, io, settings),
  },
  {
    words: ['report'],
    add: async (to, io, settings) =>
      (await import('./report-commands.ts')).addReportCommands(to, io, settings),
  },
  {
    words: ['export', 'prove', 'reconcile'],
    add: async (to, io, settings) => (await import('./proof-commands.ts')).addProofCommands(to, io, settings),
  },
  {
    words: ['witness'],
    add: async (to, io, settings) =>
      (await import('./witness-commands.ts')).addWitnessCommands(to, io, settings),
  },
  {
    words: ['backup', 'restore'],
    add: async (to, io, settings) =>
      (await import('./backup-commands.ts')).addBackupCommands(to, io, settings),
  },
  {
    words: ['erase', 'hold', 'retention'],
    add: async (to, io, settings) =>
      (await import('./upkeep-commands.ts')).addUpkeepCommands(to, io, settings),
  },
  {
    words: ['recover'],
    add: async (to, io, settings) =>
      (await import('./recover-commands.ts')).addRecoverCommand(to, io, settings),
  },
];

/**
 * Adds the commands that begin with a word; all of them where none does, for the help or for what is no command.
 *
 * @param word the first argument of the command line.
 */
export async function addCommands(
  program: Command,
  io: CommandIo,
  environment: Environment,
  word: string | undefined,
): Promise<void> {
  const meant = COMMAND_GROUPS.filter(({ words }) => word !== undefined && words.includes(word));
  for (const { add } of meant.length > 0 ? meant : COMMAND_GROUPS) await add(program, io, environment);
}
