/** What an agreement asks of the place and the training of who looks, and how each is shown (docs/formats/agreement.md). */
import type { Network } from './network.ts';

/** Where people must be. `reported`: nothing shows it to the gateway, so nothing is enforced and the words are kept. */
export interface PlaceRule {
  readonly place: string;
  readonly shownBy:
    | { readonly kind: 'claim'; readonly claim: string; readonly is: readonly string[] }
    | { readonly kind: 'networks'; readonly networks: readonly Network[] }
    | { readonly kind: 'reported' };
}

/** That training is in date: a claim holds its last good day, or it is only reported. */
export interface TrainingRule {
  readonly shownBy: { readonly kind: 'claim'; readonly claim: string } | { readonly kind: 'reported' };
}

/** Who may use emergency access, for what, and who looks at each use afterwards. This version grants none. */
export interface EmergencyAccess {
  readonly allowedFor: readonly string[];
  readonly roles: readonly string[];
  readonly widens: readonly string[];
  readonly neverWidens: readonly string[];
  readonly reviewedBy: string;
  readonly reviewedWithin: string;
}
