/** The dates and signatures of an agreement file: days in London, order of days, and who is said to have signed. */
import { localMidnight, localMidnightAfter } from '../../domain/london-time.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { didYouMean } from './nearest-word.ts';
import type { PolicyDocument } from './policy-document.ts';

/** The instants between which the agreement can be in force. */
export function readDates(
  document: PolicyDocument,
  { dates }: AgreementFile,
): { readonly startsAtMs: number; readonly endsAtMs: number } {
  if (dates.ends < dates.starts) {
    document.mistake(['dates', 'ends'], 'the agreement ends before it starts', 'write a later day');
  }
  if (dates['review by'] > dates.ends) {
    document.mistake(['dates', 'review by'], 'the review comes after the end', 'write a day before the end');
  }
  return {
    startsAtMs: localMidnight(dates.starts) ?? Number.POSITIVE_INFINITY,
    endsAtMs: localMidnightAfter(dates.ends) ?? Number.NEGATIVE_INFINITY,
  };
}

/** Checks the record of who has signed for the parties. What counts are their signatures (`agreement-signatures.ts`). */
export function checkSigned(document: PolicyDocument, { signed, who, dates }: AgreementFile): void {
  const parties = [who['shared by'], who['shared with']];
  for (const [place, { organisation, date }] of (signed ?? []).entries()) {
    if (!parties.includes(organisation)) {
      const what = `\`${organisation}\` is not a party to this agreement`;
      document.mistake(['signed', place, 'organisation'], what, didYouMean(organisation, parties));
    }
    if (date > dates.starts) {
      document.mistake(
        ['signed', place, 'date'],
        'this signature is dated after the start',
        'start after the last signature',
      );
    }
  }
}
