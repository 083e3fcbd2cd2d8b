/** `keys`: what each key is for and where it stands; `make` makes those that are missing, `make-signing` one for an organisation. */
import { mkdirSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { keyFiles, makeMissingKeys, openKeyRing } from '../../adapters/signing/key-ring.ts';
import { makeSigningKeyFile } from '../../adapters/signing/signing-key-file.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { type KeysAtHand, keysCommand } from '../../cli/keys.ts';
import { formatVerifierKey } from '../../merkle/signed-note.ts';
import { credentialsAtHand } from '../settings/credentials-at-hand.ts';

interface KeysOptions {
  readonly folder?: string;
  readonly origin?: string;
  readonly out?: string;
  readonly certificate?: string;
  readonly certificateKey?: string;
  readonly privateCa?: string;
  readonly upstreamSecrets?: string;
  readonly issuerSecrets?: string;
}

/** Adds the command to the program. */
export function addKeysCommand(program: Command, io: CommandIo): void {
  program
    .command('keys')
    .description(
      'say what each key and certificate is for, where it stands, how it is changed and what its loss means; `make` makes keys that are missing',
    )
    .argument('[order]', 'make, or make-signing for a key with which an organisation signs agreements')
    .addOption(new Option('--folder <folder>', 'folder with the keys').env('KEYS_FOLDER'))
    .addOption(new Option('--origin <name>', "the log's name").env('LOG_ORIGIN'))
    .addOption(
      new Option('--certificate <file>', "the listener's certificate chain").env('TLS_CERTIFICATE_FILE'),
    )
    .addOption(new Option('--certificate-key <file>', 'its key').env('TLS_KEY_FILE'))
    .addOption(new Option('--private-ca <file>', 'further authorities').env('PRIVATE_CA_FILE'))
    .addOption(
      new Option('--upstream-secrets <file>', 'credentials at providers').env('UPSTREAM_SECRETS_FILE'),
    )
    .addOption(new Option('--issuer-secrets <file>', 'credentials at issuers').env('ISSUER_SECRETS_FILE'))
    .option('--out <file>', 'make-signing: the new file of the private key')
    .action((order: string | undefined, options: KeysOptions) => {
      const { folder, origin, out } = options;
      if (order === 'make-signing') {
        if (out === undefined) program.error('error: name the new file of the private key with --out');
        return makeSigning(out, io);
      }
      if (folder === undefined)
        program.error('error: name the folder with the keys with --folder or KEYS_FOLDER');
      if (origin === undefined) program.error('error: name the log with --origin or LOG_ORIGIN');
      process.exitCode = keysCommand(
        order === undefined ? [] : [order],
        keysAtHand(folder, origin, options),
        io,
      );
    });
}

/** Makes a party's signing key and says what to do with its public half. @throws {GatewayError} where the file is there. */
function makeSigning(file: string, io: CommandIo): void {
  const { x, fingerprint } = makeSigningKeyFile(file);
  io.err(`made ${file}; keep it where only those who may sign can read it\n`);
  io.out(
    `fingerprint: ${fingerprint}\n\nin the file of the organisation:\nsigning keys:\n  - ${x}\n\nin PINNED_KEYS_FILE of every gateway that counts it, after both sides compared the fingerprint by telephone:\norganisation: [${fingerprint}]\n`,
  );
}

/** The half-year, such as "2026h2": the name that fresh secret keys get. */
function halfYear(now: Date): string {
  return `${now.getUTCFullYear()}h${now.getUTCMonth() < 6 ? 1 : 2}`;
}

function keysAtHand(folder: string, origin: string, options: KeysOptions): KeysAtHand {
  return {
    files: () => keyFiles(folder),
    make() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return makeMissingKeys(folder, halfYear(new Date()));
    },
    verifierKeys() {
      const { checkpoint, receipts } = openKeyRing(folder, origin);
      return [checkpoint.verifierKey, receipts.verifierKey].map(formatVerifierKey);
    },
    credentials: () => credentialsAtHand({ ...options, key: options.certificateKey }, Date.now()),
  };
}
