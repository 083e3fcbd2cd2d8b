/** The schema of an organisation file (docs/formats/organisation.md). */
import { z } from 'zod';
import { day, email, id, listOf, oneOf, section, text, textLike, webAddress } from './schema-parts.ts';

const telephone = textLike(/^\+?[0-9][0-9 ]{6,19}$/, 'write a telephone number between quotes');
const claim = textLike(/^[A-Za-z0-9_:/.-]{1,200}$/, 'write the name of a claim');

const contact = section({ name: text, email: email.optional(), telephone: telephone.optional() });

const identifiers = section({
  'ico registration': textLike(/^Z[AB]?\d{6,7}$/, 'write Z, ZA or ZB and the digits').optional(),
  'ons code': textLike(/^[EWSN]\d{8}$/, 'write a letter and eight digits').optional(),
  'local authority code': textLike(/^[A-Z0-9]{2,10}$/, 'use capital letters and digits').optional(),
  'nhs organisation code': textLike(/^[A-Z0-9]{3,10}$/, 'use capital letters and digits').optional(),
  'dfe number': textLike(/^\d{3}(?:\/?\d{4})?$/, 'write three digits, or seven').optional(),
  'dft short code': textLike(/^[A-Z]{5}$/, 'write five capital letters').optional(),
  'school number': textLike(/^\d{6}$/, 'write six digits between quotes').optional(),
});

const assurance = section({
  'cyber assessment framework': section({ result: text, date: day }).or(text).optional(),
  'cyber essentials': section({ level: oneOf(['basic', 'plus']), expires: day })
    .or(text)
    .optional(),
  'security and protection toolkit': section({ result: text, date: day }).or(text).optional(),
  psn: text.optional(),
});

const signIn = section({
  issuer: webAddress,
  audience: textLike(/^[\x21-\x7e]{1,200}$/, 'write the audience without spaces'),
  'rehearsal audience': textLike(/^[\x21-\x7e]{1,200}$/, 'write the audience without spaces').optional(),
  'token profile': oneOf(['rfc9068', 'entra-id', 'keycloak']).optional(),
  'signed using': listOf(
    oneOf(['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'RS384', 'RS512']),
  ).optional(),
  scope: textLike(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'write one scope without spaces').optional(),
  'longest token life': text.optional(),
  'staff number is in': claim.optional(),
  'role is in': claim.optional(),
  'second factor is shown by': section({ claim, includes: text }).optional(),
  'evidence claims': z
    .record(
      textLike(/^[a-z][a-z0-9 _-]{0,49}$/, 'use small letters, digits, spaces, hyphens and underscores'),
      claim,
    )
    .optional(),
  'role names': z.record(z.string(), text).optional(),
  'opaque tokens': section({
    'asked with': oneOf(['private key jwt', 'mutual tls', 'client secret basic', 'client secret post']),
    secret: textLike(/^[A-Z][A-Z0-9_]{0,62}$/, 'use capital letters, digits and underscores'),
    'answers remembered for': text.optional(),
  }).optional(),
  'told apart by': section({ claim, is: text }).optional(),
  'person assertions': oneOf(['taken', 'not taken']).optional(),
});

/** As tools print the SHA-256 fingerprint of a certificate. */
const fingerprint = textLike(
  /^(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31})$/,
  'write the SHA-256 fingerprint of the certificate, 64 digits and letters a to f, with or without colons',
);

const system = section({
  system: id,
  'client id': textLike(/^[\x21-\x7e]{1,200}$/, 'write the client id without spaces').optional(),
  'signs in with': oneOf(['private key jwt', 'client secret', 'mutual tls']),
  keys: webAddress.optional(),
  'acts for a named person': oneOf(['always', 'sometimes', 'never']),
  'may read the log': oneOf(['yes', 'no']).optional(),
  'client certificates': listOf(fingerprint).optional(),
});

export const organisationSchema = section({
  format: z.literal('organisation/1'),
  organisation: id,
  name: text,
  kind: oneOf([
    'council',
    'hospital trust',
    'integrated care board',
    'school',
    'academy trust',
    'government department',
    'police force',
    'housing association',
    'charity',
    'company',
  ]),
  'public authority': z.boolean(),
  address: text,
  nation: oneOf(['England', 'Wales', 'Scotland', 'Northern Ireland']),
  identifiers,
  'data protection officer': contact,
  'senior information risk owner': contact.optional(),
  'caldicott guardian': contact.or(z.literal('none')).optional(),
  'out of hours breach contact': contact.optional(),
  assurance: assurance.optional(),
  'sign in': signIn.optional(),
  systems: z.array(system).optional(),
  'roles that may read the log': listOf(text).optional(),
  'signing keys': listOf(text).optional(),
  notify: section({
    'agreement ending': listOf(email).optional(),
    'limit reached': listOf(email).optional(),
    breach: listOf(email).optional(),
  }).optional(),
  status: oneOf(['active', 'not active']),
});

export type OrganisationFile = z.infer<typeof organisationSchema>;
