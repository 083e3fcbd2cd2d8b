/** The daily message that takes a checkpoint outside (docs/formats/outbox.md): RFC 5322, plain text, in plain words. */
import { formatVerifierKey, type VerifierKey } from '../../merkle/signed-note.ts';

export interface CheckpointMessage {
  /** Date in London, such as 2026-11-23. */
  readonly date: string;
  readonly atMs: number;
  /** Full name of the organisation. */
  readonly name: string;
  /** Where it goes. */
  readonly address: string;
  /** The newest checkpoint with all signatures that are known, a signed note. */
  readonly note: string;
  /** Entries that it covers. */
  readonly size: number;
  /** The log's key for checkpoints. */
  readonly key: VerifierKey;
  /** How far the log is countersigned, in one sentence. */
  readonly countersigned: string;
  /** E-mail or telephone of whoever runs the gateway. */
  readonly operatorContact: string;
}

const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/;
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** True for an address that can stand in a header as it is. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && ADDRESS.test(text);
}

/** The whole message, its lines ended as RFC 5322 says. */
export function checkpointMessage(message: CheckpointMessage): string {
  const { key, address, operatorContact } = message;
  const host = key.name.split('/')[0] ?? '';
  const head = [
    ...(isMailAddress(operatorContact) ? [`From: ${operatorContact}`] : []),
    `To: ${address}`,
    `Subject: Audit log of ${host}: checkpoint of ${inWords(message.date)}`,
    `Date: ${new Date(message.atMs).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <checkpoint.${message.date}.${message.size}.${address.replace('@', '.at.')}@${host}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  return `${[...head, '', ...bodyOf(message, host)].join('\n')}\n`.replaceAll('\n', '\r\n');
}

function bodyOf(
  { name, note, size, key, countersigned, operatorContact }: CheckpointMessage,
  host: string,
): string[] {
  return [
    `To the data protection officer of ${name}`,
    '',
    `The gateway ${host} shares data of your organisation, or with it, and keeps a log of every time that personal data`,
    'is asked for. Below is the checkpoint of that log: a fingerprint of all its entries so far, signed by the log.',
    'It names nobody and holds no personal data.',
    '',
    'Please keep this message where the operator of the gateway cannot change it. As long as you have it, nobody can',
    `take away, add or change any of the ${size} entries up to here without being found out, not even the operator.`,
    '',
    note.trimEnd(),
    '',
    'How to check it later: save this message as a file, get a copy of the log from the operator, and run',
    '',
    `  sharing-gateway verify --checkpoint message.eml --store audit.sqlite --head head --key '${formatVerifierKey(key)}'`,
    '',
    'Compare the key with the one that you were given when the agreement was signed, not with this message alone.',
    '',
    `State of the log: ${countersigned}`,
    `Questions: ${operatorContact}`,
  ];
}

function inWords(date: string): string {
  const [year, month, day] = date.split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
}
