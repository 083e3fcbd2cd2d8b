/** Keys that would be enforced on every request and that this version does not enforce: refused, never ignored. */
import type { AgreementFile } from './agreement-schema.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

/** INVARIANT: a promise in a file that nobody keeps is worse than none, so such a file is refused whole. */
export function refuseNotEnforced(document: PolicyDocument, file: AgreementFile): void {
  const refuse = (at: DocumentPath, what: string, write: string): void =>
    document.mistakenKey(at, `${what} is not enforced by this version`, write);
  if (file.limits['bulk allowed'] !== undefined)
    refuse(['limits', 'bulk allowed'], '`bulk allowed`', TAKE_OUT);
  if (file.law.regime === 'law enforcement (Part 3)') {
    refuse(['law', 'regime'], '`law enforcement (Part 3)`', 'write `UK GDPR`, or share in another way');
  }
  refuseStatus(document, file.status);
}

const TAKE_OUT = 'take the line out';

function refuseStatus(document: PolicyDocument, status: string | undefined): void {
  if (status === undefined || status === 'rehearsal') return;
  const what =
    'a file says no status but `rehearsal`: what is in force follows from its signatures and dates';
  document.mistakenKey(['status'], what, TAKE_OUT);
}
