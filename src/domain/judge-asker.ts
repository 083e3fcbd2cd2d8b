/** The part of a decision about the asker: system, person, role, circumstances and ground, in this order. */
import type { Agreement } from './agreement.ts';
import type { Asked } from './asked.ts';
import type { Caller, Person } from './caller.ts';
import { judgeHours, judgePlace, judgeTraining } from './judge-circumstances.ts';
import { judgeCaseReference, judgeConsentReference, judgeEmergency, judgeReason } from './judge-ground.ts';
import { judgePerson, judgeRole, judgeSecondFactor } from './judge-person.ts';
import type { Refusal, Refused, Settled } from './refusal.ts';

/** Who looks, as the agreement names them. */
export interface Asker {
  readonly person: Person | undefined;
  readonly role: string | undefined;
}

/**
 * The asker, or the first thing to put right.
 *
 * @param settled what the refusal may say was settled before.
 */
export function judgeAsker(
  caller: Caller,
  asked: Asked,
  agreement: Agreement,
  settled: Settled,
  atMs: number,
): Asker | Refusal {
  if (!agreement.systems.includes(caller.system)) return refuse(systemNotAgreed(agreement), settled);
  const person = judgePerson(caller, asked, agreement);
  if (person !== undefined && 'code' in person) return refuse(person, settled);
  const role = judgeRole(caller, agreement);
  if (typeof role === 'object') return refuse(role, settled);

  const known = role === undefined ? settled : { ...settled, role };
  const weak = judgeCircumstances(caller, asked, agreement, atMs) ?? judgeReason(asked, agreement);
  if (weak !== undefined) return refuse(weak, known);
  const unfounded =
    judgeCaseReference(asked, agreement) ??
    judgeConsentReference(asked, agreement) ??
    judgeEmergency(asked, agreement);
  if (unfounded === undefined) return { person, role };
  return refuse(unfounded, asked.reason === undefined ? known : { ...known, reason: asked.reason });
}

function judgeCircumstances(
  caller: Caller,
  asked: Asked,
  agreement: Agreement,
  atMs: number,
): Refused | undefined {
  return (
    judgeSecondFactor(caller, agreement) ??
    judgePlace(caller, asked, agreement) ??
    judgeTraining(caller, agreement, atMs) ??
    judgeHours(agreement, atMs)
  );
}

/** A refusal as a value. */
export function refuse({ code, detail }: Refused, settled: Settled): Refusal {
  return { effect: 'refuse', code, detail, settled };
}

function systemNotAgreed({ id, systems }: Agreement): Refused {
  return {
    code: 'system-not-agreed',
    detail: `Agreement ${id} lists under "who may look" only these systems: ${systems.join(', ')}; ask from one of them.`,
  };
}
