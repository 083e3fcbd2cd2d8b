/** Names that stand for nobody in particular: a person behind one could never be asked (docs/formats/request.md). */
import type { Caller } from './caller.ts';

const MOST_CHARACTERS = 200;
const PRINTABLE = /^[\x20-\x7e]*$/;
const SOMETHING = /[A-Za-z0-9]/;

/** General with a number behind it too: no staff number begins with one of these. */
const GENERAL_WITH_NUMBERS = new Set(
  (
    'admin administrator anonymous api app automation bot counter daemon desk duty dutyofficer frontdesk frontoffice generic guest ' +
    'helpdesk itsupport kiosk mailbox none noreply reception robot root service serviceaccount servicedesk shared sharedaccount superuser ' +
    'support svc sysadmin system temp test tester testuser'
  ).split(' '),
);
/** General as they stand; with a number behind it, it may be somebody's own. */
const GENERAL = new Set(
  (
    'agency all anyone application board business council customerservice customerservices default department email enquiries ' +
    'everybody everyone finance hospital housing hr info it legal me myself na nobody null office officer operator person police public ' +
    'revenues school socialcare somebody someone staff student team teamleader temporary trust undefined unknown user username visitor worker'
  ).split(' '),
);

/** True for printable ASCII of at most 200 characters with a letter or a digit in it. */
export function isPlainText(text: string): boolean {
  return text.length <= MOST_CHARACTERS && PRINTABLE.test(text) && SOMETHING.test(text);
}

/**
 * True for a name that may be one person's own: not one of the general ones, whatever signs and numbers stand in it and
 * whatever follows an `@`, and not the name of the caller's system or organisation.
 */
export function mayNameOnePerson(
  name: string,
  caller: Pick<Caller, 'organisation' | 'system' | 'client'>,
): boolean {
  const { organisation, system, client = '' } = caller;
  const key = JSON.stringify([name, organisation, system, client]);
  const known = judged.get(key);
  if (known !== undefined) return known;
  const verdict = !isGeneral(name) && ![organisation, system, client].some((one) => isSame(one, name));
  if (judged.size >= MOST_JUDGED) judged.clear();
  judged.set(key, verdict);
  return verdict;
}

/** A person looks many things up in a row. What stands here follows from its key alone. */
const judged = new Map<string, boolean>();
const MOST_JUDGED = 1000;

function isGeneral(name: string): boolean {
  const plain = lettersAndDigits(name.replace(/@.*$/s, ''));
  return GENERAL.has(plain) || GENERAL_WITH_NUMBERS.has(plain.replace(/\d+$/, ''));
}

function isSame(own: string, name: string): boolean {
  return own !== '' && lettersAndDigits(own) === lettersAndDigits(name);
}

/** What is left of a name once case and signs are gone. */
function lettersAndDigits(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
