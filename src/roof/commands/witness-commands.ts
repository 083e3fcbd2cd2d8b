/** The commands of a witness: `witness` runs it, `witness make-key` makes its key, `witness list` says what it cosigned. */
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { makeSigningKeyFile, readSigningKeyFile } from '../../adapters/signing/signing-key-file.ts';
import { openWitnessBook } from '../../adapters/storage/sqlite/witness-book.ts';
import { makeCosigner } from '../../adapters/witness/cosigner.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { listWitnessed, saidOfNewKey } from '../../cli/witness.ts';
import type { Environment } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { formatCosignerKey, isCosignerName } from '../../merkle/cosignature.ts';

/** How a process ends after a doubtful write. */
const DOUBTFUL = 70;

/** Adds the commands to the program. */
export function addWitnessCommands(program: Command, io: CommandIo, environment: Environment): void {
  const witness = program
    .command('witness')
    .description(
      "watch other organisations' logs: cosign each checkpoint that goes on from the last, and refuse any that does not; settings come from the environment",
    )
    .action(() => run(io, environment));
  witness
    .command('make-key')
    .description("make the witness's private key and print the verifier key that the logs need")
    .requiredOption('--out <file>', 'the new file of the private key')
    .addOption(new Option('--name <name>', 'name of the witness').env('WITNESS_NAME').makeOptionMandatory())
    .action(({ out, name }: { out: string; name: string }) => {
      if (!isCosignerName(name))
        throw new GatewayError(
          'internal-error',
          'a name holds no space and no plus: write one such as witness.westhaven.example',
        );
      makeSigningKeyFile(out);
      const { key } = makeCosigner(name, readSigningKeyFile(out), Date.now);
      saidOfNewKey(out, formatCosignerKey(key), io);
    });
  witness
    .command('list')
    .description(
      'print the newest checkpoint that was cosigned of each log, and evidence of logs that forked',
    )
    .addOption(
      new Option('--state <file>', 'the file of the witness').env('WITNESS_STATE_FILE').makeOptionMandatory(),
    )
    .action(({ state }: { state: string }) => {
      process.exitCode = list(state, io);
    });
}

async function run(io: CommandIo, environment: Environment): Promise<void> {
  const { startWitness } = await import('../witnesses/witness.ts');
  const { readWitnessSettings } = await import('../witnesses/witness-settings.ts');
  const witness = await startWitness(readWitnessSettings(environment));
  const { logger, port, verifierKey } = witness;
  const stop = async (): Promise<void> => {
    await witness.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  witness.doubtful.then((error) => {
    logger.error({ message: 'the witness met a doubtful write', why: error.message });
    setTimeout(() => process.exit(DOUBTFUL), 200);
  });
  io.out(`${verifierKey}\n`);
  logger.info({ message: 'listening', port });
}

function list(state: string, io: CommandIo): number {
  if (!existsSync(state)) throw new GatewayError('log-unavailable', `${state} is not there`);
  const book = openWitnessBook(state);
  try {
    return listWitnessed({ heads: book.heads(), evidence: book.evidence() }, io);
  } finally {
    book.close();
  }
}
