/**
 * The examples of an agreement run as tests: each is decided as the gateway decides, and what it says of the answer is held
 * against the field filter.
 */
import type { Agreement, Example } from '../../domain/agreement.ts';
import type { Permit } from '../../domain/decision.ts';
import { BOUND_REFERENCE } from '../../domain/kind.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { REFUSALS, type RefusalCode, reasonInWords } from '../../domain/reason.ts';
import { covers, parseFieldPath } from '../../encoding/field-path.ts';
import { circumstancesOfExample } from '../explaining/circumstances.ts';
import { counted, listed, oneLine } from '../pages/phrases.ts';
import { filtered, leavesOf } from './given-and-withheld.ts';
import { sampleAnswer } from './sample-answer.ts';
import { judgeTried, type StartFilter, sampleReference, type TriedRequest } from './tried-request.ts';
import { valuesThatShow } from './values-that-show.ts';

export interface ExampleResult {
  readonly agreement: string;
  readonly version: number;
  readonly example: string;
  readonly asWritten: boolean;
  /** What came of it, without a capital and without a full stop. */
  readonly what: string;
}

/** The results of all examples of an agreement, in the order of its file, judged as if it were in force. */
export function runExamples(
  agreement: Agreement,
  policies: PolicySet,
  atMs: number,
  startFilter: StartFilter,
): readonly ExampleResult[] {
  const { id, version } = agreement;
  return agreement.examples.map((example) => ({
    agreement: id,
    version,
    example: example.name,
    ...runExample(example, agreement, policies, atMs, startFilter),
  }));
}

/** Reasons that are found out only in the running gateway. */
const UNSHOWN: Readonly<Partial<Record<RefusalCode, string>>> = {
  'limit-reached': '; an example cannot show a limit, which counts what was asked before',
  'too-many-records': '; an example cannot show how many records come',
};

type Verdict = Pick<ExampleResult, 'asWritten' | 'what'>;

const asWritten = (what: string): Verdict => ({ asWritten: true, what });
const notAsWritten = (what: string): Verdict => ({ asWritten: false, what });

function runExample(
  example: Example,
  agreement: Agreement,
  policies: PolicySet,
  atMs: number,
  startFilter: StartFilter,
): Verdict {
  const expected = REFUSALS.find((code) => reasonInWords(code) === example.because);
  const around = circumstancesOfExample(agreement, atMs, expected);
  const decision = judgeTried(requestOf(example, agreement, policies), around, agreement, policies);
  if (decision.effect === 'permit') {
    if (example.answer === 'refused') {
      const why = expected === undefined ? undefined : UNSHOWN[expected];
      return notAsWritten(`it is permitted, and the example says refused${why ?? ''}`);
    }
    return released(example, decision, () => startFilter(decision, around.system, around.atMs));
  }
  const came = reasonInWords(decision.code);
  if (example.answer === 'released')
    return notAsWritten(`it is refused (${came}), and the example says released`);
  if (example.because === came) return asWritten(`refused: ${came}`);
  return notAsWritten(`it is refused because of “${came}”, and the example says “${example.because ?? ''}”`);
}

function requestOf(example: Example, agreement: Agreement, policies: PolicySet): TriedRequest {
  return {
    role: agreement.person === 'not needed' ? undefined : example.as,
    operation: example.asksTo,
    using: usingOf(example, agreement, policies),
    reason: example.reason,
    caseReference: example.caseReference,
  };
}

/** A bound reference is made when the example runs, unless it is there to be refused. */
function usingOf(
  { using, answer }: Example,
  agreement: Agreement,
  policies: PolicySet,
): ReadonlyMap<string, string> {
  if (answer === 'refused') return using;
  const lookups = policies.datasets.get(agreement.dataset)?.lookups;
  const system = agreement.systems[0] ?? '';
  const isBound = (name: string): boolean => lookups?.get(name)?.kind.name === BOUND_REFERENCE;
  return new Map(
    [...using].map(([name, value]) => [name, isBound(name) ? sampleReference(agreement, system) : value]),
  );
}

function released(example: Example, permit: Permit, start: () => ReturnType<StartFilter>): Verdict {
  const { theySee, theyDoNotSee } = example;
  const { values, impossible } = valuesThatShow(theySee, permit, start);
  if (impossible !== undefined) return notAsWritten(impossible);
  const { agreement, dataset, operation } = permit;
  const through = filtered(sampleAnswer(agreement, dataset, operation, values), start());
  if ('failed' in through) return notAsWritten(`nothing leaves: ${through.failed}`);
  const seen = leavesOf(through.text, operation);
  const wrong = theyDoNotSee.filter((text) => {
    const path = parseFieldPath(text);
    return [...seen.keys()].some((name) => covers(path, parseFieldPath(name)));
  });
  if (wrong.length > 0)
    return notAsWritten(`they see ${listed(wrong.map(oneLine))}, and the example says they do not`);
  return asWritten(
    `released; ${counted(theySee.size, 'field')} seen and ${theyDoNotSee.length} not seen, as written`,
  );
}
