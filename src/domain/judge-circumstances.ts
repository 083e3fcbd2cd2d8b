/** The part of a decision about the circumstances of a look: the place, the training and the hour. */
import type { Agreement } from './agreement.ts';
import type { Asked } from './asked.ts';
import type { Caller } from './caller.ts';
import type { TrainingRule } from './evidence.ts';
import { isWithin } from './hours.ts';
import { localMidnightAfter } from './london-time.ts';
import { isInNetworks } from './network.ts';
import type { Refused } from './refusal.ts';

/** Undefined where the caller is shown to be where the agreement wants it, or where nothing can show it. */
export function judgePlace(caller: Caller, asked: Asked, agreement: Agreement): Refused | undefined {
  const rule = agreement.place;
  if (rule === undefined || rule.shownBy.kind === 'reported') return undefined;
  const { place, shownBy } = rule;
  if (shownBy.kind === 'networks') {
    if (isInNetworks(shownBy.networks, asked.address ?? '')) return undefined;
    return placeNotAgreed(agreement, place, 'ask from a network that it lists');
  }
  const shown = caller.evidence?.get(shownBy.claim);
  if (shown !== undefined && shownBy.is.includes(shown)) return undefined;
  return placeNotAgreed(agreement, place, 'the sign-in must show it');
}

/** Undefined where the claim names a day that has not ended in London, or where nothing can show the training. */
export function judgeTraining(caller: Caller, agreement: Agreement, atMs: number): Refused | undefined {
  const { training } = agreement;
  if (training === undefined || training.shownBy.kind === 'reported') return undefined;
  const endsMs = lastDayEndsMs(caller, training.shownBy);
  if (endsMs !== undefined && atMs < endsMs) return undefined;
  return {
    code: 'training-out-of-date',
    detail: `Agreement ${agreement.id} asks under "training in date" for training that the sign-in shows to be in date; renew it, and sign in again.`,
  };
}

/** Undefined inside the agreed hours. */
export function judgeHours({ id, hours }: Agreement, atMs: number): Refused | undefined {
  if (hours === undefined || isWithin(hours, atMs)) return undefined;
  return {
    code: 'outside-hours',
    detail: `Agreement ${id} lets nobody look at this hour; its hours are: ${hours.words}, in London. Ask within them.`,
  };
}

function lastDayEndsMs(
  caller: Caller,
  { claim }: Extract<TrainingRule['shownBy'], { kind: 'claim' }>,
): number | undefined {
  return localMidnightAfter(caller.evidence?.get(claim) ?? '');
}

function placeNotAgreed({ id }: Agreement, place: string, advice: string): Refused {
  return {
    code: 'place-not-agreed',
    detail: `Agreement ${id} lets people look only from this place: ${place}; ${advice}.`,
  };
}
