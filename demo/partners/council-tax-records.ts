/** Council tax accounts of the invented households, with the fields of the National Fraud Initiative's specification. */
import { ADULT_AGE, ageOf, type Household, type Person, type Town } from '../people.ts';
import { type Random, seededRandom } from '../random.ts';

export type Account = Readonly<Record<string, string | number | null>>;

/** A year's tax of each band in pence. */
const AMOUNT_PENCE: Readonly<Record<string, number>> = {
  A: 147798,
  B: 172431,
  C: 197064,
  D: 221697,
  E: 270963,
  F: 320229,
  G: 369495,
  H: 443394,
};

/** One account for each household, in the order of the addresses. */
export function councilTaxRecords(town: Town): Account[] {
  const random = seededRandom(town.seed, 'council tax');
  return town.households.map((household, serial) => account(household, serial, random));
}

function account(household: Household, serial: number, random: Random): Account {
  const adults = household.members.filter(
    (member) => ageOf(member) >= ADULT_AGE && member.supersededBy === undefined,
  );
  const amountPence = AMOUNT_PENCE[household.band] ?? 0;
  const known = household.uprn === '990000000001';
  const discount = known ? DANA_HOLLOWAY : discounts(adults, random);
  const reduction = discount.discountType === 'SPD' ? Math.round(amountPence / 4) : 0;
  const isAway = random.chance(4);
  return {
    accountReference: known ? 'NM-880214-7' : `NM-${880300 + serial}-${serial % 10}`,
    uprn: household.uprn,
    ...liable(adults[0]),
    address1: household.line1,
    address2: household.line2 ?? null,
    address3: household.town,
    address4: 'Mereshire',
    postcode: household.postcode,
    ...otherLiable(adults[1]),
    ...discount,
    benefitRecipient: household.onBenefits ? 'Y' : 'N',
    band: household.band,
    amountPence,
    discountAmountPence: discount.exemptionType === null ? reduction : amountPence,
    arrearsPence: known ? 38210 : random.chance(18) ? random.whole(1500, 180000) : 0,
    billingAddress1: isAway ? 'Flat 3, Trial Court' : null,
    billingAddress2: isAway ? 'Proof Avenue' : null,
    billingAddress3: isAway ? 'Westhaven' : null,
    billingAddress4: isAway ? 'Mereshire' : null,
    billingPostcode: isAway ? 'ZZ99 4XZ' : null,
  };
}

type Discounts = Readonly<
  Record<
    | 'discountStartDate'
    | 'discountExpiryDate'
    | 'discountType'
    | 'disregardType'
    | 'exemptionType'
    | 'disabledReductionIndicator',
    string | null
  >
>;

const NO_DISCOUNT: Discounts = {
  discountStartDate: null,
  discountExpiryDate: null,
  discountType: null,
  disregardType: null,
  exemptionType: null,
  disabledReductionIndicator: 'N',
};

const DANA_HOLLOWAY: Discounts = {
  ...NO_DISCOUNT,
  discountStartDate: '2024-04-01',
  discountType: 'SPD',
  disregardType: 'SMI',
  disabledReductionIndicator: 'Y',
};

function discounts(adults: readonly Person[], random: Random): Discounts {
  const disabledReductionIndicator = random.chance(5) ? 'Y' : 'N';
  const discountStartDate = `20${random.whole(15, 26)}-04-01`;
  if (random.chance(3)) {
    const exemptionType = random.pick(['F', 'N', 'U', 'W']);
    const discountExpiryDate = random.chance(50) ? '2027-03-31' : null;
    return {
      ...NO_DISCOUNT,
      discountStartDate,
      discountExpiryDate,
      exemptionType,
      disabledReductionIndicator,
    };
  }
  if (adults.length > 1) return { ...NO_DISCOUNT, disabledReductionIndicator };
  const disregardType = random.chance(8) ? random.pick(['SMI', 'STU', 'CARER', 'APP']) : null;
  return {
    ...NO_DISCOUNT,
    discountStartDate,
    discountType: 'SPD',
    disregardType,
    disabledReductionIndicator,
  };
}

function liable(person: Person | undefined): Account {
  return {
    title: person?.title ?? null,
    surname: person?.familyName ?? null,
    forename: person?.givenNames[0] ?? null,
    middleName: person?.givenNames[1] ?? null,
    dateOfBirth: person?.dateOfBirth ?? null,
  };
}

function otherLiable(person: Person | undefined): Account {
  return {
    otherLiableTitle: person?.title ?? null,
    otherLiableSurname: person?.familyName ?? null,
    otherLiableForename: person?.givenNames[0] ?? null,
    otherLiableMiddleName: person?.givenNames[1] ?? null,
    otherLiableDateOfBirth: person?.dateOfBirth ?? null,
  };
}
