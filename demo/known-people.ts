/** The few invented people whom the documents, the agreements' examples and the walk-through name. */
import type { Household, Person } from './people.ts';

/** NHS numbers that stand for a case each. */
export const KNOWN_NHS_NUMBERS = {
  /** Tomos Adeyemi: a full, unrestricted record. */
  unrestricted: '9990001006',
  /** Maren Halvorsen: her whereabouts are restricted, so address, telecom and practice are withheld at the source. */
  restricted: '9990001073',
  /** An old number of Idris Penhallow: the answer carries `supersededBy`. */
  superseded: '9990001146',
  supersededBy: '9990001219',
} as const;

/** Ines Marlowe holds the badge ZZ9Z01. */
export const KNOWN_BADGE_HOLDER_NINO = 'QQ654321A';

type Known = Partial<Person> & Pick<Person, 'givenNames' | 'familyName' | 'gender' | 'dateOfBirth'>;
type KnownHousehold = Partial<Household> & { readonly line1: string; readonly known: readonly Known[] };

/** Households in the order in which the first NHS numbers are given out. */
export const KNOWN_HOUSEHOLDS: readonly KnownHousehold[] = [
  {
    line1: '9 Sample Row',
    known: [
      {
        title: 'Mr',
        givenNames: ['Tomos'],
        familyName: 'Adeyemi',
        gender: 'male',
        dateOfBirth: '1944-11-03',
        telephone: '01632 960587',
      },
    ],
  },
  {
    line1: '2 Sample Row',
    known: [
      {
        title: 'Ms',
        givenNames: ['Maren', 'Sofie'],
        familyName: 'Halvorsen',
        gender: 'female',
        dateOfBirth: '1978-06-21',
        restricted: true,
      },
    ],
  },
  {
    line1: '7 Sample Row',
    known: [
      {
        title: 'Mr',
        givenNames: ['Idris'],
        familyName: 'Penhallow',
        gender: 'male',
        dateOfBirth: '1962-09-14',
        supersededBy: KNOWN_NHS_NUMBERS.supersededBy,
      },
      {
        title: 'Mr',
        givenNames: ['Idris', 'Jago'],
        familyName: 'Penhallow',
        gender: 'male',
        dateOfBirth: '1962-09-14',
        formerly: KNOWN_NHS_NUMBERS.superseded,
      },
    ],
  },
  {
    line1: '4 Sample Row',
    known: [
      {
        title: 'Mrs',
        givenNames: ['Ines'],
        familyName: 'Marlowe',
        gender: 'female',
        dateOfBirth: '1951-02-11',
        nino: KNOWN_BADGE_HOLDER_NINO,
        telephone: '01632 960114',
        email: 'ines@marlowe.example',
      },
    ],
  },
  {
    line1: '12 Sample Row',
    uprn: '990000000001',
    band: 'B',
    onBenefits: true,
    known: [
      {
        title: 'Ms',
        givenNames: ['Dana'],
        familyName: 'Holloway',
        gender: 'female',
        dateOfBirth: '1989-04-17',
        nino: 'QQ123456C',
        email: 'dana@holloway.example',
      },
      { givenNames: ['Remy'], familyName: 'Holloway', gender: 'male', dateOfBirth: '2018-09-02' },
    ],
  },
  {
    line1: '15 Sample Row',
    onBenefits: false,
    known: [
      {
        title: 'Mr',
        givenNames: ['Rafe'],
        familyName: 'Okonjo-Bell',
        gender: 'male',
        dateOfBirth: '1986-12-30',
        nino: 'QQ246810D',
      },
      { givenNames: ['Tilda'], familyName: 'Okonjo-Bell', gender: 'female', dateOfBirth: '2017-03-08' },
    ],
  },
];
