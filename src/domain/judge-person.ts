/** The part of a decision about who acts: the named person, the role and the second factor. */
import type { Agreement } from './agreement.ts';
import type { Asked } from './asked.ts';
import type { Caller, Person } from './caller.ts';
import { isPlainText, mayNameOnePerson } from './one-person.ts';
import type { Refused } from './refusal.ts';

const SHARED_ACCOUNT =
  "needs one person's own account, and the sign-in names a shared or general one; sign in as yourself";

/** The person to record, undefined where the agreement needs none and none is known, or why not. */
export function judgePerson(
  caller: Caller,
  asked: Asked,
  agreement: Agreement,
): Person | undefined | Refused {
  const { statedPerson } = asked;
  if (statedPerson !== undefined && agreement.person !== 'stated by the system') {
    return notProved(
      agreement,
      'does not accept a person that the system states; leave out Exchange-Person and let the sign-in prove the person',
    );
  }
  if (agreement.person === 'stated by the system') return statedOrProved(caller, statedPerson, agreement);
  const { person } = caller;
  if (agreement.person === 'proved by the sign-in' && person?.assurance !== 'proved') {
    return person === undefined
      ? missing(agreement, 'sign the person in')
      : notProved(agreement, 'needs a person proved by the sign-in');
  }
  if (person !== undefined && agreement.person !== 'not needed' && !mayNameOnePerson(person.id, caller)) {
    return notProved(agreement, SHARED_ACCOUNT);
  }
  if (person === undefined && caller.actsForNamedPerson === 'always') {
    return missing(agreement, 'this system is registered as always acting for one');
  }
  return person;
}

/** The first role of the agreement that the caller holds, undefined where the agreement needs none, or why not. */
export function judgeRole(caller: Caller, agreement: Agreement): string | undefined | Refused {
  for (const role of agreement.roles) {
    if (caller.roles.includes(role)) return role;
  }
  if (agreement.roles.length === 0 && agreement.person === 'not needed') return undefined;
  return {
    code: 'role-not-agreed',
    detail: `Agreement ${agreement.id} lists under "who may look" only these roles: ${agreement.roles.join(', ')}; ask somebody who holds one.`,
  };
}

/** Undefined where the sign-in is as strong as agreed. */
export function judgeSecondFactor(caller: Caller, agreement: Agreement): Refused | undefined {
  if (!agreement.secondFactor || caller.secondFactor) return undefined;
  return {
    code: 'second-factor-missing',
    detail: `Agreement ${agreement.id} asks under "sign in" for a second factor; sign in again with one.`,
  };
}

function statedOrProved(
  caller: Caller,
  statedPerson: string | undefined,
  agreement: Agreement,
): Person | Refused {
  const { person } = caller;
  if (statedPerson === undefined) {
    if (person === undefined) return missing(agreement, 'send their own user name in Exchange-Person');
    return mayNameOnePerson(person.id, caller) ? person : notProved(agreement, SHARED_ACCOUNT);
  }
  if (person !== undefined && person.id !== statedPerson) {
    return notProved(agreement, 'needs one person, and the sign-in and Exchange-Person name two');
  }
  if (caller.actsForNamedPerson === 'never') {
    return notProved(
      agreement,
      'cannot take a person from a system that is registered as never acting for one',
    );
  }
  if (!isPlainText(statedPerson) || !mayNameOnePerson(statedPerson, caller)) {
    return notProved(
      agreement,
      "needs one person's own user name in Exchange-Person, not a shared or general one",
    );
  }
  return person ?? { id: statedPerson, assurance: 'stated' };
}

function missing({ id }: Agreement, advice: string): Refused {
  return {
    code: 'person-missing',
    detail: `A named person must be behind a request under agreement ${id}: ${advice}.`,
  };
}

function notProved({ id }: Agreement, because: string): Refused {
  return { code: 'person-not-proved', detail: `Agreement ${id} ${because}.` };
}
