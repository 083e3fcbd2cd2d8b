/** What a person need not be told of for a while, and why (docs/formats/agreement.md). */
import type { KeptFromReport } from '../../domain/agreement.ts';
import { localMidnightAfter } from '../../domain/london-time.ts';
import type { AgreementFile } from './agreement-schema.ts';
import type { PolicyDocument } from './policy-document.ts';

const KEY = "kept from the person's report";

/** Reads it; a hold that ends before the agreement starts keeps nothing back, and is recorded as a mistake. */
export function readKeptFromReport(
  document: PolicyDocument,
  { people, dates }: AgreementFile,
): KeptFromReport | undefined {
  const kept = people[KEY];
  if (kept === undefined) return undefined;
  if (kept.until < dates.starts) {
    document.mistake(
      ['people', KEY, 'until'],
      'this day comes before the agreement starts, so nothing would be kept back',
      'write a later day, or take the section out',
    );
  }
  return {
    // A day that no calendar has is a mistake of its own; until it is mended nothing is told.
    untilMs: localMidnightAfter(kept.until) ?? Number.POSITIVE_INFINITY,
    exemption: kept.exemption,
    because: kept.because,
    decidedBy: kept['decided by'],
  };
}
