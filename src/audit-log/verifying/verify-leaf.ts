/** Reads one stored leaf for `verify`: canonical JSON (RFC 8785) of version 1 with known members (docs/formats/leaf.md). */
import { isUtf8 } from 'node:buffer';
import { ENTRY_KINDS, type EntryKind } from '../../domain/audit-entry.ts';
import { LARGEST_LEAF, leafFault, leafMembers } from '../../domain/leaf.ts';
import { mayHoldLongText, oneOf, spellingOf } from '../../domain/leaf-shape.ts';

/** The members that hold a log together; the rest of a leaf is checked by shape alone. */
export interface ReadLeaf {
  readonly kind: string;
  /** In JSON, with its quotes. */
  readonly log: string;
  /** In JSON, with its quotes. */
  readonly instance: string;
  readonly epoch: string;
  readonly seq: number;
  readonly at: string;
  readonly exchange: string | undefined;
  readonly sent: string | undefined;
  readonly part: number | undefined;
  /** False where there is none. */
  readonly last: boolean;
}

/** Members that are read, in the order of the alphabet, which is that of the groups. */
const READ = ['at', 'epoch', 'exchange', 'instance', 'last', 'log', 'part', 'sent', 'seq'] as const;

/** The one expression that all leaves of a kind match, and which of its groups is which member; 0 for none. */
interface Spelling {
  readonly pattern: RegExp;
  readonly groups: Readonly<Record<(typeof READ)[number], number>>;
}

const SPELLINGS: ReadonlyMap<string, Spelling> = new Map(
  ENTRY_KINDS.map((kind) => [kind, spellingOfKind(kind)]),
);

function spellingOfKind(kind: EntryKind): Spelling {
  const byName = new Map(leafMembers(kind)?.byName).set('kind', { shape: oneOf([kind]), must: true });
  const read = READ.filter((name) => byName.has(name));
  const place = (name: (typeof READ)[number]): number => read.indexOf(name) + 1;
  return {
    pattern: new RegExp(`^${spellingOf({ byName, musts: 0 }, read)}$`),
    groups: {
      at: place('at'),
      epoch: place('epoch'),
      exchange: place('exchange'),
      instance: place('instance'),
      last: place('last'),
      log: place('log'),
      part: place('part'),
      sent: place('sent'),
      seq: place('seq'),
    },
  };
}

/**
 * The leaf, or what is wrong with it as the rest of a sentence that begins with the entry. Quotes nothing of it.
 *
 * @param kind what the leaf is likely to be: its spelling is tried first, which takes a third of the time of the rest.
 */
export function readLeaf(bytes: Uint8Array, kind: string): ReadLeaf | string {
  if (bytes.length > LARGEST_LEAF) return `is larger than ${LARGEST_LEAF} bytes`;
  if (!isUtf8(bytes)) return 'is not UTF-8';
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const spelling = mayHoldLongText(text) ? undefined : SPELLINGS.get(kind);
  const values = spelling?.pattern.exec(text);
  return spelling && values ? readSpelled(kind, spelling.groups, values) : readSlowly(text);
}

/** Texts of groups come with their quotes; only log and instance can hold escapes. */
function readSpelled(kind: string, groups: Spelling['groups'], values: RegExpExecArray): ReadLeaf {
  const exchange = groups.exchange > 0 ? values[groups.exchange] : undefined;
  const sent = groups.sent > 0 ? values[groups.sent] : undefined;
  const part = groups.part > 0 ? values[groups.part] : undefined;
  return {
    kind,
    at: unquoted(values[groups.at] ?? ''),
    epoch: unquoted(values[groups.epoch] ?? ''),
    exchange: exchange === undefined ? undefined : unquoted(exchange),
    instance: values[groups.instance] ?? '',
    last: groups.last > 0 && values[groups.last] === 'true',
    log: values[groups.log] ?? '',
    part: part === undefined ? undefined : Number(part),
    sent: sent === undefined ? undefined : unquoted(sent),
    seq: Number(values[groups.seq]),
  };
}

function unquoted(text: string): string {
  return text.slice(1, -1);
}

/** Says what is wrong; also judges what the spellings leave out. */
export function readSlowly(text: string): ReadLeaf | string {
  const leaf = parse(text);
  if (leaf === undefined) return 'is not JSON';
  const fault = leafFault(leaf);
  if (fault !== undefined) return fault;
  if (!isCanonical(leaf, text)) return 'is not canonical JSON';
  return taken(leaf as ReadLeaf);
}

/** The members that are read, as `readSpelled` gives them: log and instance as they are spelled. */
function taken({ kind, at, epoch, exchange, instance, last, log, part, sent, seq }: ReadLeaf): ReadLeaf {
  const spelled = { instance: JSON.stringify(instance), log: JSON.stringify(log) };
  return { kind, at, epoch, exchange, ...spelled, last: last === true, part, sent, seq };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * JSON.stringify writes strings and numbers just as RFC 8785 does, so a text that it writes again the same has no spaces,
 * no repeated names and no other spelling. What it does not settle is the order of names, which `leafFault` has checked,
 * and lone surrogates, which it writes as escapes that canonical JSON never has.
 */
function isCanonical(leaf: unknown, text: string): boolean {
  return JSON.stringify(leaf) === text && !text.includes('\\ud');
}
