import type { FaultKind } from '../../contracts/data.ts';
import type { Random } from './random.ts';

/** A row of the generated shop, by the column's role. */
export interface ShopRow {
  product: string;
  age: string;
  title: string;
  text: string;
  rating: string;
  recommended: string;
  feedback: string;
  division: string;
  department: string;
  class: string;
}

export type Role = keyof ShopRow;

export interface Fault {
  kind: FaultKind;
  row: number;
  /** Null: the whole row. */
  role: Role | null;
  original: string | null;
}

/** Share of the rows that get each fault. */
const SHARES: Record<FaultKind, number> = {
  missing: 0.03,
  wrong: 0.02,
  inconsistent: 0.03,
  duplicated: 0.02,
  mislabelled: 0.03,
  'personal-data': 0.02,
};

/** Spoils some rows in place, at most one fault a row, and lists what was done. */
export function injectFaults(rows: ShopRow[], random: Random): Fault[] {
  const faults: Fault[] = [];
  const free = rows.map((_, index) => index);
  for (const kind of Object.keys(SHARES) as FaultKind[])
    for (let count = Math.round(rows.length * SHARES[kind]); count > 0; count -= 1) {
      const place = random.integer(0, free.length - 1);
      const [row] = free.splice(place, 1);
      if (row !== undefined) faults.push(spoil(kind, rows, row, random));
    }
  return faults.sort((a, b) => a.row - b.row);
}

function spoil(kind: FaultKind, rows: ShopRow[], row: number, random: Random): Fault {
  const target = rows[row];
  if (target === undefined) throw new RangeError(`no row ${row}`);
  const set = (role: Role, value: string): Fault => {
    const original = target[role];
    target[role] = value;
    return { kind, row, role, original };
  };
  switch (kind) {
    case 'missing':
      return set(random.pick(['text', 'division', 'department', 'rating'] as const), '');
    case 'wrong':
      return random.chance(0.5)
        ? set('age', random.pick(['0', '4', '150', '215']))
        : set('rating', random.pick(['0', '7', '9', '50']));
    case 'inconsistent':
      switch (random.integer(0, 2)) {
        case 0:
          return set('division', random.pick(['Initmates', 'general', 'GENERAL PETITE', ' General ']));
        case 1:
          return set('department', target.department === 'Tops' ? 'Bottoms' : 'Tops');
        default:
          return set('text', `  ${target.text.replace(' ', '   ')} `);
      }
    case 'duplicated': {
      // A copy of an earlier row: the first one stands, this one is the fault.
      const source = rows[random.integer(0, Math.max(0, row - 1))];
      if (source !== undefined) Object.assign(target, source);
      return { kind, row, role: null, original: null };
    }
    case 'mislabelled':
      return set('recommended', target.recommended === '1' ? '0' : '1');
    case 'personal-data':
      return set('text', `${target.text} ${personalSentence(random)}`);
  }
}

const NAMES = ['ana', 'lee', 'maria.k', 'j_smith', 'wong', 'olivia', 'tom.h'];

function personalSentence(random: Random): string {
  const number = String(random.integer(100, 199)).padStart(4, '0');
  switch (random.integer(0, 3)) {
    case 0:
      return `Write to me at ${random.pick(NAMES)}${random.integer(1, 99)}@example.${random.pick(['com', 'org', 'net'])} for photos.`;
    case 1:
      return `Call me on ${random.pick([`(212) 555-${number}`, `212-555-${number}`, `+1 212 555 ${number}`, `212.555.${number}`])} about it.`;
    case 2:
      return `They charged my card ${random.pick(['4111 1111 1111 1111', '5500-0000-0000-0004', '340000000000009'])} twice.`;
    default:
      return `They even asked for my number ${random.integer(100, 665)}-${random.integer(10, 99)}-${random.integer(1000, 9999)}.`;
  }
}
