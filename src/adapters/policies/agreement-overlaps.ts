/** What must hold between agreements: one file for each version, and one agreement in force at any instant. */
import type { Agreement } from '../../domain/agreement.ts';
import type { PolicyDocument } from './policy-document.ts';

/** An agreement and the file that it stands in. */
export interface Filed {
  readonly agreement: Agreement;
  readonly document: PolicyDocument;
}

/**
 * INVARIANT: for one consumer, dataset, purpose and operation at most one agreement is in force at any instant, so no
 * decision depends on an order of agreements.
 */
export function checkTogether(filed: readonly Filed[]): void {
  const families = [...Map.groupBy(filed, ({ agreement }) => agreement.id).values()];
  for (const family of families) checkVersions(family);
  const told = new Set<string>();
  for (const group of GROUPS)
    refuseOverlaps(
      families.flatMap((family) => timesInForce(family, group)),
      told,
    );
}

/** Which versions count as signed, and which take the place of older ones. */
interface Group {
  readonly isSigned: (agreement: Agreement) => boolean;
  readonly takesPlace: (agreement: Agreement) => boolean;
}

/** Signed in truth; signed by the files' own word, so that people hear of it before they sign; and rehearsals. */
const GROUPS: readonly Group[] = [
  {
    isSigned: ({ signedByBoth }) => signedByBoth,
    takesPlace: ({ signedByBoth, signaturesBroken }) => signedByBoth || signaturesBroken,
  },
  { isSigned: saysSigned, takesPlace: saysSigned },
  { isSigned: ({ rehearsal }) => rehearsal, takesPlace: ({ rehearsal }) => rehearsal },
];

function saysSigned({ rehearsal, provider, consumer, words }: Agreement): boolean {
  const signed = (party: string) => words.signed?.some(({ organisation }) => organisation === party) === true;
  return !rehearsal && signed(provider) && signed(consumer);
}

function checkVersions(family: readonly Filed[]): void {
  const first = family[0];
  if (first === undefined) return;
  adviseOnOrder(family);
  for (const [place, { agreement, document }] of family.entries()) {
    const { id, version } = agreement;
    const twin = family.slice(0, place).find((other) => other.agreement.version === version);
    if (twin !== undefined) {
      const what = `version ${version} of ${id} stands in \`${twin.document.file}\` already`;
      document.mistake(['version'], what, 'give this file the next version');
    }
    for (const key of ['provider', 'consumer', 'dataset'] as const) {
      if (agreement[key] === first.agreement[key]) continue;
      const what = `the versions of ${id} have different parties or datasets (see \`${first.document.file}\`)`;
      document.mistake(['agreement'], what, 'give this agreement a number of its own');
      break;
    }
  }
}

/** Of two versions the higher counts from its start on, so that one that starts earlier leaves the lower no day. */
function adviseOnOrder(family: readonly Filed[]): void {
  const risen = family.toSorted((one, other) => one.agreement.version - other.agreement.version);
  for (const [place, { agreement, document }] of risen.entries()) {
    const below = risen[place - 1]?.agreement;
    if (below === undefined || below.rehearsal || agreement.rehearsal) continue;
    if (agreement.version === below.version || agreement.startsAtMs > below.startsAtMs) continue;
    document.advise(
      ['dates', 'starts'],
      `version ${agreement.version} starts no later than version ${below.version}, which then is never in force`,
      'start it later, or take the file of the lower version out',
    );
  }
}

interface TimeInForce extends Filed {
  readonly from: number;
  readonly until: number;
}

/** When each signed version is in force by the dates alone: until its end, or until a newer signed one starts. */
function timesInForce(family: readonly Filed[], { isSigned, takesPlace }: Group): TimeInForce[] {
  const placed = family.filter(({ agreement }) => takesPlace(agreement));
  return family
    .filter(({ agreement }) => isSigned(agreement))
    .map((one) => {
      const newer = placed.filter(({ agreement }) => agreement.version > one.agreement.version);
      const until = Math.min(one.agreement.endsAtMs, ...newer.map(({ agreement }) => agreement.startsAtMs));
      return { ...one, from: one.agreement.startsAtMs, until };
    });
}

function refuseOverlaps(times: readonly TimeInForce[], told: Set<string>): void {
  const byPermission = Map.groupBy(
    times.flatMap((time) => time.agreement.operations.map((operation) => ({ ...time, operation }))),
    ({ agreement, operation }) =>
      [agreement.consumer, agreement.dataset, agreement.purpose, operation].join('\n'),
  );
  for (const those of byPermission.values()) {
    those.sort((one, other) => one.from - other.from);
    let latest: (typeof those)[number] | undefined;
    for (const time of those) {
      if (time.until <= time.from) continue;
      if (latest !== undefined && time.from < latest.until && time.agreement.id !== latest.agreement.id) {
        const overlap = [time.document.file, latest.document.file, time.operation].join('\n');
        if (!told.has(overlap)) refuseOverlap(time, latest, time.operation);
        told.add(overlap);
      }
      if (latest === undefined || time.until > latest.until) latest = time;
    }
  }
}

function refuseOverlap(time: TimeInForce, other: TimeInForce, operation: string): void {
  const { agreement, document } = time;
  document.mistake(
    ['dates', 'starts'],
    `${other.agreement.id} is in force at the same time for \`${operation}\` and the purpose \`${agreement.purpose}\``,
    'change the dates, the purpose or the operations of one of the two',
  );
}
