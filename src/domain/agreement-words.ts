/** The parts of an agreement that people read: kept as the file has them, key by key, for explanations and exports. */

type Maybe<Thing> = Thing | undefined;
type Texts = readonly string[];

export interface AgreementWords {
  readonly agreement: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly who: WhoWords;
  readonly why: WhyWords;
  readonly what: WhatWords;
  readonly law: LawWords;
  readonly people: PeopleWords;
  readonly assessment: AssessmentWords;
  readonly 'who may look': WhoMayLookWords;
  readonly limits: LimitsWords;
  readonly 'emergency access': EmergencyWords;
  readonly 'looking after it': LookingAfterItWords;
  readonly 'health and care'?: Maybe<HealthAndCareWords>;
  readonly dates: DatesWords;
  readonly contacts: ContactsWords;
  readonly signed?: Maybe<readonly SignatureWords[]>;
  readonly 'publish in the register': true | { readonly 'withheld because': 'security' | 'crime' };
}

export interface WhoWords {
  readonly 'shared by': string;
  readonly 'shared with': string;
  readonly relationship: 'separate controllers' | 'joint controllers' | 'controller and processor';
  readonly processors?: Maybe<readonly { name: string; does: string; contract: string }[]>;
  readonly 'joint arrangement'?: Maybe<string>;
  readonly 'document kind'?: Maybe<string>;
  readonly 'part of'?: Maybe<string>;
}

export interface WhyWords {
  readonly purpose: string;
  readonly 'in our words': string;
  readonly 'benefit to people'?: Maybe<string>;
  readonly 'why personal data is needed'?: Maybe<string>;
  readonly 'less intrusive options considered'?: Maybe<string>;
}

export interface WhatWords {
  readonly dataset: string;
  readonly about: Texts;
  readonly numbers?: Maybe<string>;
  readonly 'they may': Texts;
  readonly 'they may ask using': Texts;
  readonly 'they may see': readonly (string | SeenFieldWords)[];
  readonly 'they must never see'?: Maybe<Texts>;
}

export interface SeenFieldWords {
  readonly field: string;
  readonly show?: Maybe<string>;
  readonly 'yes when'?: Maybe<Texts>;
  readonly 'not yet when'?: Maybe<Texts>;
  readonly words?: Maybe<Readonly<Record<string, string>>>;
  readonly 'anything else'?: Maybe<string>;
  readonly bands?: Maybe<readonly number[]>;
  readonly because?: Maybe<string>;
}

/** A lawful basis of one party (UK GDPR Article 6), with what some of them demand. */
export type BasisWords =
  | string
  | {
      readonly basis: string;
      readonly condition?: Maybe<string>;
      readonly 'request reference'?: Maybe<string>;
      readonly 'assessment reference'?: Maybe<string>;
      readonly 'consent record'?: Maybe<string>;
      readonly 'outside our public tasks'?: Maybe<string>;
    };

export type Presence = 'none' | 'by inference' | 'yes';

export interface LawWords {
  readonly regime: 'UK GDPR' | 'law enforcement (Part 3)' | 'not personal data';
  readonly powers?: Maybe<Texts>;
  /** Digital Economy Act 2017, Part 5. */
  readonly gateway?: Maybe<{ section: string; objective: string }>;
  readonly 'lawful basis': { readonly 'shared by': BasisWords; readonly 'shared with': BasisWords };
  readonly 'special category data': {
    readonly present: Presence;
    readonly kinds?: Maybe<Texts>;
    readonly explanation?: Maybe<string>;
    readonly condition?: Maybe<string>;
    readonly 'schedule 1 condition'?: Maybe<string>;
    readonly 'appropriate policy document'?: Maybe<string>;
    readonly 'consent record'?: Maybe<string>;
    readonly 'professional secrecy'?: Maybe<string>;
    readonly safeguards?: Maybe<string>;
  };
  readonly 'criminal offence data': {
    readonly present: Presence;
    readonly condition?: Maybe<string>;
    readonly 'appropriate policy document'?: Maybe<string>;
  };
  readonly 'duty of confidence':
    | string
    | {
        readonly satisfied: string;
        readonly reference?: Maybe<string>;
        readonly 'decided by'?: Maybe<string>;
      };
  /** A purpose of UK GDPR Annex 2, or the assessment that says why the purpose is compatible (Article 8A). */
  readonly 'compatible purpose'?: Maybe<string | { readonly assessed: string }>;
}

