/** `check`: every policy file, and which agreements are in force. */
import { type Command, Option } from 'commander';
import { checkPoliciesCommand } from '../../cli/check-policies.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { type LoadTrusted, trustIn } from './command-policies.ts';

/** Adds the command to the program; others may stand under it. */
export function addCheckCommand(program: Command, io: CommandIo, load: LoadTrusted): void {
  const pins = "the gateway's pinned keys; without it no signature counts";
  program
    .command('check')
    .description('check every policy file and say which agreements are in force')
    .argument('[folder]', 'folder with organisations, datasets and agreements', 'policies')
    .addOption(new Option('--pins <file>', pins).env('PINNED_KEYS_FILE'))
    .action(async (folder: string, given: { pins?: string }) => {
      const loading = async (from: string) => load(from, await trustIn(given.pins));
      process.exitCode = await checkPoliciesCommand(folder, io, loading, Date.now());
    });
}
