/** One finding of a check of a partner: what was found, and where something is to mend, what and by whom. */

export interface Finding {
  readonly verdict: 'ok' | 'to mend' | 'cannot tell';
  /** What was looked at, in a few words: "discovery document". */
  readonly about: string;
  /** What was found: one sentence without a capital and a full stop. */
  readonly found: string;
  readonly mend?: { readonly who: Mender; readonly how: string };
}

/** Findings that belong together, under a heading. */
export interface FindingGroup {
  readonly heading: string;
  readonly findings: readonly Finding[];
}

/** Who can mend something. */
export type Mender = "their identity provider's administrator" | 'their API team' | 'you';

export const IDENTITY_ADMIN: Mender = "their identity provider's administrator";
export const API_TEAM: Mender = 'their API team';
export const YOU: Mender = 'you';

export function ok(about: string, found: string): Finding {
  return { verdict: 'ok', about, found };
}

export function toMend(about: string, found: string, who: Mender, how: string): Finding {
  return { verdict: 'to mend', about, found, mend: { who, how } };
}

/** @param how what would tell, and who has to do it. */
export function cannotTell(about: string, found: string, who?: Mender, how?: string): Finding {
  const mend = who === undefined || how === undefined ? {} : { mend: { who, how } };
  return { verdict: 'cannot tell', about, found, ...mend };
}

export interface Tally {
  readonly ok: number;
  readonly toMend: number;
  readonly cannotTell: number;
}

/** How many findings there are of each kind. */
export function tally(groups: readonly FindingGroup[]): Tally {
  const all = groups.flatMap(({ findings }) => findings);
  const count = (verdict: Finding['verdict']): number =>
    all.filter((finding) => finding.verdict === verdict).length;
  return { ok: count('ok'), toMend: count('to mend'), cannotTell: count('cannot tell') };
}
