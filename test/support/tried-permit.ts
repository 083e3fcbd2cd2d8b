/** A permit under one agreement, as a try gets it from the judge. */
import assert from 'node:assert/strict';
import type { Agreement } from '../../src/domain/agreement.ts';
import type { Permit } from '../../src/domain/decision.ts';
import { fittingCircumstances } from '../../src/governance/explaining/circumstances.ts';
import { judgeTried, sampleLookups } from '../../src/governance/trying/tried-request.ts';
import { NOON, sampleDataset, samplePolicies } from './sample-policies.ts';

/** The permit of an ordinary request for the operation, with samples of what it needs. */
export function permitOf(agreement: Agreement, operation: string): Permit {
  const dataset = sampleDataset(agreement.dataset);
  const system = agreement.systems[0] ?? '';
  const using = sampleLookups(
    agreement,
    dataset,
    dataset.operations.get(operation) ?? assert.fail(operation),
    system,
  );
  const request = {
    role: agreement.roles[0],
    operation,
    using,
    reason: agreement.reasonsAllowed[0],
    caseReference: 'C-1',
  };
  const decision = judgeTried(
    request,
    fittingCircumstances(agreement, system, NOON),
    agreement,
    samplePolicies,
  );
  return decision.effect === 'permit' ? decision : assert.fail(decision.detail);
}
