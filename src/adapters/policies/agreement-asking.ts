/** Who may ask an agreement what, with what, and how often (docs/formats/agreement.md). */
import type { Limits, Rate } from '../../domain/agreement.ts';
import type { Dataset, Operation } from '../../domain/dataset.ts';
import type { Organisation } from '../../domain/organisation.ts';
import type { AgreementFile } from './agreement-schema.ts';
import type { DeclaredDataset } from './dataset-file.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';
import { rate } from './quantities.ts';

/**
 * Checks the operations and lookups against the dataset.
 *
 * @param seen names of the agreed fields.
 */
export function checkAsking(
  document: PolicyDocument,
  { what }: AgreementFile,
  declared: DeclaredDataset,
  seen: ReadonlySet<string>,
): void {
  const { id, operations, lookups } = declared.dataset;
  const using = what['they may ask using'];
  const known = [
    areKnown(document, 'they may', what['they may'], operations, `an operation of \`${id}\``),
    areKnown(document, 'they may ask using', using, lookups, `a lookup of \`${id}\``),
  ];
  if (known.includes(false)) return;
  const agreed = what['they may'].flatMap((name) => operations.get(name) ?? []);
  for (const [place, name] of using.entries()) {
    checkLookup(document, ['what', 'they may ask using', place], name, declared, agreed, seen);
  }
  for (const operation of agreed) {
    for (const name of operation.mustUse) {
      if (using.includes(name)) continue;
      const sentence = `\`${operation.name}\` must be asked with \`${name}\`, which is not agreed`;
      document.mistake(['what', 'they may ask using'], sentence, `add \`${name}\``);
    }
  }
  checkWrapper(document, what['they may see around the records'] ?? [], agreed);
}

function areKnown(
  document: PolicyDocument,
  key: string,
  names: readonly string[],
  known: ReadonlyMap<string, unknown>,
  noun: string,
): boolean {
  for (const [place, name] of names.entries()) {
    if (known.has(name)) continue;
    document.mistake(['what', key, place], `\`${name}\` is not ${noun}`, didYouMean(name, known.keys()));
  }
  return names.every((name) => known.has(name));
}

function checkLookup(
  document: PolicyDocument,
  at: DocumentPath,
  name: string,
  { fieldOfLookup, findsBy }: DeclaredDataset,
  operations: readonly Operation[],
  seen: ReadonlySet<string>,
): void {
  if (!operations.some((operation) => lookupsOf(operation).includes(name))) {
    document.mistake(at, `none of the agreed operations is asked with \`${name}\``, 'take it out');
    return;
  }
  // INVARIANT: nobody can search by a field that it may not see, since the number of answers would show its value.
  const field = fieldOfLookup.get(name);
  if (field === undefined || seen.has(field)) return;
  if (operations.some((operation) => findsBy.get(operation.name)?.includes(name) === true)) return;
  document.mistake(
    at,
    `\`${name}\` searches by \`${field}\`, which they may not see`,
    `take it out, or name \`${field}\` under \`they may see\``,
  );
}

function lookupsOf({ mustUse, query, body }: Operation): string[] {
  return [...mustUse, ...query.keys(), ...body.keys()];
}

function checkWrapper(
  document: PolicyDocument,
  names: readonly string[],
  operations: readonly Operation[],
): void {
  const known = new Set(operations.flatMap(({ wrapper }) => [...wrapper.keys()]));
  for (const [place, name] of names.entries()) {
    if (known.has(name)) continue;
    const at = ['what', 'they may see around the records', place];
    document.mistake(at, `nothing called \`${name}\` stands around the records`, didYouMean(name, known));
  }
}

