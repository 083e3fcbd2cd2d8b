/** How old a reader must be to follow an English text at first reading: the Flesch–Kincaid grade in years of age. */

const FIRST_SCHOOL_AGE = 5;

/** Years of age; 0 for a text without words. An estimate: it counts sentences, words and vowels. */
export function readingAge(text: string): number {
  const words = text.match(/[A-Za-z][A-Za-z'’-]*/g) ?? [];
  if (words.length === 0) return 0;
  const sentences = Math.max(1, text.match(/[.!?](?:\s|$)/g)?.length ?? 1);
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const grade = 0.39 * (words.length / sentences) + 11.8 * (syllables / words.length) - 15.59;
  return Math.max(0, Math.round(grade + FIRST_SCHOOL_AGE));
}

/** Groups of vowels, without a silent `e` or `ed` at the end. A name counts as one: it cannot be put more simply. */
function syllablesOf(word: string): number {
  if (/^[A-Z]/.test(word)) return 1;
  const spoken = word.toLowerCase().replace(/(?:[^laeiouy]es|[^dt]ed|[^laeiouy]e)$/, '');
  return Math.max(1, spoken.match(/[aeiouy]{1,2}/g)?.length ?? 1);
}
