/** FHIR R4 Patient resources of the invented people, shaped as the Personal Demographics Service writes them. */

import type { Household, Person, Town } from '../people.ts';
import { type Random, seededRandom } from '../random.ts';
import { coding, extensions, ODS, type Resource, UK_CORE } from './patient-extensions.ts';

/** The resource that answers for each NHS number: a superseded number is answered with the record that replaced it. */
export function patientRecords(town: Town): Map<string, Resource> {
  const random = seededRandom(town.seed, 'patients');
  const records = new Map<string, Resource>();
  for (const household of town.households) {
    for (const person of household.members) records.set(person.nhsNumber, patient(person, household, random));
  }
  for (const person of town.people) {
    const replacement = person.supersededBy === undefined ? undefined : records.get(person.supersededBy);
    if (replacement !== undefined) records.set(person.nhsNumber, replacement);
  }
  return records;
}

function patient(person: Person, household: Household, random: Random): Resource {
  const whereabouts = {
    generalPractitioner: [
      { id: entryId(random), type: 'Organization', identifier: ods(person.practice, random) },
    ],
    telecom: telecoms(person, random),
    address: addresses(household, random.chance(6)),
  };
  const contact = random.chance(40) ? [emergencyContact(person, household, random)] : undefined;
  return {
    resourceType: 'Patient',
    id: person.nhsNumber,
    identifier: [nhsNumber(person)],
    meta: {
      versionId: String(random.whole(1, 9)),
      security: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
          code: person.restricted ? 'R' : 'U',
          display: person.restricted ? 'restricted' : 'unrestricted',
        },
      ],
    },
    name: names(person, random),
    gender: person.gender,
    birthDate: person.dateOfBirth,
    multipleBirthInteger: random.chance(3) ? random.whole(1, 2) : undefined,
    deceasedDateTime: person.diedOn,
    managingOrganization: { type: 'Organization', identifier: ods(person.practice, random) },
    extension: extensions(person, random),
    // The source itself withholds the whereabouts of a restricted person.
    ...(person.restricted ? {} : { ...whereabouts, contact }),
  };
}

function nhsNumber(person: Person): Resource {
  return {
    system: 'https://fhir.nhs.uk/Id/nhs-number',
    value: person.nhsNumber,
    extension: [
      {
        url: `${UK_CORE}/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus`,
        valueCodeableConcept: coding(
          'UKCore-NHSNumberVerificationStatus',
          '01',
          'Number present and verified',
        ),
      },
    ],
  };
}

function names(person: Person, random: Random): Resource[] {
  const usual = {
    id: '1',
    use: 'usual',
    period: { start: person.dateOfBirth },
    given: person.givenNames,
    family: person.familyName,
    prefix: person.title === undefined ? undefined : [person.title],
    suffix: random.chance(2) ? ['MBE'] : undefined,
  };
  if (!random.chance(8)) return [usual];
  const nickname = (person.givenNames[0] ?? '').slice(0, 3);
  return [
    usual,
    {
      id: '2',
      use: 'nickname',
      period: { start: '2001-01-01', end: '2030-12-31' },
      given: [nickname],
      family: person.familyName,
    },
  ];
}

function telecoms(person: Person, random: Random): Resource[] {
  const since = { start: '2020-01-01' };
  const all = [
    { id: '1', period: since, system: 'phone', value: person.telephone?.replaceAll(' ', ''), use: 'home' },
    { id: '2', period: since, system: 'phone', value: person.mobile?.replaceAll(' ', ''), use: 'mobile' },
    { id: '3', period: since, system: 'email', value: person.email, use: 'home' },
  ];
  const reachable = all.filter((telecom) => telecom.value !== undefined);
  const [first] = reachable;
  return first?.system === 'phone' && random.chance(2) ? [...reachable, textphone(first)] : reachable;
}

function textphone(phone: Resource): Resource {
  return {
    ...phone,
    id: 'OC1',
    period: { start: '2020-01-01', end: '2027-12-31' },
    system: 'other',
    extension: [
      {
        url: `${UK_CORE}/StructureDefinition/Extension-UKCore-OtherContactSystem`,
        valueCoding: {
          system: `${UK_CORE}/CodeSystem/UKCore-OtherContactSystem`,
          code: 'textphone',
          display: 'Minicom (Textphone)',
        },
      },
    ],
  };
}

function addresses(household: Household, hasTemporary: boolean): Resource[] {
  const lines = [household.line1, household.line2, household.town].filter((line) => line !== undefined);
  const home = {
    id: '1',
    period: { start: '2019-04-01' },
    use: 'home',
    line: lines,
    postalCode: household.postcode,
    extension: [addressKey('PAF', household.uprn.slice(4)), addressKey('UPRN', household.uprn)],
  };
  const temporary = {
    id: '2',
    period: { start: '2026-08-01', end: '2027-06-30' },
    use: 'temp',
    text: 'Student Accommodation',
    line: ['Room 12', 'Proof Avenue', 'Westhaven'],
    postalCode: 'ZZ99 4WZ',
  };
  return hasTemporary ? [home, temporary] : [home];
}

function addressKey(type: string, value: string): Resource {
  return {
    url: `${UK_CORE}/StructureDefinition/Extension-UKCore-AddressKey`,
    extension: [
      {
        url: 'type',
        valueCoding: { system: `${UK_CORE}/CodeSystem/UKCore-AddressKeyType`, code: type },
      },
      { url: 'value', valueString: value },
    ],
  };
}

/** Eight hexadecimal digits that mean nothing. */
function entryId(random: Random): string {
  return random.whole(0x1000_0000, 0x7fff_ffff).toString(16).toUpperCase();
}

/** Another person's number stands in it: data about somebody who was not asked about. */
function emergencyContact(person: Person, household: Household, random: Random): Resource {
  const other = household.members.find((member) => member !== person && member.mobile !== undefined);
  return {
    id: 'C1',
    period: random.chance(10) ? { start: '2024-01-01', end: '2028-12-31' } : { start: '2024-01-01' },
    relationship: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v2-0131',
            code: 'C',
            display: 'Emergency Contact',
          },
        ],
      },
    ],
    telecom: [{ system: 'phone', value: (other?.mobile ?? '01632 960599').replaceAll(' ', '') }],
  };
}

function ods(code: string, random: Random): Resource {
  // A period that has ended is rare: whoever left a practice is mostly with another.
  const period = random.chance(4) ? { start: '2020-01-01', end: '2027-03-31' } : { start: '2020-01-01' };
  return { system: ODS, value: code, period };
}
