/** The format that a media type stands for: JSON (RFC 8259, RFC 6839), JSON texts line by line, CSV (RFC 4180). */

/** Undefined for a media type that this version cannot filter. */
export function answerFormat(mediaType: string): 'json' | 'ndjson' | 'csv' | undefined {
  if (mediaType === 'application/json' || mediaType.endsWith('+json')) return 'json';
  if (mediaType === 'application/x-ndjson' || mediaType === 'application/jsonl') return 'ndjson';
  return mediaType === 'text/csv' ? 'csv' : undefined;
}
