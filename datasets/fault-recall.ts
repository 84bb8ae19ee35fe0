import { FAULT_KINDS } from '../contracts/data.ts';
import type { FaultRecall } from '../contracts/governance.ts';
import { ROW_ID } from '../contracts/task.ts';
import { countAt, textAt, withDatabase } from './duckdb.ts';
import { parquet } from './sql.ts';

export interface FaultRecallInput {
  faults: string;
  failures?: string;
  audit?: string;
  quarantine?: string;
  masks?: string;
  suspectLabels?: readonly { id: number }[];
  workDir: string;
}

/**
 * How many of the known faults the run came across, by kind. A fault of a cell counts as found when a failed check, a repair or a
 * mask names that row and that column; a fault of a whole row, and one whose row a failed check of several columns or the quarantine
 * names, when the row is named; a wrong label also when the row is among the suspect labels.
 */
export async function faultRecall(input: FaultRecallInput): Promise<FaultRecall[]> {
  const { faults, failures, audit, quarantine, masks, suspectLabels = [], workDir } = input;
  const files = [faults, failures, audit, quarantine, masks].filter((path) => path !== undefined);
  return withDatabase({ workDir, read: files }, async (db) => {
    await db.run(`CREATE TABLE touched (${ROW_ID} BIGINT, "column" VARCHAR)`);
    for (const path of [failures, audit, masks])
      if (path !== undefined)
        await db.run(`INSERT INTO touched SELECT ${ROW_ID}, coalesce("column", '') FROM ${parquet(path)}`);
    if (quarantine !== undefined) await db.run(`INSERT INTO touched SELECT ${ROW_ID}, '' FROM ${parquet(quarantine)}`);
    await db.run(`CREATE TABLE suspects (${ROW_ID} BIGINT, "column" VARCHAR)`);
    await db.append(
      'suspects',
      suspectLabels.map(({ id }) => [BigInt(id), '']),
    );
    const rows = await db.rows(
      `SELECT kind, count(*) AS injected, count(*) FILTER (
         EXISTS (SELECT 1 FROM touched t WHERE t.${ROW_ID} = f.${ROW_ID}
                 AND (f."column" = '' OR t."column" = '' OR contains(t."column", ',') OR t."column" = f."column"))
         OR (kind = 'mislabelled' AND f.${ROW_ID} IN (SELECT ${ROW_ID} FROM suspects))
       ) AS found FROM ${parquet(faults)} f GROUP BY kind`,
    );
    return FAULT_KINDS.flatMap((kind) => {
      const row = rows.find((candidate) => textAt(candidate, 'kind') === kind);
      return row === undefined ? [] : [{ kind, injected: countAt(row, 'injected'), found: countAt(row, 'found') }];
    });
  });
}
