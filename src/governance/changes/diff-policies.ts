/** What changes from one policy set to another, exactly: an empty difference means that no request is decided differently. */
import type { Agreement } from '../../domain/agreement.ts';
import { type Versions, versionInForce, versionsOf } from '../../domain/in-force.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { showInWords } from '../explaining/show-in-words.ts';
import { listed, oneLine } from '../pages/phrases.ts';
import { asIfSigned } from './as-if-signed.ts';
import { diffAgreement } from './diff-agreement.ts';
import { diffDataset } from './diff-dataset.ts';
import { diffOrganisation } from './diff-organisation.ts';
import { byName, same } from './diff-values.ts';
import type { AspectChange, PolicyChange } from './policy-change.ts';

export interface DiffOptions {
  /** Changes that hold only before this instant are left out. Milliseconds since 1970 UTC. */
  readonly fromMs: number;
  /**
   * True compares what the files say as if both parties had signed every version: what an officer asks before anybody
   * signs. False compares what the gateway would do with the signatures that there are.
   */
  readonly asIfSigned: boolean;
}

/** Every change: agreement by agreement, then datasets, then organisations. */
export function diffPolicies(was: PolicySet, now: PolicySet, options: DiffOptions): readonly PolicyChange[] {
  const [before, after] = options.asIfSigned ? [asIfSigned(was), asIfSigned(now)] : [was, now];
  return [
    ...diffAgreements(before, after, options.fromMs),
    ...onThings('dataset', before.datasets, after.datasets, diffDataset),
    ...onThings('organisation', before.organisations, after.organisations, diffOrganisation),
  ];
}

function diffAgreements(was: PolicySet, now: PolicySet, fromMs: number): PolicyChange[] {
  const [before, after] = [byId(was), byId(now)];
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  return ids.flatMap((id) => {
    const [had, has] = [before.get(id) ?? [], after.get(id) ?? []];
    return [...diffInTime(had, has, was, now, fromMs), ...diffResting(had, has)];
  });
}

function byId({ agreements }: PolicySet): ReadonlyMap<string, Versions> {
  return new Map(versionsOf(agreements).map((versions) => [versions[0]?.id ?? '', versions]));
}

/** Between two of these instants no version begins or ends, so that one comparison holds for all of the time between. */
function turningPoints(versions: Versions, fromMs: number): number[] {
  const instants = versions.flatMap(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs]);
  const later = instants.filter((atMs) => atMs > fromMs && Number.isFinite(atMs));
  return [...new Set([fromMs, ...later])].sort((one, other) => one - other);
}

interface Span {
  readonly change: AspectChange;
  readonly agreement: Agreement;
  readonly fromMs: number;
  untilMs: number | undefined;
}

function diffInTime(
  had: Versions,
  has: Versions,
  was: PolicySet,
  now: PolicySet,
  fromMs: number,
): PolicyChange[] {
  const points = turningPoints([...had, ...has], fromMs);
  const open = new Map<string, Span>();
  const spans: Span[] = [];
  for (const atMs of points) {
    const [before, after] = [versionInForce(had, was, atMs), versionInForce(has, now, atMs)];
    const agreement = after ?? before;
    const changes = agreement === undefined ? [] : diffInForce(before, after);
    const words = new Set(changes.map((change) => change.words));
    for (const [key, span] of open) {
      if (words.has(key)) continue;
      // Where the agreement itself is over, the end is its own and no part of the change.
      if (agreement !== undefined) span.untilMs = atMs;
      open.delete(key);
    }
    for (const change of changes) {
      if (agreement === undefined || open.has(change.words)) continue;
      const span: Span = { change, agreement, fromMs: atMs, untilMs: undefined };
      open.set(change.words, span);
      spans.push(span);
    }
  }
  return spans.map((span) => onAgreement(span, fromMs));
}

function onAgreement({ change, agreement, ...span }: Span, fromMs: number): PolicyChange {
  const { id, consumer, purpose } = agreement;
  return {
    ...change,
    about: { kind: 'agreement', id, consumer, purpose },
    fromMs: span.fromMs === fromMs ? undefined : span.fromMs,
    untilMs: span.untilMs,
  };
}

function diffInForce(was: Agreement | undefined, now: Agreement | undefined): readonly AspectChange[] {
  if (was !== undefined && now !== undefined) return diffAgreement(was, now);
  if (now !== undefined)
    return [{ effect: 'gives more', words: `puts in force ${inShort(now)}` }, ...given(now)];
  if (was !== undefined) return [{ effect: 'gives less', words: `takes out of force ${inShort(was)}` }];
  return [];
}

function inShort({ title, operations, dataset, roles }: Agreement): string {
  const who = roles.length === 0 ? 'a system by itself' : listed(roles, 'or');
  return `“${oneLine(title)}”: ${who} may ${listed(operations, 'or')} in \`${dataset}\``;
}

function given({ fields }: Agreement): AspectChange[] {
  return fields.map((field) => ({
    effect: 'gives more',
    words: `gives ${oneLine(field.field.means)}, \`${field.field.name}\` (${showInWords(field)})`,
  }));
}

/**
 * Versions that are not in force still decide what a refusal says: that an agreement has not started is told to its
 * parties alone.
 */
function diffResting(had: Versions, has: Versions): PolicyChange[] {
  const facts = (versions: Versions) =>
    new Map(versions.map((one) => [String(one.version), restingFacts(one)]));
  const newest = has[0] ?? had[0];
  if (newest === undefined) return [];
  const { id, consumer, purpose } = newest;
  const changes = byName(facts(had), facts(has), (version, before, after) => {
    if (before === undefined) return [{ effect: 'changes', words: `adds version ${version}` }];
    if (after === undefined) return [{ effect: 'changes', words: `takes away version ${version}` }];
    return same(before, after)
      ? []
      : [{ effect: 'changes', words: `changes when version ${version} can be in force, or for whom` }];
  });
  const about = { kind: 'agreement', id, consumer, purpose } as const;
  return changes.map((change) => ({ ...change, about, fromMs: undefined, untilMs: undefined }));
}

function restingFacts(agreement: Agreement): object {
  const { consumer, dataset, purpose, startsAtMs, endsAtMs, signedByBoth, signaturesBroken, rehearsal } =
    agreement;
  return { consumer, dataset, purpose, startsAtMs, endsAtMs, signedByBoth, signaturesBroken, rehearsal };
}

function onThings<Thing>(
  kind: 'dataset' | 'organisation',
  was: ReadonlyMap<string, Thing>,
  now: ReadonlyMap<string, Thing>,
  diff: (was: Thing, now: Thing) => readonly AspectChange[],
): PolicyChange[] {
  const ids = [...new Set([...was.keys(), ...now.keys()])].sort();
  return ids.flatMap((id) => {
    const [before, after] = [was.get(id), now.get(id)];
    const changes = oneThing(kind, before, after, diff);
    return changes.map((change) => ({
      ...change,
      about: { kind, id },
      fromMs: undefined,
      untilMs: undefined,
    }));
  });
}

function oneThing<Thing>(
  kind: string,
  was: Thing | undefined,
  now: Thing | undefined,
  diff: (was: Thing, now: Thing) => readonly AspectChange[],
): readonly AspectChange[] {
  if (was !== undefined && now !== undefined) return diff(was, now);
  if (was === now) return [];
  return [{ effect: 'changes', words: now === undefined ? `takes away the ${kind}` : `adds the ${kind}` }];
}
