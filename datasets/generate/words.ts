/** What the generated reviews are made of. */

export const CLASSES = [
  { name: 'Dresses', department: 'Dresses', division: 'General', noun: 'dress' },
  { name: 'Knits', department: 'Tops', division: 'General', noun: 'knit top' },
  { name: 'Blouses', department: 'Tops', division: 'General', noun: 'blouse' },
  { name: 'Sweaters', department: 'Tops', division: 'General', noun: 'sweater' },
  { name: 'Pants', department: 'Bottoms', division: 'General', noun: 'pair of pants' },
  { name: 'Jeans', department: 'Bottoms', division: 'General Petite', noun: 'pair of jeans' },
  { name: 'Skirts', department: 'Bottoms', division: 'General Petite', noun: 'skirt' },
  { name: 'Jackets', department: 'Jackets', division: 'General', noun: 'jacket' },
  { name: 'Lounge', department: 'Intimate', division: 'Intimates', noun: 'robe' },
  { name: 'Swim', department: 'Intimate', division: 'Intimates', noun: 'swimsuit' },
] as const;

export const COLOURS = ['navy', 'ivory', 'olive', 'burgundy', 'black', 'teal', 'coral', 'charcoal', 'mustard', 'lilac'];
export const FABRICS = ['cotton', 'linen', 'wool', 'silk', 'viscose', 'jersey', 'denim', 'velvet', 'fleece', 'crepe'];
export const OCCASIONS = [
  'the office',
  'a wedding',
  'weekends',
  'travelling',
  'a dinner out',
  'the beach',
  'school runs',
  'a first date',
  'cold mornings',
];
export const PEOPLE = [
  'my sister',
  'my husband',
  'a colleague',
  'my daughter',
  'the saleswoman',
  'everyone at work',
  'a stranger on the train',
];

/** Aspects: the same adjective speaks well of one and badly of another, so single words do not decide. */
export const ASPECTS = [
  {
    aspect: 'fabric',
    good: ['soft', 'substantial', 'light as a feather', 'breathable', 'thick enough for winter'],
    bad: ['scratchy', 'see-through', 'stiff', 'thin', 'clingy'],
  },
  {
    aspect: 'fit',
    good: ['true to size', 'flattering', 'forgiving', 'just loose enough', 'tailored'],
    bad: ['boxy', 'far too tight', 'enormous', 'odd at the shoulders', 'shapeless'],
  },
  {
    aspect: 'colour',
    good: ['as rich as in the picture', 'deeper than I hoped', 'easy to combine'],
    bad: ['nothing like the picture', 'washed out', 'closer to orange'],
  },
  {
    aspect: 'length',
    good: ['right below the knee', 'good on a short frame', 'long enough to tuck in'],
    bad: ['awkward at mid calf', 'too short to bend over', 'too long for anyone under six feet'],
  },
  { aspect: 'stitching', good: ['tidy', 'solid', 'hardly visible'], bad: ['loose', 'coming apart', 'crooked'] },
  {
    aspect: 'neckline',
    good: ['elegant', 'modest', 'pretty'],
    bad: ['gaping', 'lower than shown', 'too wide for a bra'],
  },
  {
    aspect: 'price',
    good: ['fair', 'a steal on sale', 'lower than expected'],
    bad: ['hard to justify', 'outrageous', 'too high for this quality'],
  },
  {
    aspect: 'waist',
    good: ['nicely defined', 'stretchy', 'where a waist should be'],
    bad: ['way too high', 'digging in', 'impossible to zip'],
  },
] as const;

export const GOOD_ENDINGS = [
  'I kept it and ordered a second one.',
  'It has not gone back to the closet since.',
  'I would buy it again tomorrow.',
  'Nobody believes what I paid.',
  'I wore it three days in a row.',
  'This one stays.',
  'I only wish I had found it earlier.',
  'My doubts were gone once I put it on.',
];
export const BAD_ENDINGS = [
  'It went back the next day.',
  'I wanted to love it and could not.',
  'Save your money.',
  'The return label was the best part.',
  'I expected more from this brand.',
  'It now lives at the bottom of a drawer.',
  'What a pity, since I had waited for it.',
  'I will not order this one again.',
];
export const NEUTRAL = [
  'I am five foot four and usually wear a medium.',
  'I ordered the small and the medium to compare.',
  'It arrived within a week.',
  'I first saw it in the store.',
  'I hand washed it once.',
  'I bought it with a coupon.',
  'The model must be very tall.',
  'I had looked at it for months.',
];
export const GOOD_TITLES = [
  'Beautiful',
  'So happy with this',
  'Better than the picture',
  'A keeper',
  'New favourite',
  'Worth it',
  'Finally',
  'Surprisingly good',
];
export const BAD_TITLES = [
  'Disappointed',
  'Not for me',
  'Sent back',
  'Looks better online',
  'Poor quality',
  'What happened',
  'Wanted to like it',
  'Skip this',
];
