/** The invented staff of each organisation: one person for every role its file names, and a trainee with none of them. */
import type { Organisation } from '../src/domain/organisation.ts';

export interface StaffMember {
  /** Staff number: the `sub` of the tokens. */
  readonly number: string;
  readonly name: string;
  /** Role in the agreements' words; undefined where the agreements have no word for it. */
  readonly role: string | undefined;
  /** Role names as the organisation's own issuer writes them. */
  readonly issuerRoles: readonly string[];
}

const NAMES = [
  'Merryn Ashdown',
  'Kofi Larbalestier',
  'Sunniva Grange',
  'Piotr Hollis',
  'Anwen Okwuosa',
  'Rhodri Sten',
];

/** What the agreements call nothing at all, so that nothing can be permitted to it. */
export const TRAINEE = 'trainee';

/** The staff of one organisation, the same at every start. */
export function inventStaff(organisation: Organisation): StaffMember[] {
  const roles = [...(organisation.signIn?.roleNames ?? [])];
  const staff = roles.map(([issuerRole, role], place) => ({
    number: `staff-${1001 + place}`,
    name: NAMES[place % NAMES.length] ?? '',
    role,
    issuerRoles: [issuerRole],
  }));
  const trainee = { number: 'staff-1999', name: 'Jory Trevanion', role: undefined, issuerRoles: ['TRAINEE'] };
  return [...staff, trainee];
}

/** Whether `asked` names this member: by number, name, role, or the word for somebody without one. */
export function isNamed(member: StaffMember, asked: string): boolean {
  return [member.number, member.name, member.role ?? TRAINEE].includes(asked);
}
