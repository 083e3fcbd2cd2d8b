/** The part of a decision about the ground for asking: reason, case reference, consent reference, and no emergency. */
import type { Agreement } from './agreement.ts';
import type { Asked } from './asked.ts';
import { isPlainText } from './one-person.ts';
import type { Refused } from './refusal.ts';

/** Undefined where the reason is one of the agreed ones, or where none is given and none is needed. */
export function judgeReason({ reason }: Asked, agreement: Agreement): Refused | undefined {
  const allowed = agreement.reasonsAllowed.join(', ');
  if (reason === undefined) {
    if (!agreement.mustGive.reason) return undefined;
    return {
      code: 'reason-missing',
      detail: `Agreement ${agreement.id} asks for a reason; send one of these in Exchange-Reason: ${allowed}.`,
    };
  }
  if (agreement.reasonsAllowed.includes(reason)) return undefined;
  return {
    code: 'reason-not-agreed',
    detail: `Agreement ${agreement.id} lists under "reasons allowed" only: ${allowed === '' ? 'none' : allowed}.`,
  };
}

/** Undefined where a usable case reference is given, or where none is given and none is needed. */
export function judgeCaseReference({ caseReference }: Asked, agreement: Agreement): Refused | undefined {
  if (caseReference === undefined ? !agreement.mustGive.caseReference : isPlainText(caseReference)) {
    return undefined;
  }
  return {
    code: 'case-reference-missing',
    detail: `Agreement ${agreement.id} asks for a case reference; send it in Exchange-Case-Reference, at most 200 plain characters.`,
  };
}

/** Undefined where a usable reference of the person's consent is given, or where none is given and none is needed. */
export function judgeConsentReference(
  { consentReference }: Asked,
  agreement: Agreement,
): Refused | undefined {
  if (consentReference === undefined ? !agreement.mustGive.consentReference : isPlainText(consentReference)) {
    return undefined;
  }
  return {
    code: 'consent-reference-missing',
    detail: `Agreement ${agreement.id} asks for the reference of the person's consent; send it in Exchange-Consent-Reference, at most 200 plain characters.`,
  };
}

/** Undefined where no emergency is claimed. This version grants emergency access to nobody, whatever a file allows. */
export function judgeEmergency({ emergency }: Asked, agreement: Agreement): Refused | undefined {
  if (emergency === undefined) return undefined;
  if (agreement.emergency !== undefined) {
    return {
      code: 'emergency-not-allowed',
      detail: `Agreement ${agreement.id} allows emergency access, but this version of the gateway cannot grant it yet; ring the contact of the agreement, or leave out Exchange-Emergency and ask in the ordinary way.`,
    };
  }
  return {
    code: 'emergency-not-allowed',
    detail: `Agreement ${agreement.id} does not allow emergency access; leave out Exchange-Emergency and ask in the ordinary way.`,
  };
}
