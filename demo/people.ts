/** About two thousand invented people in families at addresses, the same for the same seed. None of them can exist. */
import * as identifiers from './identifiers.ts';
import { KNOWN_HOUSEHOLDS } from './known-people.ts';
import { FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES, PRACTICES, STREETS, VILLAGES } from './names.ts';
import { type Random, seededRandom } from './random.ts';

export interface Person {
  readonly nhsNumber: string;
  /** Nobody under 16 has one. */
  readonly nino: string | undefined;
  readonly title: string | undefined;
  readonly givenNames: readonly string[];
  readonly familyName: string;
  readonly gender: 'female' | 'male' | 'other' | 'unknown';
  readonly dateOfBirth: string;
  readonly telephone: string | undefined;
  readonly mobile: string | undefined;
  readonly email: string | undefined;
  readonly practice: string;
  /** Whereabouts are kept from everybody but the health service (PDS confidentiality code R). */
  readonly restricted: boolean;
  /** The NHS number whose record answers in place of this one. */
  readonly supersededBy: string | undefined;
  /** An NHS number that this person had before. */
  readonly formerly: string | undefined;
  readonly asylumReference: string | undefined;
  readonly diedOn: string | undefined;
}

export interface Household {
  readonly uprn: string;
  readonly line1: string;
  readonly line2: string | undefined;
  readonly town: string;
  readonly postcode: string;
  /** Council tax band. */
  readonly band: string;
  /** Has a benefit that makes children eligible for school meals. */
  readonly onBenefits: boolean;
  /** The liable person first, then partners, then children. */
  readonly members: readonly Person[];
}

export interface Town {
  readonly seed: number;
  readonly households: readonly Household[];
  readonly people: readonly Person[];
}

/** The day that ages are reckoned from; a constant, so that no clock changes the people. */
export const RECKONED_FROM = '2026-09-01';
export const ADULT_AGE = 16;

/** The invented town: at least `count` people (the last family may go over). */
export function inventTown(seed = 20_261_123, count = 2000): Town {
  const random = seededRandom(seed, 'people');
  const numbers = identifiers.nhsNumbers(count + 20).values();
  const households: Household[] = [];
  let people = 0;
  while (people < count) {
    const household = inventHousehold(households.length, people, numbers, random);
    households.push(household);
    people += household.members.length;
  }
  return { seed, households, people: households.flatMap((household) => household.members) };
}

/** Whole years of age on the day that ages are reckoned from. */
export function ageOf(person: Pick<Person, 'dateOfBirth'>): number {
  const years = Number(RECKONED_FROM.slice(0, 4)) - Number(person.dateOfBirth.slice(0, 4));
  return person.dateOfBirth.slice(5) > RECKONED_FROM.slice(5) ? years - 1 : years;
}

function inventHousehold(
  index: number,
  serial: number,
  numbers: Iterator<string>,
  random: Random,
): Household {
  const known = KNOWN_HOUSEHOLDS[index];
  // Nothing that hides or ends a record befalls a known person by chance.
  const family = known?.known.map((given) => ({ ...SETTLED, ...given })) ?? inventFamily(random);
  const members = family.map((given, place) => inventPerson(given, serial + place, numbers, random));
  return {
    uprn: known?.uprn ?? identifiers.propertyReference(index + 1000),
    line1: known?.line1 ?? `${random.whole(16, 180)} ${random.pick(STREETS)}`,
    line2: known === undefined && random.chance(30) ? random.pick(VILLAGES) : undefined,
    town: 'Northmere',
    postcode: index < KNOWN_HOUSEHOLDS.length ? 'ZZ99 3VZ' : identifiers.postcode(index),
    band: known?.band ?? random.pick([...'AABBBBBBBCCCDDEFGH']),
    onBenefits: known?.onBenefits ?? random.chance(22),
    members,
  };
}

type Given = Partial<Person> & Pick<Person, 'givenNames' | 'familyName' | 'gender' | 'dateOfBirth'>;

const SETTLED = { restricted: false, diedOn: undefined, asylumReference: undefined } as const;

/** One or two adults who mostly share a name, and up to four children. */
function inventFamily(random: Random): Given[] {
  const familyName = random.pick(FAMILY_NAMES);
  const adults = random.chance(58) ? 2 : 1;
  const children = random.chance(45) ? random.whole(1, 4) : 0;
  const eldest = children > 0 ? random.whole(1972, 1998) : random.whole(1932, 2006);
  const family: Given[] = [];
  for (let adult = 0; adult < adults; adult += 1) {
    const ownName = adult > 0 && random.chance(30) ? random.pick(FAMILY_NAMES) : familyName;
    family.push(inventNameAndBirth(ownName, eldest + random.whole(0, 4), random));
  }
  for (let child = 0; child < children; child += 1) {
    family.push(inventNameAndBirth(familyName, random.whole(2012, 2024), random));
  }
  return family;
}

function inventNameAndBirth(familyName: string, year: number, random: Random): Given {
  const gender = random.chance(2) ? 'other' : random.chance(51) ? 'female' : 'male';
  const names = gender === 'male' ? MALE_NAMES : FEMALE_NAMES;
  const first = random.pick(names);
  const middle = random.pick(names);
  const month = String(random.whole(1, 12)).padStart(2, '0');
  const day = String(random.whole(1, 28)).padStart(2, '0');
  return {
    givenNames: random.chance(35) && middle !== first ? [first, middle] : [first],
    familyName,
    gender,
    dateOfBirth: `${year}-${month}-${day}`,
  };
}

function inventPerson(given: Given, serial: number, numbers: Iterator<string>, random: Random): Person {
  const isAdult = ageOf(given) >= ADULT_AGE;
  const isOld = given.dateOfBirth < '1950';
  return {
    nhsNumber: nextOf(numbers),
    nino: isAdult ? identifiers.nationalInsuranceNumber(serial + 1) : undefined,
    title: isAdult ? titleOf(given.gender, random) : undefined,
    telephone: isAdult && random.chance(60) ? identifiers.landline(serial) : undefined,
    mobile: isAdult && random.chance(80) ? identifiers.mobile(serial) : undefined,
    email: isAdult && random.chance(70) ? `resident${serial}@post.northmere.example` : undefined,
    practice: random.pick(PRACTICES),
    restricted: random.chance(2),
    supersededBy: undefined,
    formerly: undefined,
    asylumReference: isAdult && random.chance(1) ? identifiers.asylumReference(serial) : undefined,
    diedOn: isOld && random.chance(6) ? `2026-0${random.whole(1, 9)}-14T00:00:00+00:00` : undefined,
    ...given,
  };
}

function titleOf(gender: Person['gender'], random: Random): string {
  if (gender === 'male') return random.chance(6) ? 'Dr' : 'Mr';
  if (gender === 'female') return random.pick(['Ms', 'Mrs', 'Miss', 'Dr']);
  return 'Mx';
}

function nextOf(numbers: Iterator<string>): string {
  const next = numbers.next();
  if (next.done === true) throw new RangeError('no more NHS numbers are set apart');
  return next.value;
}
