/** The closed lists of law that agreements and datasets choose from: UK GDPR, DPA 2018 Schedule 1, DUAA 2025. */

export const LAWFUL_BASES = [
  'consent',
  'contract',
  'legal obligation',
  'vital interests',
  'public task',
  'recognised legitimate interest',
  'legitimate interests',
] as const;

/** UK GDPR Annex 1. */
export const RECOGNISED_INTERESTS = [
  'public task disclosure request',
  'national security, public security or defence',
  'emergency',
  'crime',
  'safeguarding a vulnerable individual',
] as const;

/** UK GDPR Article 9(1). */
export const SPECIAL_CATEGORIES = [
  'racial or ethnic origin',
  'political opinions',
  'religious or philosophical beliefs',
  'trade union membership',
  'genetic',
  'biometric',
  'health',
  'sex life',
  'sexual orientation',
] as const;

/** UK GDPR Article 9(2). */
export const SPECIAL_CONDITIONS = [
  'explicit consent',
  'employment, social security and social protection',
  'vital interests',
  'not-for-profit body',
  'made public by the person',
  'legal claims or courts',
  'substantial public interest',
  'health or social care',
  'public health',
  'archiving, research or statistics',
] as const;

/** DPA 2018 Schedule 1 Part 1, paragraphs 1 to 4. */
export const SCHEDULE_1_PART_1 = [
  'employment, social security and social protection purposes',
  'health or social care purposes',
  'public health purposes',
  'research purposes',
] as const;

/** DPA 2018 Schedule 1 Part 2, paragraphs 6 to 28. */
export const SCHEDULE_1_PART_2 = [
  'statutory and government purposes',
  'administration of justice and parliamentary purposes',
  'equality of opportunity or treatment',
  'racial and ethnic diversity at senior levels',
  'preventing or detecting unlawful acts',
  'protecting the public',
  'regulatory requirements',
  'journalism, academia, art and literature',
  'preventing fraud',
  'suspicion of terrorist financing or money laundering',
  'support for individuals with a particular disability or medical condition',
  'counselling',
  'safeguarding of children and individuals at risk',
  'safeguarding of economic well-being of certain individuals',
  'insurance',
  'occupational pensions',
  'political parties',
  'elected representatives responding to requests',
  'disclosure to elected representatives',
  'informing elected representatives about prisoners',
  'publication of legal judgments',
  'anti-doping',
  'standards of behaviour in sport',
] as const;

export const DUTIES_OF_CONFIDENCE = [
  'not owed',
  'implied consent for direct care',
  'explicit consent',
  'required by law',
  'section 251 support',
  'overriding public interest',
] as const;
