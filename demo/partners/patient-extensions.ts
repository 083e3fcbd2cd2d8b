/** The FHIR extensions of a Patient as the Personal Demographics Service writes them (UK Core). */
import type { Person } from '../people.ts';
import type { Random } from '../random.ts';

export type Resource = Readonly<Record<string, unknown>>;

export const UK_CORE = 'https://fhir.hl7.org.uk';
export const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';

/** What the service says of a patient beside the resource's own members. */
export function extensions(person: Person, random: Random): Resource[] {
  const all: Resource[] = [
    {
      url: `${UK_CORE}/StructureDefinition/Extension-UKCore-NominatedPharmacy`,
      valueReference: { identifier: { system: ODS, value: random.pick(['Y23456', 'Y34567']) } },
    },
    { url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: birthPlace(random) },
  ];
  if (random.chance(5)) all.push(communication(random));
  if (random.chance(3)) all.push(contactPreference());
  if (random.chance(2)) all.push(removal());
  if (person.diedOn !== undefined) all.push(deathNotification(person.diedOn));
  return all;
}

function birthPlace(random: Random): Resource {
  return { city: random.pick(['Northmere', 'Westhaven']), district: 'Mereshire', country: 'GBR' };
}

function communication(random: Random): Resource {
  const [code, display] = random.pick([
    ['cy', 'Welsh'],
    ['pl', 'Polish'],
    ['q4', 'British Sign Language'],
  ] as const);
  return {
    url: `${UK_CORE}/StructureDefinition/Extension-UKCore-NHSCommunication`,
    extension: [
      { url: 'language', valueCodeableConcept: coding('UKCore-HumanLanguage', code, display) },
      { url: 'interpreterRequired', valueBoolean: random.chance(50) },
    ],
  };
}

function deathNotification(at: string): Resource {
  const display = 'Formal - death notice received from Registrar of Deaths';
  return {
    url: `${UK_CORE}/StructureDefinition/Extension-UKCore-DeathNotificationStatus`,
    extension: [
      {
        url: 'deathNotificationStatus',
        valueCodeableConcept: coding('UKCore-DeathNotificationStatus', '2', display),
      },
      { url: 'systemEffectiveDate', valueDateTime: at },
    ],
  };
}

function contactPreference(): Resource {
  return {
    url: `${UK_CORE}/StructureDefinition/Extension-UKCore-ContactPreference`,
    extension: [
      {
        url: 'PreferredWrittenCommunicationFormat',
        valueCodeableConcept: coding('UKCore-PreferredWrittenCommunicationFormat', '12', 'Braille'),
      },
      { url: 'PreferredContactTimes', valueString: 'Not after 7pm' },
    ],
  };
}

function removal(): Resource {
  return {
    url: 'https://fhir.nhs.uk/StructureDefinition/Extension-PDS-RemovalFromRegistration',
    extension: [
      {
        url: 'removalFromRegistrationCode',
        valueCodeableConcept: coding('PDS-RemovalReasonExitCode', 'SCT', 'Transferred to Scotland'),
      },
      {
        url: 'effectiveTime',
        valuePeriod: { start: '2025-01-01T00:00:00+00:00', end: '2026-12-31T00:00:00+00:00' },
      },
    ],
  };
}

/** A concept of one of the UK Core code systems. */
export function coding(system: string, code: string, display: string): Resource {
  return { coding: [{ system: `${UK_CORE}/CodeSystem/${system}`, version: '1.0.0', code, display }] };
}
