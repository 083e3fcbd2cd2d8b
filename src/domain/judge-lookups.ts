/** The part of a decision about what is asked with: listed, whole, of its kind, and the asker's own. */
import type { Agreement } from './agreement.ts';
import type { AskedOperation, AskedPath } from './asked.ts';
import type { Caller } from './caller.ts';
import { pathIsAmbiguous } from './canonical-request.ts';
import type { Lookup } from './dataset.ts';
import { BOUND_REFERENCE } from './kind.ts';
import type { OperationForm } from './operation-form.ts';
import type { Refused } from './refusal.ts';

/** Opens a reference that was bound to an agreement and a system; undefined for anything that was not made here. */
export type OpenReference = (
  text: string,
) => { readonly agreement: string; readonly system: string; readonly value: string } | undefined;

/** The lookups in their normal spelling and in the operation's own order, or why they are refused. */
export function judgeLookups(
  form: OperationForm,
  target: AskedPath | AskedOperation,
  agreement: Agreement,
  caller: Caller,
  openReference: OpenReference,
): ReadonlyMap<string, string> | Refused {
  const given = target.kind === 'ask' ? target.lookups : lookupsOfPath(form, target);
  if (given === undefined) return notAgreed(form, agreement);
  return judgeLookupNames(form, given, agreement) ?? settle(form, given, agreement, caller, openReference);
}

/** Undefined where just what is agreed is asked with, and all that must be; whatever the values are. */
export function judgeLookupNames(
  form: OperationForm,
  given: { has(name: string): boolean; keys(): Iterable<string> },
  agreement: Agreement,
): Refused | undefined {
  // INVARIANT: what is not listed is refused, not dropped: a search with one term fewer finds more people.
  for (const name of given.keys()) {
    if (!form.names.has(name) || !agreement.lookups.includes(name)) return notAgreed(form, agreement);
  }
  for (const name of form.required) {
    if (!given.has(name)) return missing(form, agreement);
  }
  return undefined;
}

/** Lookup name → raw value; undefined where a parameter is not one of the operation's, or says a lookup twice. */
function lookupsOfPath(form: OperationForm, target: AskedPath): Map<string, string> | undefined {
  const given = new Map<string, string>();
  for (let at = 0; at < form.template.length; at += 1) {
    const expected = form.template[at];
    if (expected !== undefined && 'lookup' in expected) given.set(expected.lookup, target.segments[at] ?? '');
  }
  const whole =
    takeOver(given, target.query, form.nameByParameter) && takeOver(given, target.body, form.nameByMember);
  return whole ? given : undefined;
}

function takeOver(
  given: Map<string, string>,
  sent: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, string>,
): boolean {
  if (sent.size === 0) return true;
  for (const [sentAs, value] of sent) {
    const name = names.get(sentAs);
    if (name === undefined || given.has(name)) return false;
    given.set(name, value);
  }
  return true;
}

function settle(
  form: OperationForm,
  given: ReadonlyMap<string, string>,
  agreement: Agreement,
  caller: Caller,
  openReference: OpenReference,
): ReadonlyMap<string, string> | Refused {
  const settled = new Map<string, string>();
  let foreign: Lookup | undefined;
  for (const lookup of form.lookups) {
    const raw = given.get(lookup.name);
    if (raw === undefined) continue;
    const value = lookup.kind.normalise(raw);
    if (value === undefined || !isSendable(lookup, value)) return invalid(lookup, agreement);
    if (lookup.kind.name !== BOUND_REFERENCE) {
      settled.set(lookup.name, value);
      continue;
    }
    const opened = openReference(value);
    // INVARIANT: a reference works only under the agreement and for the system that it was given to.
    const isOwn = opened?.agreement === agreement.id && opened.system === caller.system;
    if (isOwn && isSendable(lookup, opened.value)) settled.set(lookup.name, opened.value);
    else foreign ??= lookup;
  }
  if (foreign !== undefined) return notYours(foreign, agreement);
  return pathIsAmbiguous(form, settled) ? ambiguous(agreement) : settled;
}

const ORDINARY = /^[A-Za-z0-9][A-Za-z0-9 :@_~-]*$/;
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
/** Signs that some server takes for a separator even when they are percent-encoded. */
const SEPARATOR = /[/\\%;?#]/;
const DOTS_ONLY = /^[. ]*$/;

/** True for a value that every server reads as the one value that it is. An empty value would widen a search. */
function isSendable(lookup: Lookup, value: string): boolean {
  if (ORDINARY.test(value)) return true;
  if (value.trim() === '' || CONTROL.test(value)) return false;
  return lookup.in !== 'path' || !(SEPARATOR.test(value) || DOTS_ONLY.test(value));
}

function notAgreed(form: OperationForm, { id, lookups }: Agreement): Refused {
  const usable = lookups.filter((name) => form.names.has(name)).join(', ');
  return {
    code: 'lookup-not-agreed',
    detail: `Agreement ${id} lets you ask this using only: ${usable === '' ? 'nothing' : usable}; leave everything else out.`,
  };
}

function missing(form: OperationForm, { id }: Agreement): Refused {
  const names = [...form.required].join(', ');
  return {
    code: 'lookup-missing',
    detail: `Under agreement ${id}, "${form.operation.name}" must be asked with: ${names}.`,
  };
}

function invalid({ name, kind }: Lookup, { id }: Agreement): Refused {
  return {
    code: 'lookup-invalid',
    detail: `Agreement ${id} lets you ask using "${name}", which must be a valid ${kind.name}; check it and ask again.`,
  };
}

function ambiguous({ id }: Agreement): Refused {
  return {
    code: 'lookup-invalid',
    detail: `What was asked with under agreement ${id} would name another operation of the provider; check it and ask again.`,
  };
}

function notYours({ name }: Lookup, { id }: Agreement): Refused {
  return {
    code: 'reference-not-yours',
    detail: `"${name}" must be a reference that this system received under agreement ${id}; ask for a new one.`,
  };
}
