/** A small seeded generator (xorshift with 32 bits of state), so that the invented people are the same on every machine. */

export interface Random {
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** True `percent` times in a hundred. */
  chance(percent: number): boolean;
  /** One of the values. */
  pick<Value>(values: readonly Value[]): Value;
}

/** The same seed and label always give the same sequence; another label gives an independent one. */
export function seededRandom(seed: number, label: string): Random {
  let state = mixed(seed, label);
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    whole,
    chance: (percent) => next() * 100 < percent,
    pick: <Value>(values: readonly Value[]): Value => {
      const picked = values[whole(0, values.length - 1)];
      if (picked === undefined) throw new RangeError('there is nothing to pick from');
      return picked;
    },
  };
}

/** A start that differs for each label; never 0, where xorshift would stay for ever. */
function mixed(seed: number, label: string): number {
  let state = seed | 0;
  for (const character of label) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x9e37_79b1);
  return state === 0 ? 1 : state;
}
