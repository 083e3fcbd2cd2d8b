/** The settings that say how often callers may ask before they are told to come again later. */
import type { FloodLimits } from '../../http/refusal-flood.ts';
import type { SettingsReader } from './settings-reader.ts';

export interface Rates extends FloodLimits {
  /** Requests of one system; ten seconds' worth at once. */
  readonly systemPerSecond: number;
}

/** Reads them. */
export function readRates(reader: SettingsReader): Rates {
  return {
    systemPerSecond: reader.wholeNumber('SYSTEM_REQUESTS_PER_SECOND') ?? 500,
    triesPerSecond: reader.wholeNumber('UNPROVED_REQUESTS_PER_SECOND') ?? 100,
    entriesPerSecond: reader.wholeNumber('UNPROVED_ENTRIES_PER_SECOND') ?? 10,
  };
}
