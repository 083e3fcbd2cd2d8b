/** `new dataset`: a dataset file to begin with, from an OpenAPI document of the provider's. */
import { dirname, isAbsolute, join } from 'node:path';
import { counted } from '../governance/pages/phrases.ts';
import { newDataset } from '../governance/scaffolds/new-dataset.ts';
import { FILL_IN, newDatasetAsYaml } from '../governance/scaffolds/new-dataset-as-yaml.ts';
import type { CommandIo } from './command-io.ts';
import { CANNOT } from './read-policies.ts';

export interface NewDatasetCommand {
  /** Id of the dataset: the first segment of its addresses. */
  readonly id: string;
  /** Place of the OpenAPI document. */
  readonly from: string;
}

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Prints the file; returns the exit code: 0, or 2 where there is nothing to begin with.
 *
 * @param read the parsed document, JSON or YAML. @throws {Error} where it cannot be read; its message says why.
 */
export function newDatasetCommand(
  { id, from }: NewDatasetCommand,
  io: CommandIo,
  read: (file: string) => unknown,
): number {
  if (!ID.test(id)) {
    io.err('a dataset is named with small letters, digits and hyphens, at most 63 characters\n');
    return CANNOT;
  }
  const document = readOrSay(from, io, read);
  if (document === undefined) return CANNOT;
  const dataset = newDataset(document, id, (referred) => beside(from, referred, read));
  if (dataset === undefined) {
    io.err(`${from} is not an OpenAPI 3 document, or offers nothing that can be read with GET\n`);
    return CANNOT;
  }
  const text = newDatasetAsYaml(dataset);
  io.out(text);
  const blanks = text.split('\n').filter((line) => line.includes(FILL_IN) && !line.startsWith('#')).length;
  const { operations, fields } = dataset;
  io.err(
    `${counted(operations.length, 'operation')}, ${counted(fields.size, 'field')}; ${counted(blanks, 'line')} with ${FILL_IN} to fill. No field is shown until its line says how.\n`,
  );
  return 0;
}

/** A file that the document refers to: beside it or below, never elsewhere on this machine. */
function beside(from: string, referred: string, read: (file: string) => unknown): unknown {
  if (referred.startsWith('..') || isAbsolute(referred) || /^[a-z]+:/i.test(referred)) return undefined;
  try {
    return read(join(dirname(from), referred));
  } catch {
    return undefined;
  }
}

function readOrSay(file: string, io: CommandIo, read: (file: string) => unknown): unknown {
  try {
    return read(file) ?? {};
  } catch (error) {
    io.err(`${file} cannot be read: ${error instanceof Error ? error.message : 'unknown'}\n`);
    return undefined;
  }
}
