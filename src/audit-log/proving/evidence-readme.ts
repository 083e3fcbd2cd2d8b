/** README.txt of a bundle of evidence: what it is, how it is checked and what it cannot show, for somebody who trusts nobody. */

export interface ReadmeFacts {
  readonly log: string;
  readonly made: string;
  readonly entries: number;
  readonly exchanges: readonly string[];
  /** Entries of the checkpoint. */
  readonly size: number;
  readonly missingAgreements: readonly string[];
}

/** Plain English, lines of at most 80 characters but for identifiers. */
export function evidenceReadme({
  log,
  made,
  entries,
  exchanges,
  size,
  missingAgreements,
}: ReadmeFacts): string {
  return `EVIDENCE FROM A SHARING GATEWAY

From the log   ${log}
Made           ${made}
About          ${exchanges.join('\n               ')}

This bundle holds ${entries} of the ${size} entries that the log had when it was
made, and what proves that they are entries of it.

  entries/      each entry, the exact bytes that were recorded (open with any
                text editor; docs/formats/leaf.md says what each word means)
  proofs/       for each, the proof that it stands in the log
                (https://c2sp.org/tlog-proof)
  checkpoint.txt
                the whole log in three lines, signed: its name, how many entries
                it has, and a hash that no other log has
  agreements/   the sharing agreements as they were when they decided, each under
                the SHA-256 of its bytes
  receipts/     receipts that a party was given at the time, where it added them
  keys.txt      the public keys. They are here for convenience ONLY: see below.
  evidence.json which of these belong together, and what was opened of what the
                entries keep covered
${missingAgreements.map((sha256) => `\nNot kept any more by the gateway: agreement ${sha256}\n`).join('')}
HOW TO CHECK IT

Get the log's public key from somebody other than whoever gave you this bundle:
from each of the organisations named in the entries, or from a checkpoint that was
sent to you earlier. Then, on a machine of your own and without any network:

  sharing-gateway verify --evidence THIS-FILE.zip --key "NAME+ID+KEY"

Any other tool that reads RFC 6962 proofs can do the same: the formats are public
(https://c2sp.org/tlog-proof, https://c2sp.org/tlog-checkpoint). The hash of an entry
is SHA-256 over a zero byte and the bytes of its file.

WHAT IT SHOWS

  - Each entry stands in the log at the place that its proof says, and was not
    changed since the checkpoint was signed.
  - The agreement that an entry names is the text in agreements/, byte for byte.

WHAT IT DOES NOT SHOW

  - That there are no other entries. Compare the log as a whole for that
    (verify --store or verify --tiles).
  - That everybody was shown the same log. Compare checkpoint.txt with one that
    somebody else kept, or look for the signatures of witnesses below it.
  - That what a gateway recorded is what happened outside it, and that nothing went
    round it. Compare with the records of the other party (reconcile).
`;
}
