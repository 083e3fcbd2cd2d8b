/** A gateway of the benchmark's policies with a dataset for each provider of the soak campaign, all under the same rules. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GatewayPlace, prepareGateway } from '../../bench/gateway.ts';

/** Datasets of the campaign; the first is the benchmark's own. */
export const DATASETS = [
  'bench-people',
  'second-people',
  'stalling-people',
  'resetting-people',
  'garbled-people',
] as const;

export type SoakDataset = (typeof DATASETS)[number];

/** Lays it out in `folder`; `origins` are those of the datasets' providers, in their order. */
export function prepareSoak(
  folder: string,
  origins: readonly string[],
  issuer: string,
): Promise<GatewayPlace> {
  const [first = '', ...others] = origins;
  return prepareGateway(folder, first, issuer, 0, (policies) => {
    for (const [nth, origin] of others.entries()) addDataset(policies, DATASETS[nth + 1] ?? '', origin, nth);
  });
}

function addDataset(policies: string, name: string, origin: string, nth: number): void {
  const dataset = readFileSync(join(policies, 'datasets/bench-people.yaml'), 'utf8')
    .replace('dataset: bench-people', `dataset: ${name}`)
    .replace(/address: .*/, `address: ${origin}`)
    .replace(/sign in: api key\n.*\n.*\n/, 'sign in: none\n')
    .replace('timeout: 60 seconds', 'timeout: 1 second');
  writeFileSync(join(policies, `datasets/${name}.yaml`), dataset);
  const agreement = readFileSync(join(policies, 'agreements/DSA-2026-901-one-by-one.yaml'), 'utf8')
    .replace('DSA-2026-901', `DSA-2026-91${nth}`)
    .replace('dataset: bench-people', `dataset: ${name}`);
  writeFileSync(join(policies, `agreements/DSA-2026-91${nth}.yaml`), agreement);
}
