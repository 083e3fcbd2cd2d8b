/** Whether there is a value for each header that the dataset always sends (docs/formats/dataset.md), so that none fails later. */
import type { Dataset } from '../../domain/dataset.ts';
import type { Organisation } from '../../domain/organisation.ts';
import type { AgreementFile } from './agreement-schema.ts';
import type { PolicyDocument } from './policy-document.ts';

/** Refuses an agreement under which a header could not be sent: each of its requests would fail. */
export function checkAlwaysSent(
  document: PolicyDocument,
  file: AgreementFile,
  dataset: Dataset,
  consumer: Organisation,
): void {
  // A rehearsal reaches the test upstream only, and nothing else does.
  const upstream = file.status === 'rehearsal' ? dataset.testUpstream : dataset.upstream;
  const sent = new Set([...(upstream?.alwaysSend.values() ?? [])].map(({ kind }) => kind));
  if (sent.has('consumer code') && consumer.code === undefined) {
    document.mistake(
      ['who', 'shared with'],
      `\`${dataset.id}\` is asked with the consumer's code, and \`${consumer.id}\` has none`,
      'add a code to the identifiers of that organisation',
    );
  }
  if (sent.has('role') && file['who may look']['acting person'] === 'not needed') {
    document.mistake(
      ['who may look', 'acting person'],
      `\`${dataset.id}\` is asked with the role of whoever looks, and a system that acts for nobody has none`,
      'let a named person look, or ask the provider whether `role` must be under `always send`',
    );
  }
}
