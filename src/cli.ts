#!/usr/bin/env node
/** `sharing-gateway`: one file per command in src/cli/; standard output is the result, the exit code the verdict. */
import { Command } from 'commander';
import type { CommandIo } from './cli/command-io.ts';
import { ConfigError } from './config.ts';
import { GatewayError } from './domain/gateway-error.ts';
import { addCommands } from './roof/commands/command-groups.ts';

const io: CommandIo = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  errIsTerminal: process.stderr.isTTY === true,
};

// Whoever reads the result may stop reading: `list | head` is no failure.
process.stdout.on('error', () => process.exit());

const program: Command = new Command('sharing-gateway')
  .description(
    'Lets councils share agreed fields of agreed records, and keeps a log that nobody can quietly rewrite.',
  )
  .showHelpAfterError();
await addCommands(program, io, process.env, process.argv[2]);

try {
  await program.parseAsync();
} catch (error) {
  // What the gateway says of itself is told in its own words; anything else is a defect and shows where.
  if (!(error instanceof GatewayError || error instanceof ConfigError)) throw error;
  io.err(`${error.message}\n`);
  process.exitCode = 1;
}
