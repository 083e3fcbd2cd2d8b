/** The lawful basis of each party, and what each basis needs said (UK GDPR Article 6 and Annex 1). */
import type { Organisation } from '../../domain/organisation.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { LEGAL_DATA, legalWord, missingFor } from './legal-words.ts';
import type { PolicyDocument } from './policy-document.ts';

export const SIDES = ['shared by', 'shared with'] as const;
export type Side = (typeof SIDES)[number];

export type Basis = Exclude<AgreementFile['law']['lawful basis'][Side], string>;

/** The basis of one side as one word. */
export function basisOf(file: AgreementFile, side: Side): string {
  return basisSaid(file, side).basis;
}

/** The basis of one side with all that is said of it. */
export function basisSaid(file: AgreementFile, side: Side): Basis {
  const said = file.law['lawful basis'][side];
  return typeof said === 'string' ? { basis: said } : said;
}

/** Records what the basis of one side lacks, and the basis itself where that party cannot rely on it. */
export function checkBasis(
  document: PolicyDocument,
  file: AgreementFile,
  party: Organisation,
  side: Side,
): void {
  const said = basisSaid(file, side);
  const basis = legalWord(LEGAL_DATA['lawful bases'], said.basis);
  const at = ['law', 'lawful basis', side];
  if (basis?.['needs a power'] === true && (file.law.powers ?? []).length === 0) {
    document.mistake(at, `\`${said.basis}\` needs a power or duty in law`, 'name it in `powers`');
  }
  const refused = basis?.['not for public tasks'] === true && party.publicAuthority;
  if (refused && said['outside our public tasks'] === undefined) {
    document.mistake(
      at,
      `a public authority cannot rely on \`${said.basis}\` for its tasks (Data (Use and Access) Act 2025, section 70)`,
      'write `public task`, or `outside our public tasks:` and the reason',
    );
    return;
  }
  checkWhatFits(document, said, side);
  const condition = legalWord(LEGAL_DATA['recognised interests'], said.condition);
  for (const [key, write] of [...missingFor(basis, said), ...missingFor(condition, said)]) {
    document.mistake(at, `\`${said.basis}\` needs \`${key}\``, write);
  }
  if (said.basis === 'consent' && file.people['opt-out route'] === undefined) {
    document.mistake(
      at,
      '`consent` can be withdrawn, and nothing says how',
      'add `opt-out route:` to `people`',
    );
  }
}

/** A key of another basis would be read as a promise that nobody keeps. */
function checkWhatFits(document: PolicyDocument, said: Basis, side: Side): void {
  const at = ['law', 'lawful basis', side];
  const misplaced = [
    ['condition', said.condition, 'recognised legitimate interest'],
    ['assessment reference', said['assessment reference'], 'legitimate interests'],
    ['consent record', said['consent record'], 'consent'],
  ] as const;
  for (const [key, value, basis] of misplaced) {
    if (value === undefined || said.basis === basis) continue;
    document.mistakenKey([...at, key], `\`${key}\` goes with \`${basis}\` only`, 'take it out');
  }
}
