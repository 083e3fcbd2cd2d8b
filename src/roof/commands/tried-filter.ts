/** The field filter of the gateway for requests that are only tried: its references and codes are samples, made without keys. */
import { CompiledDisclosures } from '../../exchange/compiled-disclosures.ts';
import { bindSampleReference, sampleMatchingCode } from '../../governance/trying/sample-references.ts';
import type { StartFilter } from '../../governance/trying/tried-request.ts';

/** Starts filters that share their compiled plans. The day of a reveal such as `over 18` is that of the tried request. */
export function triedFilter(): StartFilter {
  let nowMs = 0;
  const disclosures = new CompiledDisclosures(bindSampleReference, sampleMatchingCode, { now: () => nowMs });
  return (permit, system, atMs) => {
    nowMs = atMs;
    return disclosures.start(permit, system, 'application/json');
  };
}
