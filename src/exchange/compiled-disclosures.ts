/** Field filters, compiled once for each agreement and operation and kept as long as the agreement is. */
import { compileDisclosure } from '../disclosure/disclosure.ts';
import type { Disclosure, FilterSession } from '../disclosure/rules.ts';
import type { Agreement } from '../domain/agreement.ts';
import type { Permit } from '../domain/decision.ts';
import { compileRules } from './disclosure-rules.ts';
import type { Disclosures } from './ports.ts';

/** Makes a reference that only this agreement and system may use again. */
export type BindReference = (agreement: string, system: string, value: string) => string;

export class CompiledDisclosures implements Disclosures {
  readonly #byAgreement = new WeakMap<Agreement, Map<string, Disclosure>>();
  readonly #bind: BindReference;

  constructor(bind: BindReference) {
    this.#bind = bind;
  }

  start(permit: Permit, system: string): FilterSession {
    const { agreement } = permit;
    return this.#compiled(permit).start((value) => this.#bind(agreement.id, system, value));
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
