/** What a file cannot write of a try: the hour, the place, the training, how the person signed in. They fit, unless they are to be refused. */
import type { Agreement } from '../../domain/agreement.ts';
import { isWithin } from '../../domain/hours.ts';
import type { RefusalCode } from '../../domain/reason.ts';

const HOUR_MS = 3_600_000;
const HOURS_OF_A_WEEK = 168;

export interface Circumstances {
  readonly atMs: number;
  readonly purpose: string | undefined;
  readonly system: string;
  readonly someoneActs: boolean;
  readonly secondFactor: boolean;
  readonly evidence: ReadonlyMap<string, string>;
  /** The address from which the request comes. */
  readonly address: string | undefined;
  readonly consentReference: string | undefined;
  readonly emergency: string | undefined;
}

/** Circumstances in which nothing but the request itself can be refused, at the hour that is given. */
export function fittingCircumstances(agreement: Agreement, system: string, atMs: number): Circumstances {
  return {
    atMs,
    purpose: agreement.purpose,
    system,
    someoneActs: agreement.person !== 'not needed',
    secondFactor: true,
    evidence: fittingEvidence(agreement),
    address: fittingAddress(agreement),
    consentReference: agreement.mustGive.consentReference ? 'CONSENT-0001' : undefined,
    emergency: undefined,
  };
}

/**
 * The circumstances of an example: fitting ones within the agreed hours, but for the one thing because of which it is to
 * be refused. Whether it is refused for that is still the agreement's to say.
 *
 * @param expected the reason in the example, or undefined for one that is released.
 */
export function circumstancesOfExample(
  agreement: Agreement,
  atMs: number,
  expected: RefusalCode | undefined,
): Circumstances {
  const within = expected !== 'outside-hours';
  const fitting = fittingCircumstances(
    agreement,
    agreement.systems[0] ?? '',
    atOrAfter(agreement, atMs, within),
  );
  if (expected === 'place-not-agreed')
    return { ...fitting, address: undefined, evidence: fittingEvidence({ ...agreement, place: undefined }) };
  if (expected === 'training-out-of-date')
    return { ...fitting, evidence: fittingEvidence({ ...agreement, training: undefined }) };
  return expected === undefined ? fitting : { ...fitting, ...UNFITTING[expected] };
}

const UNFITTING: Readonly<Partial<Record<RefusalCode, Partial<Circumstances>>>> = {
  'purpose-missing': { purpose: undefined },
  'purpose-not-agreed': { purpose: 'another purpose' },
  'system-not-agreed': { system: 'another-system' },
  'person-missing': { someoneActs: false },
  'second-factor-missing': { secondFactor: false },
  'consent-reference-missing': { consentReference: undefined },
  'emergency-not-allowed': { emergency: 'a typed reason' },
};

/** The first full hour from `atMs` on that lies within the agreed hours, or outside; `atMs` itself where there is none. */
function atOrAfter({ hours }: Agreement, atMs: number, within: boolean): number {
  if (hours === undefined) return atMs;
  for (let hour = 0; hour < HOURS_OF_A_WEEK; hour += 1) {
    const later = atMs + hour * HOUR_MS;
    if (isWithin(hours, later) === within) return later;
  }
  return atMs;
}

function fittingEvidence({ place, training }: Agreement): ReadonlyMap<string, string> {
  const evidence = new Map<string, string>();
  if (place?.shownBy.kind === 'claim') evidence.set(place.shownBy.claim, place.shownBy.is[0] ?? '');
  if (training?.shownBy.kind === 'claim') evidence.set(training.shownBy.claim, '9999-12-30');
  return evidence;
}

/** The first address of the first network that the agreement lists. */
function fittingAddress({ place }: Agreement): string | undefined {
  return place?.shownBy.kind === 'networks' ? place.shownBy.networks[0]?.words.split('/')[0] : undefined;
}
