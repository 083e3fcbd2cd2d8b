import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profileTimes } from '../../bench/profile-times.ts';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 0 });

test('what Node does is put down to the function of ours that called it, within the time asked for', () => {
  const profile = {
    startTime: 0,
    nodes: [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 4] },
      { id: 2, callFrame: frame('seal', 'file:///here/src/audit-log/sealing/sealer.ts'), children: [3] },
      { id: 3, callFrame: frame('hash', 'node:internal/crypto/hash') },
      { id: 4, callFrame: frame('(idle)', '') },
    ],
    samples: [3, 3, 2, 4],
    timeDeltas: [1000, 1000, 500, 9000],
  };
  const { functions, owners, areas } = profileTimes(profile, 1500, 20_000);
  assert.deepEqual([...areas], [['src/audit-log/sealing/sealer.ts', 1.5]]);
  assert.deepEqual([...owners], [['seal src/audit-log/sealing/sealer.ts:1', 1.5]]);
  assert.equal(functions.get('hash node:internal/crypto/hash:1'), 1);
});
