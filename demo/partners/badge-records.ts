/** Blue Badges of the invented people, with every member of the badge management specification (version 1.1.0). */
import { blueBadgeNumber, landline } from '../identifiers.ts';
import { KNOWN_BADGE_HOLDER_NINO } from '../known-people.ts';
import { ADULT_AGE, ageOf, type Household, type Person, type Town } from '../people.ts';
import { type Random, seededRandom } from '../random.ts';

export interface Badge {
  readonly badgeNumber: string;
  readonly party: Party;
  readonly localAuthorityShortCode: string;
  readonly localAuthorityRef: string;
  readonly applicationDate: string;
  readonly applicationChannelCode: string;
  readonly orderDate: string;
  readonly issuedDate: string | undefined;
  readonly printRequestDateTime: string | undefined;
  readonly startDate: string;
  readonly expiryDate: string;
  readonly eligibilityCode: string | undefined;
  readonly notForReassessment: boolean | undefined;
  readonly imageLink: string | undefined;
  readonly cancelReasonCode: string | undefined;
  readonly replaceReasonCode: string | undefined;
  readonly rejectedReason: string | undefined;
  readonly statusCode: string;
}

interface Party {
  readonly typeCode: 'PERSON' | 'ORG';
  readonly contact: Readonly<Record<string, string | undefined>>;
  readonly person?: {
    readonly badgeHolderName: string;
    readonly nino: string | undefined;
    readonly dob: string;
    readonly genderCode: string;
  };
  readonly organisation?: { readonly badgeHolderName: string };
}

const ELIGIBILITY = ['PIP', 'PIP', 'DLA', 'AFRFCS', 'WPMS', 'BLIND', 'WALKD', 'WALKD', 'ARMS', 'TERMILL'];
const STATUSES = [
  'ISSUED',
  'ISSUED',
  'ISSUED',
  'ISSUED',
  'ISSUED',
  'PROCESSED',
  'ORDERED',
  'CANCELLED',
  'REPLACED',
];
const ORGANISATIONS = ['Mereside Day Centre', 'Northmere Community Transport', 'The Larches Care Home'];

/** The badges of a town: the first, ZZ9Z01, is Ines Marlowe's; about one adult in nine holds one. */
export function badgeRecords(town: Town): Badge[] {
  const random = seededRandom(town.seed, 'badges');
  const holders = town.households.flatMap((household) =>
    household.members.filter((person) => mayHold(person, random)).map((person) => ({ person, household })),
  );
  // The sort is stable: the holder whom the documents name comes first, the others stay in order.
  holders.sort((one, other) => Number(isFirst(other.person)) - Number(isFirst(one.person)));
  const badges = holders.map(({ person, household }, serial) =>
    personalBadge(person, household, serial, random),
  );
  for (const name of ORGANISATIONS) badges.push(organisationBadge(name, badges.length, random));
  return badges;
}

function isFirst(person: Person): boolean {
  return person.nino === KNOWN_BADGE_HOLDER_NINO;
}

function mayHold(person: Person, random: Random): boolean {
  if (person.supersededBy !== undefined || person.diedOn !== undefined) return false;
  const age = ageOf(person);
  return random.chance(age >= 70 ? 30 : age >= ADULT_AGE ? 9 : 2) || isFirst(person);
}

function personalBadge(person: Person, household: Household, serial: number, random: Random): Badge {
  const name = [person.givenNames[0], person.familyName].join(' ');
  const first = isFirst(person);
  const isChild = ageOf(person) < ADULT_AGE;
  const party: Party = {
    typeCode: 'PERSON',
    contact: {
      fullName: isChild ? `Parent of ${name}` : name,
      buildingStreet: household.line1,
      line2: household.line2,
      townCity: household.town,
      postCode: household.postcode,
      primaryPhoneNumber: person.telephone ?? person.mobile ?? landline(serial),
      secondaryPhoneNumber: person.telephone === undefined ? undefined : person.mobile,
      emailAddress: person.email,
    },
    person: {
      badgeHolderName: name,
      nino: person.nino,
      dob: person.dateOfBirth,
      genderCode: genderCode(person.gender),
    },
  };
  const statusCode = first ? 'ISSUED' : random.pick(STATUSES);
  const eligibilityCode = first
    ? 'WALKD'
    : isChild
      ? random.pick(['CHILDBULK', 'CHILDVEHIC'])
      : random.pick(ELIGIBILITY);
  return {
    ...dates(first ? '2025' : String(random.whole(2024, 2026)), statusCode),
    ...ending(statusCode, random),
    badgeNumber: blueBadgeNumber(serial),
    party,
    localAuthorityShortCode: 'NMERE',
    localAuthorityRef: `NM-${4471 + serial}`,
    applicationChannelCode: first ? 'ONLINE' : random.pick(['ONLINE', 'PAPER', 'PHONE', 'IN_PERSON']),
    eligibilityCode,
    notForReassessment: ['WALKD', 'ARMS'].includes(eligibilityCode) ? random.chance(20) : undefined,
    imageLink: `https://images.northmere.example/badges/${blueBadgeNumber(serial)}.jpg`,
    rejectedReason: undefined,
    statusCode,
  };
}

function organisationBadge(name: string, serial: number, random: Random): Badge {
  return {
    ...dates(String(random.whole(2024, 2026)), 'ISSUED'),
    ...ending('ISSUED', random),
    badgeNumber: blueBadgeNumber(serial),
    party: {
      typeCode: 'ORG',
      contact: {
        fullName: name,
        buildingStreet: `${random.whole(1, 90)} Specimen Street`,
        townCity: 'Northmere',
        postCode: 'ZZ99 3WZ',
        primaryPhoneNumber: landline(serial),
        emailAddress: `office${serial}@transport.example`,
      },
      organisation: { badgeHolderName: name },
    },
    localAuthorityShortCode: 'NMERE',
    localAuthorityRef: `NM-${4471 + serial}`,
    applicationChannelCode: 'PAPER',
    eligibilityCode: undefined,
    notForReassessment: undefined,
    imageLink: undefined,
    rejectedReason: undefined,
    statusCode: 'ISSUED',
  };
}

type Dates = Pick<
  Badge,
  'applicationDate' | 'orderDate' | 'issuedDate' | 'printRequestDateTime' | 'startDate' | 'expiryDate'
>;

function dates(year: string, statusCode: string): Dates {
  const isPrinted = !['ORDERED', 'PROCESSED'].includes(statusCode);
  return {
    applicationDate: `${year}-01-06`,
    orderDate: `${year}-01-20`,
    printRequestDateTime: statusCode === 'ORDERED' ? undefined : `${year}-01-21T20:00:00`,
    issuedDate: isPrinted ? `${year}-01-24T09:00:00` : undefined,
    startDate: `${year}-02-01`,
    expiryDate: `${Number(year) + 3}-01-31`,
  };
}

function ending(statusCode: string, random: Random): Pick<Badge, 'cancelReasonCode' | 'replaceReasonCode'> {
  return {
    cancelReasonCode:
      statusCode === 'CANCELLED' ? random.pick(['REVOKE', 'DECEASE', 'NOLONG', 'UNDELIVER']) : undefined,
    replaceReasonCode: statusCode === 'REPLACED' ? random.pick(['STOLE', 'LOST', 'DAMAGED']) : undefined,
  };
}

function genderCode(gender: Person['gender']): string {
  return gender === 'female' ? 'FEMALE' : gender === 'male' ? 'MALE' : 'UNSPECIFIE';
}