export interface PeopleWords {
  readonly 'privacy notices': { readonly 'shared by': string; readonly 'shared with': string };
  readonly children: 'not included' | 'may be included' | 'included';
  readonly 'decisions made by computer alone': 'none' | { readonly safeguards: string };
  readonly 'rights requests to': string;
  readonly 'complaints to': string;
  readonly 'consultation held'?: Maybe<string>;
  readonly 'opt-out route'?: Maybe<string>;
  readonly "kept from the person's report"?: Maybe<{
    readonly until: string;
    readonly exemption: string;
    readonly because: string;
    readonly 'decided by': string;
  }>;
}

export interface AssessmentWords {
  readonly dpia: 'completed' | 'not needed' | 'under way';
  readonly 'dpia reference'?: Maybe<string>;
  readonly 'dpia date'?: Maybe<string>;
  readonly reason?: Maybe<string>;
  readonly 'remaining risk': 'low' | 'medium' | 'high';
  readonly 'consultation reference'?: Maybe<string>;
  readonly 'signed by'?: Maybe<string>;
  readonly risks?: Maybe<readonly { risk: string; measure: string; owner: string }[]>;
}

export interface WhoMayLookWords {
  readonly roles?: Maybe<Texts>;
  readonly systems: Texts;
  readonly 'acting person': string;
  readonly 'sign in': string;
  readonly 'must give'?: Maybe<Texts>;
  readonly 'reasons allowed'?: Maybe<Texts>;
  readonly when?: Maybe<string>;
}

export interface LimitsWords {
  readonly 'records in one answer'?: Maybe<number>;
  readonly 'checks by one person'?: Maybe<string>;
  readonly 'checks by the organisation'?: Maybe<string>;
  readonly 'different people looked up'?: Maybe<string>;
}

export type EmergencyWords =
  | 'not allowed'
  | {
      readonly 'allowed for': Texts;
      readonly 'who may use it': Texts;
      readonly widens: Texts;
      readonly 'never widens': Texts;
      readonly 'reviewed by': string;
      readonly 'reviewed within': string;
    };

export interface LookingAfterItWords {
  readonly 'keep for': string;
  readonly then: 'delete' | 'return' | 'anonymise';
  readonly 'keep because': string;
  readonly 'keep entries for'?: Maybe<string>;
  readonly 'passing it on': string;
  readonly 'stored in': string;
  readonly transfers?: Maybe<
    readonly {
      country: string;
      safeguard: string;
      'data protection test'?: Maybe<string>;
      because?: Maybe<string>;
    }[]
  >;
  readonly security?: Maybe<Texts>;
  readonly 'tell the other party of a breach within': string;
  readonly accuracy?: Maybe<string>;
  readonly 'audit right'?: Maybe<string>;
}

export interface HealthAndCareWords {
  readonly 'caldicott guardian approval': string;
  readonly 'national data opt-out': 'applies' | 'does not apply';
  readonly reason?: Maybe<string>;
  readonly 'security and protection toolkit'?: Maybe<string>;
}

export interface DatesWords {
  readonly starts: string;
  readonly 'review by': string;
  readonly ends: string;
  readonly 'notice to end early': string;
  readonly 'when it ends': string;
}

export interface ContactsWords {
  readonly 'shared by': string;
  readonly 'shared with': string;
  readonly 'data protection officers': Texts;
  readonly 'senior information risk owners'?: Maybe<Texts>;
}

export interface SignatureWords {
  readonly organisation: string;
  readonly name: string;
  readonly role: string;
  readonly date: string;
}
