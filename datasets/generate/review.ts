import type { Random } from './random.ts';
import {
  ASPECTS,
  BAD_ENDINGS,
  BAD_TITLES,
  GOOD_ENDINGS,
  GOOD_TITLES,
  NEUTRAL,
  OCCASIONS,
  PEOPLE,
  type CLASSES,
} from './words.ts';

export interface Product {
  id: number;
  kind: (typeof CLASSES)[number];
  colour: string;
  fabric: string;
  /** Share of its buyers who like it. */
  quality: number;
}

/**
 * The words of one review. What is liked and disliked is mixed and negated, and the verdict stands in the whole, so that counting
 * words is not enough and nobody is always right.
 */
export function writeReview(product: Product, liked: boolean, random: Random): { title: string; text: string } {
  const aspects = [...ASPECTS].sort(() => random.next() - 0.5).slice(0, random.integer(2, 4));
  const sentences = aspects.map((aspect, index) => {
    // A third of what is said goes against the verdict.
    const praises = index === 0 ? liked : random.chance(0.33) ? !liked : liked;
    return aspectSentence(aspect, praises, product, random);
  });
  if (random.chance(0.6)) sentences.splice(random.integer(0, sentences.length), 0, random.pick(NEUTRAL));
  if (random.chance(0.4)) sentences.push(remark(liked, random));
  if (random.chance(0.75)) sentences.push(random.pick(liked ? GOOD_ENDINGS : BAD_ENDINGS));
  const text = sentences.map((sentence) => (random.chance(0.03) ? misspell(sentence, random) : sentence)).join(' ');
  // One title in eight promises the opposite of what follows.
  return { title: random.pick(liked !== random.chance(0.12) ? GOOD_TITLES : BAD_TITLES), text };
}

function aspectSentence(
  { aspect, good, bad }: (typeof ASPECTS)[number],
  praises: boolean,
  { kind, colour, fabric }: Product,
  random: Random,
): string {
  const word = random.pick(praises ? good : bad);
  const opposite = random.pick(praises ? bad : good);
  switch (random.integer(0, 5)) {
    case 0:
      return `The ${aspect} of this ${colour} ${kind.noun} is ${word}.`;
    case 1:
      return `I expected the ${aspect} to be ${opposite}, but it is ${word}.`;
    case 2:
      return `Others call the ${aspect} ${opposite}; on me it is ${word}.`;
    case 3:
      return `For ${random.pick(OCCASIONS)} the ${aspect} is ${word}.`;
    case 4:
      return `The ${aspect} is not ${opposite} at all, rather ${word}.`;
    default:
      return `A ${fabric} ${kind.noun} whose ${aspect} is ${word}.`;
  }
}

function remark(liked: boolean, random: Random): string {
  const who = random.pick(PEOPLE);
  const said = liked
    ? ['asked where I got it', 'wants one too', 'could not stop admiring it']
    : ['asked whether it was borrowed', 'laughed out loud', 'said nothing, kindly'];
  return `${who.charAt(0).toUpperCase()}${who.slice(1)} ${random.pick(said)}.`;
}

/** Two neighbouring letters change places. */
function misspell(sentence: string, random: Random): string {
  const at = random.integer(1, Math.max(1, sentence.length - 3));
  return sentence.slice(0, at) + (sentence[at + 1] ?? '') + (sentence[at] ?? '') + sentence.slice(at + 2);
}
