/** Who of the invented people gets free school meals: what the stand-in engine finds out from other departments. */
import { ADULT_AGE, ageOf, type Household, type Town } from '../people.ts';

/** What a check is asked with; names as in the specification. */
export interface CheckAsked {
  readonly lastName: string;
  readonly dateOfBirth: string;
  readonly nationalInsuranceNumber?: string;
  readonly nationalAsylumSeekerServiceNumber?: string;
  readonly firstName?: string;
  readonly childFirstName?: string;
  readonly childLastName?: string;
  readonly childDateOfBirth?: string;
  readonly childSchoolURN?: string;
  readonly emailAddress?: string;
  readonly eligibilityEndDate?: string;
  readonly clientIdentifier?: string;
}

export interface Outcome {
  readonly status: 'eligible' | 'notEligible' | 'parentNotFound';
  readonly tier?: 'targeted' | 'expanded';
}

/** A function that finds the parent by number, family name and date of birth. */
export function eligibilityRegister(town: Town): (asked: CheckAsked) => Outcome {
  const outcomes = new Map<string, Outcome>();
  for (const household of town.households) {
    for (const parent of household.members) {
      const outcome = outcomeFor(household, parent.asylumReference !== undefined);
      for (const number of [parent.nino, parent.asylumReference]) {
        if (number !== undefined) outcomes.set(key(number, parent.familyName, parent.dateOfBirth), outcome);
      }
    }
  }
  return (asked) => {
    const number = asked.nationalInsuranceNumber ?? asked.nationalAsylumSeekerServiceNumber ?? '';
    const found = outcomes.get(key(number.replaceAll(' ', ''), asked.lastName, asked.dateOfBirth));
    return found ?? { status: 'parentNotFound' };
  };
}

function outcomeFor(household: Household, seeksAsylum: boolean): Outcome {
  const hasChild = household.members.some((member) => ageOf(member) < ADULT_AGE);
  if (!hasChild || !(household.onBenefits || seeksAsylum)) return { status: 'notEligible' };
  return { status: 'eligible', tier: household.band <= 'B' ? 'targeted' : 'expanded' };
}

function key(number: string, familyName: string, dateOfBirth: string): string {
  return `${number.toUpperCase()} ${dateOfBirth} ${familyName.toUpperCase()}`;
}
