/** The known word that lies nearest to a misspelt one, by edit distance (Levenshtein). */

/** The nearest of `known`, or undefined where none is near enough to be what was meant. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** "did you mean `x`?" where a known word is near, else the list of what may be written. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const words = [...known];
  const nearest = nearestWord(word, words);
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
  return words.length === 0 ? 'take it out' : `write one of: ${listed(words)}`;
}

const MOST_LISTED = 12;

function listed(words: readonly string[]): string {
  const shown = words.slice(0, MOST_LISTED).map((word) => `\`${word}\``);
  return words.length > MOST_LISTED ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** A word that stands whole in another was cut short: that is one slip. */
function distanceOf(word: string, candidate: string): number {
  const isPart = word.length >= FEWEST_LETTERS && candidate.includes(word);
  return isPart ? Math.min(1, editDistance(word, candidate)) : editDistance(word, candidate);
}

const FEWEST_LETTERS = 4;

function editDistance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const here = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const replaced = (above[at - 1] ?? 0) + (one[row - 1] === other[at - 1] ? 0 : 1);
      here.push(Math.min(replaced, (above[at] ?? 0) + 1, (here[at - 1] ?? 0) + 1));
    }
    above = here;
  }
  return above[other.length] ?? 0;
}
