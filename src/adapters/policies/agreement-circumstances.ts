/** When, from where and how trained people may look, and in what emergency (docs/formats/agreement.md). */
import type { Agreement } from '../../domain/agreement.ts';
import type { Dataset } from '../../domain/dataset.ts';
import type { EmergencyAccess, PlaceRule, TrainingRule } from '../../domain/evidence.ts';
import { type Hours, readHours } from '../../domain/hours.ts';
import { type Network, readNetwork } from '../../domain/network.ts';
import type { Organisation } from '../../domain/organisation.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

export type Circumstances = Pick<Agreement, 'hours' | 'place' | 'training' | 'emergency' | 'optOutApplies'>;

/** Reads them; what is wrong is recorded in the document. */
export function readCircumstances(
  document: PolicyDocument,
  file: AgreementFile,
  consumer: Organisation,
  dataset: Dataset,
): Circumstances {
  return {
    hours: hoursOf(document, file),
    place: placeOf(document, file, consumer),
    training: trainingOf(document, file, consumer),
    emergency: emergencyOf(document, file, consumer),
    optOutApplies: optOutOf(document, file, dataset),
  };
}

function hoursOf(document: PolicyDocument, file: AgreementFile): Hours | undefined {
  const { when } = file['who may look'];
  if (when === undefined || when === 'at any time') return undefined;
  const hours = readHours(when);
  if (hours === undefined) {
    document.mistake(
      ['who may look', 'when'],
      `\`${when}\` does not say days and hours`,
      'write such as `every day, 07:00 to 23:00`, `Monday to Friday, 08:00 to 18:00` or `at any time`',
    );
  }
  return hours;
}

const PLACE = ['who may look', 'from'];
const TRAINING = ['who may look', 'training in date'];

function placeOf(
  document: PolicyDocument,
  file: AgreementFile,
  consumer: Organisation,
): PlaceRule | undefined {
  const { from } = file['who may look'];
  if (from === undefined) return undefined;
  if (typeof from === 'string') {
    const write = `write \`{place: ${from}, shown by: {claim: …, is: […]}}\`, \`shown by: {networks: […]}\` or \`reported: …\``;
    return refused(document, PLACE, 'nothing says how the place is shown', write);
  }
  const { place, reported, 'shown by': shown } = from;
  if ((shown === undefined) === (reported === undefined)) {
    return refused(document, PLACE, 'a place is either shown or reported', ONE_OF_THEM);
  }
  if (shown === undefined) return { place, shownBy: { kind: 'reported' } };
  const { claim, is, networks } = shown;
  if (networks !== undefined && claim === undefined && is === undefined) {
    return { place, shownBy: { kind: 'networks', networks: networksOf(document, networks) } };
  }
  if (claim === undefined || is === undefined || networks !== undefined) {
    const write = 'write `{claim: …, is: […]}` or `{networks: […]}`';
    return refused(document, [...PLACE, 'shown by'], 'a place is shown by a claim or by networks', write);
  }
  checkClaim(document, [...PLACE, 'shown by', 'claim'], claim, consumer);
  return { place, shownBy: { kind: 'claim', claim, is } };
}

const ONE_OF_THEM = 'give `shown by:` or `reported:`';

function networksOf(document: PolicyDocument, lines: readonly string[]): readonly Network[] {
  return lines.flatMap((line, place) => {
    const network = readNetwork(line);
    if (network !== undefined) return network;
    document.mistake(
      [...PLACE, 'shown by', 'networks', place],
      `\`${line}\` is not a network`,
      'write an address and the length of its prefix, such as `192.0.2.0/24`, with no bits set behind the prefix',
    );
    return [];
  });
}

function trainingOf(
  document: PolicyDocument,
  file: AgreementFile,
  consumer: Organisation,
): TrainingRule | undefined {
  const look = file['who may look'];
  const training = look['training in date'];
  if (training === undefined) return undefined;
  if (typeof training === 'string') {
    const write = 'write `{shown by: {claim: …}}` or `{reported: …}`';
    return refused(document, TRAINING, 'nothing says how the training is shown', write);
  }
  if (look['acting person'] === 'not needed') {
    return refused(document, TRAINING, 'nobody acts, so nobody can be trained', 'take the line out');
  }
  const { reported, 'shown by': shown } = training;
  if ((shown === undefined) === (reported === undefined)) {
    return refused(document, TRAINING, 'training is either shown or reported', ONE_OF_THEM);
  }
  if (shown === undefined) return { shownBy: { kind: 'reported' } };
  checkClaim(document, [...TRAINING, 'shown by', 'claim'], shown.claim, consumer);
  return { shownBy: { kind: 'claim', claim: shown.claim } };
}

function checkClaim(
  document: PolicyDocument,
  at: DocumentPath,
  claim: string,
  { id, signIn }: Organisation,
): void {
  const known = [...(signIn?.evidenceClaims.keys() ?? [])];
  if (known.includes(claim)) return;
  const what = `\`${claim}\` is not among the \`evidence claims\` of \`${id}\``;
  document.mistake(
    at,
    what,
    known.length > 0
      ? didYouMean(claim, known)
      : 'add `evidence claims:` to the sign in of that organisation',
  );
}

function emergencyOf(
  document: PolicyDocument,
  file: AgreementFile,
  { id, signIn }: Organisation,
): EmergencyAccess | undefined {
  const words = file['emergency access'];
  if (words === 'not allowed') return undefined;
  const at = 'emergency access';
  const roles = new Set(signIn?.roleNames.values());
  for (const [place, role] of words['who may use it'].entries()) {
    if (roles.has(role)) continue;
    const what = `\`${role}\` is not among the role names of \`${id}\``;
    document.mistake([at, 'who may use it', place], what, didYouMean(role, roles));
  }
  for (const [place, line] of words.widens.entries()) {
    if (!words['never widens'].includes(line) && line !== 'they may see') continue;
    const what = `an emergency cannot widen \`${line}\``;
    document.mistake([at, 'widens', place], what, 'take it out: no emergency shows other fields');
  }
  return {
    allowedFor: words['allowed for'],
    roles: words['who may use it'],
    widens: words.widens,
    neverWidens: words['never widens'],
    reviewedBy: words['reviewed by'],
    reviewedWithin: words['reviewed within'],
  };
}

function optOutOf(document: PolicyDocument, file: AgreementFile, { id, subjects }: Dataset): boolean {
  const applies = file['health and care']?.['national data opt-out'] === 'applies';
  if (applies && subjects.length === 0) {
    document.mistake(
      ['health and care', 'national data opt-out'],
      `\`${id}\` does not say whom a record is about, so nobody can be left out of it`,
      'add `subject references:` to the dataset',
    );
  }
  return applies;
}

function refused(document: PolicyDocument, at: DocumentPath, what: string, write: string): undefined {
  document.mistake(at, what, write);
  return undefined;
}
