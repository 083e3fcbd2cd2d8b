/** What only the sealed row of one of the gateway's own entries holds: who asked, about whom, and why (docs/formats/sealed-row.md). */
import { randomUUID } from 'node:crypto';
import type { EntryKind, SubjectIdentifier } from '../../domain/audit-entry.ts';
import type { NoteMembers } from '../writing/note-leaf.ts';
import type { Sealer } from './sealer.ts';

export interface SealedNote {
  /** UUID of the note, made where it is not given: its leaf repeats it, and its words are bound to it. */
  readonly id?: string | undefined;
  /** Who read, reported or ordered, as an issuer names them: a tag, so that it can be asked what this person did. */
  readonly person?: { readonly issuer: string; readonly id: string } | undefined;
  /** People whom it is about, as tags: their own reports then find it. */
  readonly subjects?: readonly SubjectIdentifier[] | undefined;
  readonly caseReference?: { readonly consumer: string; readonly id: string } | undefined;
  /** Reasons and names as they were typed: cipher text, never in the leaf. */
  readonly words?: Readonly<Record<string, string>> | undefined;
}

/** Seals the note and returns its leaf's members with the commitments: `id`, `reader`, `asked`, `case`. */
export function sealNote(
  sealer: Sealer,
  kind: EntryKind,
  members: NoteMembers,
  { id = randomUUID(), person, subjects, caseReference, words }: SealedNote,
): NoteMembers {
  sealer.seal({
    kind,
    facts: {
      exchange: id,
      consumer: caseReference?.consumer,
      auth: person === undefined ? undefined : { issuer: person.issuer },
    },
    result: {},
    sealed: { person: person?.id, caseReference: caseReference?.id, asked: subjects ?? [], words },
  });
  const { asked, ...made } = sealer.commitments;
  return {
    ...members,
    id,
    reader: made.person,
    case: made.caseReference,
    asked: asked === undefined ? undefined : { count: asked.count, root: asked.root },
  };
}
