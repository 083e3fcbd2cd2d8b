/** Who gives an order about the log: how the entry names them, and how two of them are told apart. */

import type { SealedNote } from '../sealing/sealed-note.ts';
import type { NoteMembers } from '../writing/note-leaf.ts';

/** Somebody whom a token proved, or a name that was given at the operations port. */
export type OrderGiver =
  | {
      readonly assurance: 'proved';
      readonly person: { readonly issuer: string; readonly id: string };
      readonly organisation: string;
      readonly role?: string | undefined;
    }
  | { readonly assurance: 'unproved'; readonly name: string };

/** The issuer under which names that nobody proved are tagged. */
export const STATED = 'stated at the operations port';

/** What two orders are compared by: two spellings of one name are one person. */
export function whoIs(giver: OrderGiver): string {
  if (giver.assurance === 'proved') return JSON.stringify([giver.person.issuer, giver.person.id]);
  return inOneSpelling(giver.name);
}

/** The members of the entry's leaf that say what is known of the person, and no name. */
export function membersOf(giver: OrderGiver): NoteMembers {
  if (giver.assurance === 'unproved') return { assurance: 'unproved' };
  const { assurance, organisation, role } = giver;
  return { assurance, organisation, role };
}

/** What only the sealed row says: the person as a tag, the name and the reason as cipher text. */
export function sealedOf(giver: OrderGiver, words: Readonly<Record<string, string>>): SealedNote {
  if (giver.assurance === 'proved') return { person: giver.person, words: { ...words, by: giver.person.id } };
  return { person: { issuer: STATED, id: inOneSpelling(giver.name) }, words: { ...words, by: giver.name } };
}

function inOneSpelling(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
