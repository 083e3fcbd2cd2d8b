/**
 * An agreement explained to the people whose data it is about: who shares what with whom, why, and what never leaves. Short
 * sentences and no article numbers, unless somebody asks for those.
 */
import type { Agreement } from '../../domain/agreement.ts';
import { londonDate } from '../../domain/london-time.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { IN_FORCE_MEANS, type Page, type Passage, type Section, sentences } from '../pages/page.ts';
import { longDate, sentence } from '../pages/phrases.ts';
import { explainAsking, explainEmergency, explainLimits, explainWhoMayLook } from './explain-asking.ts';
import { explainGiven, explainNeverSeen, explainRemoved } from './explain-fields.ts';
import { explainChecks, explainDates, explainKeeping, explainRights } from './explain-keeping.ts';
import { explainLaw } from './explain-law.ts';
import { explainAbout, explainWho, explainWhy } from './explain-sharing.ts';
import { type Signatures, type Standing, standingOf } from './standing.ts';

export interface ExplainOptions {
  /** The instant at which it is in force or not, milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Say articles, schedules and paragraphs of the law beside its words. */
  readonly withArticles: boolean;
  readonly signatures: Signatures;
}

/** The agreement as a page. Every leaf that may leave is on it by its own name. */
export function explain(agreement: Agreement, policies: PolicySet, options: ExplainOptions): Page {
  const dataset = policies.datasets.get(agreement.dataset);
  const sections: readonly (readonly [string, readonly Passage[]])[] = [
    ['Who shares with whom', explainWho(agreement, policies)],
    ['Why', explainWhy(agreement)],
    ['Who the data is about', explainAbout(agreement, dataset)],
    ['What they may ask', explainAsking(agreement, dataset)],
    ['What they see', explainGiven(agreement, dataset)],
    ['What they never see', explainNeverSeen(agreement, dataset)],
    ['What else the gateway takes out', explainRemoved(agreement, dataset)],
    ['Who may look', explainWhoMayLook(agreement, dataset)],
    ['How often they may ask', explainLimits(agreement)],
    ['In an emergency', explainEmergency(agreement)],
    ['The law', explainLaw(agreement, policies, options.withArticles)],
    ['How the data is looked after', explainKeeping(agreement, policies)],
    ['Your rights', explainRights(agreement, policies, options.withArticles)],
    ['What was checked first', explainChecks(agreement, options.withArticles)],
    ['Dates and signatures', explainDates(agreement, policies)],
  ];
  return {
    title: agreement.title,
    lead: lead(agreement, policies, options),
    sections: sections.map(([heading, passages]): Section => ({ heading, passages })).filter(isSaid),
  };
}

function isSaid({ passages }: Section): boolean {
  return passages.length > 0;
}

function standsInWords({ endsAtMs }: Agreement, standing: Standing): string {
  if (standing.inForce === 'yes') return `It is in force until ${longDate(londonDate(endsAtMs - 1))}.`;
  if (standing.inForce === 'no') return `It is not in force: it ${standing.because}.`;
  return 'This page does not say if it is in force, for nobody checked the signatures.';
}

function lead(
  agreement: Agreement,
  policies: PolicySet,
  { atMs, signatures }: ExplainOptions,
): readonly Passage[] {
  const under = agreement.protocol;
  return [
    ...sentences(sentence(agreement.words.summary)),
    ...sentences(
      `This is sharing agreement ${agreement.id}, version ${agreement.version}.`,
      standsInWords(agreement, standingOf(agreement, policies, atMs, signatures)),
      IN_FORCE_MEANS,
    ),
    ...sentences(
      under === undefined
        ? undefined
        : `It belongs to ${under}, which several organisations share. This page says what both say together.`,
    ),
  ];
}
