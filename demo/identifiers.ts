/** Identifiers in their real formats that no authority can ever issue, so that invented people stay invented. */

/** NHS numbers of the 999 range, which is set apart for test data; the first is 9990001006. */
export function nhsNumbers(count: number): string[] {
  const numbers: string[] = [];
  for (let serial = 100; numbers.length < count; serial += 7) {
    const nine = `999${String(serial).padStart(6, '0')}`;
    const check = nhsCheckDigit(nine);
    if (check !== undefined) numbers.push(nine + check);
  }
  return numbers;
}

/** The tenth digit by modulus 11, or undefined where the nine digits have none. */
export function nhsCheckDigit(nine: string): string | undefined {
  let sum = 0;
  for (let place = 0; place < 9; place += 1) sum += Number(nine[place]) * (10 - place);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? undefined : String(check);
}

/** Prefix QQ is in no series of National Insurance numbers. */
export function nationalInsuranceNumber(serial: number): string {
  // 7919 and 1 000 000 share no factor, so the numbers look scattered and never meet.
  const digits = String((serial * 7919) % 1_000_000).padStart(6, '0');
  return `QQ${digits}${'ABCD'[serial % 4]}`;
}

/** `ZZ9Z01`, `ZZ9Z02`, … `ZZ9Y01`: issued badge numbers never begin with ZZ9. */
export function blueBadgeNumber(serial: number): string {
  const letters = 'ZYXWVTSRQPNMLKJHGFDCBA';
  const letter = letters[Math.floor(serial / 99) % letters.length];
  return `ZZ9${letter}${String((serial % 99) + 1).padStart(2, '0')}`;
}

/** District ZZ99 holds the pseudo postcodes of the Office for National Statistics: no letter box has one. */
export function postcode(serial: number): string {
  const letters = 'ABDEFGHJLNPQRSTUWXYZ';
  const [first, second] = [letters[Math.floor(serial / 10) % 20], letters[Math.floor(serial / 200) % 20]];
  return `ZZ99 ${serial % 10}${first}${second}`;
}

/** A number that Ofcom keeps for drama, in no area. */
export function landline(serial: number): string {
  return `01632 960${String(serial % 1000).padStart(3, '0')}`;
}

/** A mobile number that Ofcom keeps for drama. */
export function mobile(serial: number): string {
  return `07700 900${String(serial % 1000).padStart(3, '0')}`;
}

/** Twelve digits above every allocated range. */
export function propertyReference(serial: number): string {
  return `9900${String(serial).padStart(8, '0')}`;
}

/** January 1999 is before the first asylum support reference was given out, in April 2000. */
export function asylumReference(serial: number): string {
  return `9901${String(serial).padStart(5, '0')}`;
}
