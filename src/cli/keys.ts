/** `keys`: what each of the gateway's keys is for, where it stands, how it is replaced and what its loss means; `keys make`. */
import type { CommandIo } from './command-io.ts';

/** The keys of one folder, as the key ring sees them. */
export interface KeysAtHand {
  /** Each purpose, its file, and what is wrong with that file, if anything. */
  readonly files: () => readonly {
    readonly purpose: string;
    readonly file: string;
    readonly fault?: string;
  }[];
  /** Makes what is missing and returns the files that were made; never overwrites. */
  readonly make: () => readonly string[];
  /** Verifier keys (C2SP signed-note) of checkpoints and receipts; called only when no file has a fault. */
  readonly verifierKeys: () => readonly string[];
}

interface Words {
  readonly use: string;
  readonly rotation: string;
  readonly loss: string;
}

const WORDS = new Map<string, Words>([
  [
    'checkpoint',
    {
      use: 'signs the head of the log (Ed25519), which everybody can check',
      rotation: 'with each new log origin, every half-year; the old verifier key stays published',
      loss: 'no further checkpoint of this log; what was signed stays provable; begin a new origin',
    },
  ],
  [
    'receipts',
    {
      use: 'signs the receipt that a caller gets with every answer (Ed25519)',
      rotation: 'with each new log origin, every half-year; the old verifier key stays published',
      loss: 'no further receipts; those given out stay provable; begin a new origin',
    },
  ],
  [
    'subject-tags',
    {
      use: 'makes the tags by which entries about one person are found (HMAC-SHA-256)',
      rotation:
        'put a new line with its own id first, every half-year; drop a line when its entries are past keeping',
      loss: 'nobody can find the entries about a person any more; with it, tags of known numbers can be recomputed: keep it apart from the store and its backups',
    },
  ],
  [
    'sealing',
    {
      use: 'wraps the key of each sealed text: who asked, for which case (AES-256)',
      rotation: 'put a new line with its own id first; older lines stay for what they sealed',
      loss: 'sealed texts can never be read again; proofs and receipts stay whole',
    },
  ],
  [
    'matching-codes',
    {
      use: "seals a provider's references to one agreement and system (AES-256-GCM and HMAC-SHA-256)",
      rotation: 'put a new line with its own id first; older lines open the references given out before',
      loss: 'references given out before are refused; callers ask anew',
    },
  ],
]);

const USAGE = 'usage: sharing-gateway keys [make]\n';

/**
 * Prints the keys, or makes the missing ones and prints them then. No secret is ever printed.
 *
 * @returns the exit code: 0, 1 where a key is missing or not in order, 2 for arguments that mean nothing.
 */
export function keysCommand(args: readonly string[], keys: KeysAtHand, io: CommandIo): number {
  const [order, ...rest] = args;
  if (rest.length > 0 || (order !== undefined && order !== 'make')) {
    io.err(USAGE);
    return 2;
  }
  if (order === 'make') for (const file of keys.make()) io.err(`made ${file}\n`);
  const files = keys.files();
  for (const { purpose, file, fault } of files) io.out(inWords(purpose, file, fault));
  const faults = files.flatMap(({ fault }) => fault ?? []);
  if (faults.length === 0) {
    for (const key of keys.verifierKeys()) io.out(`verifier key: ${key}\n`);
    return 0;
  }
  for (const fault of faults) io.err(`${fault}\n`);
  io.err('`sharing-gateway keys make` makes the keys that are missing\n');
  return 1;
}

function inWords(purpose: string, file: string, fault: string | undefined): string {
  const words = WORDS.get(purpose);
  const lines = [
    `${purpose}: ${words?.use ?? 'not known to this command'}`,
    `  file:     ${file}${fault === undefined ? '' : ' (not in order)'}`,
    `  rotation: ${words?.rotation ?? ''}`,
    `  if lost:  ${words?.loss ?? ''}`,
  ];
  return `${lines.join('\n')}\n\n`;
}
