/** `keys`: what each of the gateway's keys and certificates is for, where it stands, how it is replaced, what its loss means; `keys make`. */
import type { CommandIo } from './command-io.ts';

/** A file of the settings with certificates, keys or secrets in it. */
export interface CredentialsAtHand {
  readonly purpose: string;
  readonly file: string;
  /** What is wrong with it, if anything. */
  readonly fault?: string;
  /** What stands in it, in words: names, fingerprints and ends, no secret. */
  readonly holds: readonly string[];
}

/** The keys of one folder, as the key ring sees them, and what the settings name beside it. */
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
  /** Certificates and secrets that stand in files of their own. */
  readonly credentials: () => readonly CredentialsAtHand[];
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
      use: "seals a provider's references to one agreement and system (AES-256-GCM and HMAC-SHA-256); matching codes, and the nonces of DPoP proofs, are made with keys derived from it",
      rotation: 'put a new line with its own id first; older lines open the references given out before',
      loss: 'references given out before are refused; callers ask anew',
    },
  ],
  [
    'listener',
    {
      use: 'what the gateway shows to consumers in the TLS handshake: a certificate chain, and the key of its first certificate',
      rotation:
        'put both new files in their places, from 30 days before the end; they are taken up within seconds, once they fit together',
      loss: 'consumers cannot connect; have another certificate issued. A key that somebody else has seen: have the certificate revoked as well',
    },
  ],
  [
    'private-ca',
    {
      use: 'authorities, beside the public ones, that providers and issuers may have their certificates from',
      rotation:
        'put the new authority beside the old in the file; take the old out when nobody uses it any more',
      loss: 'providers and issuers of that authority cannot be reached; ask the authority for its certificate again',
    },
  ],
  [
    'upstream-secrets',
    {
      use: "the gateway's own credentials at providers, each bound to its host: keys, secrets, certificates",
      rotation: 'agree the new one with the provider, then change the file; it is taken up within seconds',
      loss: 'the providers cannot be asked; ask each for another. One that somebody else has seen: ask the provider to end it at once',
    },
  ],
  [
    'issuer-secrets',
    {
      use: "the gateway's own credentials at issuers of opaque tokens, each bound to its issuer and host",
      rotation: 'agree the new one with the issuer, then change the file; it is taken up within seconds',
      loss: 'opaque tokens of that issuer cannot be judged, and their bearers get 503; ask the issuer for another',
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
  const credentials = keys.credentials();
  for (const file of files) io.out(inWords({ ...file, holds: [] }));
  for (const credential of credentials) io.out(inWords(credential));
  const wrong = faultsOf(files);
  if (wrong.length === 0) for (const key of keys.verifierKeys()) io.out(`verifier key: ${key}\n`);
  for (const fault of [...wrong, ...faultsOf(credentials)]) io.err(`${fault}\n`);
  if (wrong.length > 0) io.err('`sharing-gateway keys make` makes the keys that are missing\n');
  return wrong.length + faultsOf(credentials).length === 0 ? 0 : 1;
}

function faultsOf(files: readonly { readonly fault?: string }[]): readonly string[] {
  return files.flatMap(({ fault }) => fault ?? []);
}

function inWords({ purpose, file, fault, holds }: CredentialsAtHand): string {
  const words = WORDS.get(purpose);
  const lines = [
    `${purpose}: ${words?.use ?? 'not known to this command'}`,
    `  file:     ${file}${fault === undefined ? '' : ' (not in order)'}`,
    ...holds.map((one) => `  holds:    ${one}`),
    `  rotation: ${words?.rotation ?? ''}`,
    `  if lost:  ${words?.loss ?? ''}`,
  ];
  return `${lines.join('\n')}\n\n`;
}
