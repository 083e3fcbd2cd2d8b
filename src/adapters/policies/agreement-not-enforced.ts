/** Keys that would be enforced on every request and that this version does not enforce: refused, never ignored. */
import type { AgreementFile } from './agreement-schema.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

/** INVARIANT: a promise in a file that nobody keeps is worse than none, so such a file is refused whole. */
export function refuseNotEnforced(document: PolicyDocument, file: AgreementFile): void {
  const refuse = (at: DocumentPath, what: string, write: string): void =>
    document.mistakenKey(at, `${what} is not enforced by this version`, write);
  const look = file['who may look'];
  if (look.when !== undefined && look.when !== 'at any time') {
    refuse(['who may look', 'when'], '`when`', 'write `when: at any time`, or take the line out');
  }
  if (look.from !== undefined) refuse(['who may look', 'from'], '`from`', TAKE_OUT);
  if (look['training in date'] !== undefined) {
    refuse(['who may look', 'training in date'], '`training in date`', TAKE_OUT);
  }
  for (const [place, given] of (look['must give'] ?? []).entries()) {
    if (given !== "person's consent reference") continue;
    document.mistake(
      ['who may look', 'must give', place],
      `\`${given}\` is not enforced by this version`,
      'take it out',
    );
  }
  for (const key of ['different people looked up', 'bulk allowed'] as const) {
    if (file.limits[key] !== undefined) refuse(['limits', key], `\`${key}\``, TAKE_OUT);
  }
  if (file['emergency access'] !== 'not allowed') {
    refuse(['emergency access'], '`emergency access`', 'write `emergency access: not allowed`');
  }
  if (file.what['only records where'] !== undefined) {
    refuse(['what', 'only records where'], '`only records where`', TAKE_OUT);
  }
  if (file.law.regime === 'law enforcement (Part 3)') {
    refuse(['law', 'regime'], '`law enforcement (Part 3)`', 'write `UK GDPR`, or share in another way');
  }
  refuseStatus(document, file.status);
}

const TAKE_OUT = 'take the line out';

function refuseStatus(document: PolicyDocument, status: string | undefined): void {
  if (status === undefined) return;
  if (status === 'rehearsal') {
    document.mistakenKey(['status'], '`status: rehearsal` is not enforced by this version', TAKE_OUT);
    return;
  }
  const what = 'a file says no status: what is in force follows from its signatures and dates';
  document.mistakenKey(['status'], what, TAKE_OUT);
}
