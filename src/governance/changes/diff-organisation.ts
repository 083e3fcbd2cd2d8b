/** What changes of an organisation for all of its agreements: whether it takes part, and how its people and systems sign in. */
import type { Organisation, SignIn, System } from '../../domain/organisation.ts';
import { another, byName, type EveryMember, everyMember, same, shown } from './diff-values.ts';
import type { AspectChange } from './policy-change.ts';

export function diffOrganisation(was: Organisation, now: Organisation): readonly AspectChange[] {
  return was === now ? [] : everyMember(BY_MEMBER, was, now);
}

function changed(noun: string) {
  return (was: unknown, now: unknown) => another(noun, was, now, 'changes');
}

function said(noun: string) {
  return (was: unknown, now: unknown) =>
    same(was, now) ? [] : [{ effect: 'says' as const, words: `changes ${noun}` }];
}

/** INVARIANT: as for agreements, the compiler asks for an answer for every member. */
const BY_MEMBER: EveryMember<Organisation> = {
  id: changed('its id'),
  name: said('its name'),
  publicAuthority: said('whether it is a public authority'),
  active: (was, now) => {
    if (was === now) return [];
    return now
      ? [{ effect: 'gives more', words: 'takes part again: its agreements can be in force' }]
      : [{ effect: 'gives less', words: 'no longer takes part: none of its agreements is in force' }];
  },
  dataProtectionOfficer: said('its data protection officer'),
  code: changed('the code that providers know it by'),
  signIn: diffSignIn,
  systems: (was, now) => byName(byId(was), byId(now), diffSystem),
  logRoles: changed('whose roles may read the log of its own exchanges'),
  signingKeys: (was, now) =>
    same(was, now)
      ? []
      : [
          {
            effect: 'changes',
            words: 'changes its signing keys: what was signed with others must be signed again',
          },
        ],
  words: said('its address and contacts'),
};

const OF_SIGN_IN: EveryMember<SignIn> = {
  issuer: changed('the issuer of its tokens'),
  audience: changed('the audience of its tokens'),
  rehearsalAudience: changed('the audience of its tokens in a rehearsal'),
  profile: changed('the profile of its tokens'),
  algorithms: changed('the signature algorithms of its tokens'),
  personClaim: changed('where its tokens name the person'),
  roleClaim: changed('where its tokens name the roles'),
  roleNames: changed('what its role names mean'),
  secondFactor: changed('how its tokens show a second factor'),
  scope: changed('the scope that its tokens must carry'),
  evidenceClaims: changed('what its tokens prove of a place or a training'),
  longestTokenLifeSeconds: changed('the longest life of its tokens in seconds'),
  opaqueTokens: said('how its issuer is asked about opaque tokens'),
  toldApartBy: said('what tells its tokens from those of others with the same client'),
  personAssertions: changed('whether its issuer may assert who acts'),
};

function diffSignIn(was: SignIn | undefined, now: SignIn | undefined): readonly AspectChange[] {
  if (was !== undefined && now !== undefined) return everyMember(OF_SIGN_IN, was, now);
  if (was === now) return [];
  return now === undefined
    ? [{ effect: 'gives less', words: 'no longer signs in' }]
    : [{ effect: 'gives more', words: `signs in with ${shown(now.issuer)}` }];
}

function byId(systems: readonly System[]): ReadonlyMap<string, System> {
  return new Map(systems.map((system) => [system.id, system]));
}

function diffSystem(id: string, was: System | undefined, now: System | undefined): readonly AspectChange[] {
  const noun = `the system ${shown(id)}`;
  if (was === undefined) return [{ effect: 'changes', words: `registers ${noun}` }];
  if (now === undefined) return [{ effect: 'changes', words: `no longer registers ${noun}` }];
  return same(was, now)
    ? []
    : [
        {
          effect: 'changes',
          words: `changes ${noun}: how it is known, which client certificates it shows, whether it acts for a named person, or whether it may read the log`,
        },
      ];
}
