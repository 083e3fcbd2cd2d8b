/** Field filters, compiled once for each agreement and operation and kept as long as the agreement is. */
import { compileDisclosure } from '../disclosure/disclosure.ts';
import type { Disclosure, FilterSession, RevealInputs, Screen } from '../disclosure/rules.ts';
import type { Agreement } from '../domain/agreement.ts';
import { answerFormat } from '../domain/answer-format.ts';
import type { Permit } from '../domain/decision.ts';
import { londonDate } from '../domain/london-time.ts';
import { compileRules } from './disclosure-rules.ts';
import type { Clock, Disclosures } from './ports.ts';

/** Makes a reference that only this agreement and system may use again. */
export type BindReference = (agreement: string, system: string, value: string) => string;

/** Makes the code of a value in its namespace: the same under one agreement, another under any other. */
export type MakeMatchingCode = (agreement: string, namespace: string, value: string) => string;

export class CompiledDisclosures implements Disclosures {
  readonly #byAgreement = new WeakMap<Agreement, Map<string, Disclosure>>();
  readonly #bind: BindReference;
  readonly #matchingCode: MakeMatchingCode;
  readonly #clock: Clock;

  constructor(bind: BindReference, matchingCode: MakeMatchingCode, clock: Clock) {
    this.#bind = bind;
    this.#matchingCode = matchingCode;
    this.#clock = clock;
  }

  start(permit: Permit, system: string, mediaType: string, screen?: Screen): FilterSession {
    const { agreement } = permit;
    const inputs: RevealInputs = {
      today: londonDate(this.#clock.now()),
      bind: (value) => this.#bind(agreement.id, system, value),
      matchingCode: (namespace, value) => this.#matchingCode(agreement.id, namespace, value),
    };
    return this.#compiled(permit).start(inputs, screen, answerFormat(mediaType));
  }

  #compiled({ agreement, dataset, operation }: Permit): Disclosure {
    let byOperation = this.#byAgreement.get(agreement);
    if (byOperation === undefined) {
      byOperation = new Map();
      this.#byAgreement.set(agreement, byOperation);
    }
    let disclosure = byOperation.get(operation.name);
    if (disclosure === undefined) {
      disclosure = compileDisclosure(compileRules(agreement, dataset, operation));
      byOperation.set(operation.name, disclosure);
    }
    return disclosure;
  }
}