/** Checks `who may look` against the consumer's file. */
export function checkWhoMayLook(document: PolicyDocument, file: AgreementFile, consumer: Organisation): void {
  const look = file['who may look'];
  const at = ['who may look'];
  const systemOnly = look['acting person'] === 'not needed';
  if (systemOnly !== (look['sign in'] === 'system account')) {
    document.mistake(
      [...at, 'sign in'],
      '`sign in` and `acting person` do not fit',
      systemOnly ? 'write `system account`' : 'write `work account with a second factor` or `work account`',
    );
  }
  if (!systemOnly && look.roles === undefined) {
    document.mistake(at, 'no role is named', 'add `roles:` and who may look');
  }
  checkRoles(document, look.roles ?? [], consumer, systemOnly);
  const systems = consumer.systems.map(({ id }) => id);
  for (const [place, system] of look.systems.entries()) {
    if (systems.includes(system)) continue;
    document.mistake(
      [...at, 'systems', place],
      `\`${system}\` is not a system of \`${consumer.id}\``,
      didYouMean(system, systems),
    );
  }
  const needsReason = look['must give']?.includes('reason') === true;
  if (needsReason && look['reasons allowed'] === undefined) {
    document.mistake(
      [...at, 'must give'],
      'a reason must be given, but none is allowed',
      'add `reasons allowed:`',
    );
  }
  if (
    look['sign in'] === 'work account with a second factor' &&
    consumer.signIn?.secondFactor === undefined
  ) {
    document.mistake(
      [...at, 'sign in'],
      `the file of \`${consumer.id}\` does not say how a second factor is shown`,
      'add `second factor is shown by:` to the sign in of that organisation',
    );
  }
}

function checkRoles(
  document: PolicyDocument,
  roles: readonly string[],
  { id, signIn }: Organisation,
  systemOnly: boolean,
): void {
  const known = new Set(signIn?.roleNames.values());
  for (const [place, role] of roles.entries()) {
    const at = ['who may look', 'roles', place];
    if (systemOnly) document.mistake(at, 'a system that acts for nobody has no role', 'take the roles out');
    else if (!known.has(role)) {
      document.mistake(at, `\`${role}\` is not among the role names of \`${id}\``, didYouMean(role, known));
    }
  }
}

/** The limits as numbers. Checks by the organisation are always limited; where several records can come, so is their number. */
export function readLimits(
  document: PolicyDocument,
  file: AgreementFile,
  dataset: Dataset,
  operations: readonly Operation[],
): Limits {
  const { limits } = file;
  const records = limits['records in one answer'];
  const many = operations.find(({ answer }) => answer === 'many records');
  if (many !== undefined && records === undefined) {
    document.mistake(
      ['limits'],
      `\`${many.name}\` can give many records, and their number is not limited`,
      'add `records in one answer:`',
    );
  }
  const byPerson = readRate(document, file, 'checks by one person');
  if (byPerson !== undefined && file['who may look']['acting person'] === 'not needed') {
    document.mistake(
      ['limits', 'checks by one person'],
      'nobody acts, so nobody can be counted',
      'take the line out',
    );
  }
  if (limits['checks by the organisation'] === undefined) {
    document.mistake(
      ['limits'],
      'how often the organisation may check is not limited',
      'add `checks by the organisation:`, such as `150 a day`',
    );
  }
  const differentPeople = readRate(document, file, 'different people looked up');
  if (differentPeople !== undefined && dataset.subjects.length === 0) {
    document.mistake(
      ['limits', 'different people looked up'],
      `\`${dataset.id}\` does not say by what people are told apart`,
      'add `subject references:` to the dataset, or take the line out',
    );
  }
  return {
    records: records ?? 1,
    byPerson,
    byOrganisation: readRate(document, file, 'checks by the organisation'),
    differentPeople,
  };
}

function readRate(
  document: PolicyDocument,
  { limits }: AgreementFile,
  key: 'checks by one person' | 'checks by the organisation' | 'different people looked up',
): Rate | undefined {
  const words = limits[key];
  if (words === undefined) return undefined;
  const read = rate(words);
  if (read === undefined) {
    document.mistake(
      ['limits', key],
      `\`${words}\` is not a number in an hour or a day`,
      'write such as `60 an hour` or `150 a day`',
    );
  }
  return read;
}
