import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetEntry } from '../../contracts/data.ts';
import { AssayError } from '../../contracts/errors.ts';
import { withDatabase } from '../duckdb.ts';
import { injectFaults, type Fault, type Role, type ShopRow } from './faults.ts';
import { createRandom, type Random } from './random.ts';
import { writeReview, type Product } from './review.ts';
import { CLASSES, COLOURS, FABRICS } from './words.ts';

const PRODUCTS = 1200;
const REVIEWS = 8000;

/** The column of the catalogue's entry that plays each role. */
const COLUMNS: Record<Role, string> = {
  product: 'Clothing ID',
  age: 'Age',
  title: 'Title',
  text: 'Review Text',
  rating: 'Rating',
  recommended: 'Recommended IND',
  feedback: 'Positive Feedback Count',
  division: 'Division Name',
  department: 'Department Name',
  class: 'Class Name',
};

/**
 * A seeded shop of reviews in the columns of `entry`, with known faults.
 * @returns the CSV, the Parquet list of its faults (kind, _row_id, column, original), and a description
 * @throws AssayError DATA_GENERATOR_COLUMNS when the entry lacks a column that the shop has
 */
export async function generateShop({
  entry,
  seed,
  workDir,
}: {
  entry: DatasetEntry;
  seed: number;
  workDir: string;
}): Promise<{
  csv: string;
  faults: string;
  description: string;
}> {
  for (const column of Object.values(COLUMNS))
    if (!entry.columns.some(({ name }) => name === column))
      throw new AssayError('DATA_GENERATOR_COLUMNS', { dataset: entry.name, column });
  const random = createRandom(seed);
  const rows = writeRows(random);
  const faults = injectFaults(rows, random);
  const csv = join(workDir, 'generated.csv');
  await writeFile(csv, toCsv(entry, rows));
  return {
    csv,
    faults: await writeFaults(faults, workDir),
    description: `A generated shop: ${rows.length} reviews of ${PRODUCTS} products (seed ${seed}), with ${faults.length} known faults.`,
  };
}

function writeRows(random: Random): ShopRow[] {
  const products = Array.from({ length: PRODUCTS }, (_, id): Product => ({
    id,
    kind: random.pick(CLASSES),
    colour: random.pick(COLOURS),
    fabric: random.pick(FABRICS),
    quality: 0.6 + 0.4 * Math.sqrt(random.next()),
  }));
  return Array.from({ length: REVIEWS }, () => {
    const product = random.pick(products);
    const liked = random.chance(product.quality * 0.945);
    const { title, text } = writeReview(product, liked, random);
    const rating = liked ? random.pick([5, 5, 5, 4, 4, 3]) : random.pick([1, 2, 2, 3, 3]);
    return {
      product: String(product.id),
      age: String(18 + Math.floor((random.next() + random.next() + random.next()) * 24)),
      title: random.chance(0.16) ? '' : title,
      text,
      rating: String(rating),
      recommended: liked ? '1' : '0',
      feedback: String(Math.floor(random.next() ** 4 * 30)),
      division: product.kind.division,
      department: product.kind.department,
      class: product.kind.name,
    };
  });
}

function toCsv({ columns }: DatasetEntry, rows: readonly ShopRow[]): string {
  const roles = new Map(Object.entries(COLUMNS).map(([role, column]) => [column, role as Role]));
  const header = columns.map(({ name, sourceName }) => field(sourceName ?? name)).join(',');
  const lines = rows.map((row, index) =>
    columns
      .map(({ name }) => {
        const role = roles.get(name);
        return field(role === undefined ? String(index) : row[role]);
      })
      .join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

function field(value: string): string {
  return /[",\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

async function writeFaults(faults: readonly Fault[], workDir: string): Promise<string> {
  const out = join(workDir, 'faults.parquet');
  await withDatabase({ workDir }, async (db) => {
    await db.run(`CREATE TABLE faults (kind VARCHAR, _row_id BIGINT, "column" VARCHAR, original VARCHAR)`);
    await db.append(
      'faults',
      faults.map(({ kind, row, role, original }) => [kind, BigInt(row), role === null ? '' : COLUMNS[role], original]),
    );
    await db.writeParquet('SELECT * FROM faults ORDER BY _row_id, kind', out);
  });
  return out;
}
