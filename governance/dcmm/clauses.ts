import { DIMENSIONS, type CheckResult, type Checks } from '../../contracts/data.ts';
import type { Evidence } from '../../contracts/governance.ts';
import { overallQuality, qualityByDimension } from '../quality/scores.ts';
import type { Clause } from './clause.ts';
import type { Item2018 } from './edition-2018.ts';

/** Share of conforming values from which a value domain counts as kept. */
const DOMAIN_KEPT = 0.99;

/** What level 2 asks for, item by item; an item that is not here cannot be measured from a run. */
export const CLAUSES: Partial<Record<Item2018, readonly Clause[]>> = {
  'Data model': [
    {
      evidence: ['metadata'],
      shown: 'Every column has a declared type.',
      todo: 'Declare the type of every column in the catalogue.',
      met: ({ metadata }) => metadata.columns.every(({ declared }) => declared),
    },
    {
      evidence: ['checksBefore'],
      shown: 'Rules over several columns state how they depend on each other.',
      todo: 'Declare the dependencies between columns as functional-dependency or expression rules.',
      met: ({ checksBefore }) => checksBefore.results.some(({ type }) => type === 'functional-dependency'),
    },
  ],
  'Metadata management': [
    {
      evidence: ['metadata'],
      shown: 'Source, format, schema, size, digest and licence were recorded when the data came in.',
      todo: 'Declare the licence of the data set in the catalogue.',
      met: ({ metadata }) => metadata.licence.trim() !== '',
    },
    {
      evidence: ['metadata'],
      shown: 'The source has exactly the columns that the catalogue declares.',
      todo: 'Bring the catalogue and the source into agreement: columns are missing or undeclared.',
      met: ({ metadata: { schemaDrift } }) => schemaDrift.missing.length === 0 && schemaDrift.undeclared.length === 0,
    },
    {
      evidence: ['metadata'],
      shown: 'The data set has a named owner.',
      todo: 'Name an owner of the data set in the catalogue.',
      met: ({ metadata }) => metadata.owner !== null,
    },
  ],
  'Data analysis': [
    {
      evidence: ['evaluation'],
      shown: 'The model was tried on rows it had never seen, with a paired significance test.',
      todo: 'Add an evaluate step with rows kept for the test.',
      met: ({ evaluation }) => (evaluation === undefined ? null : evaluation.comparisons.length > 0),
    },
    {
      evidence: ['evaluation'],
      shown: 'The analysis is better than guessing the most frequent class.',
      todo: 'The model is not above the majority class: more rows, better labels or another text are needed.',
      met: ({ evaluation }) =>
        evaluation === undefined ? null : evaluation.scores.finetuned.macroF1 > evaluation.scores.majority.macroF1,
    },
  ],
  'Security management': [
    {
      evidence: ['masking'],
      shown: 'Text was searched for personal data, and what was found was replaced before training.',
      todo: 'Add a mask step before anything trains on the text.',
      met: ({ masking }) => (masking === undefined ? null : masking.columns.length > 0),
    },
    {
      evidence: ['masking', 'training'],
      shown: 'Every text column that the model read was searched.',
      todo: 'Let the mask step search every text column that the model reads.',
      met: everyModelTextSearched,
    },
  ],
  'Quality requirements': [
    {
      evidence: ['checksBefore'],
      shown: 'Rules are declared for all five dimensions of quality.',
      todo: 'Declare at least one rule for each of completeness, accuracy, consistency, uniqueness and validity.',
      met: ({ checksBefore }) => DIMENSIONS.every((dimension) => checksBefore.dimensions[dimension].rules > 0),
    },
  ],
  'Quality check': [
    {
      evidence: ['checksBefore', 'failures'],
      shown: 'Every rule was evaluated, and the rows that break it were kept.',
      todo: 'Some rules looked at no row: correct their columns or conditions.',
      met: ({ checksBefore }) => checksBefore.results.every(({ evaluated }) => evaluated > 0),
    },
    {
      evidence: ['checksAfter'],
      shown: 'The same rules were evaluated again after cleaning.',
      todo: 'Check the cleaned table with the same rules.',
      met: ({ checksBefore, checksAfter }) => checksAfter !== undefined && sameRules(checksBefore, checksAfter),
    },
  ],
  'Quality analysis': [
    {
      evidence: ['profile'],
      shown: 'Every column was profiled: types, missing, distinct, ranges, associations.',
      todo: 'Profile every column of the table.',
      met: ({ profile, metadata }) => profile.columns.length >= metadata.columns.length,
    },
    {
      evidence: ['evaluation'],
      shown: "Labels were compared with the model's judgement, and suspects listed by row.",
      todo: 'Evaluate a model on the labelled rows, so that wrong labels can be suspected.',
      met: ({ evaluation }) => (evaluation === undefined ? null : true),
    },
  ],
  'Quality improvement': [
    {
      evidence: ['cleaning', 'audit'],
      shown: 'Repairs are declared, and each change is kept with its value before and after.',
      todo: 'Declare repairs in a clean step.',
      met: ({ cleaning }) => (cleaning === undefined ? null : cleaning.rules.length > 0),
    },
    {
      evidence: ['checksBefore', 'checksAfter'],
      shown: 'Quality measured by the same rules was higher after cleaning than before.',
      todo: 'Cleaning did not raise the quality that the rules measure: declare repairs for the rules that fail.',
      met: qualityRose,
    },
  ],
  'Business terms': [
    {
      evidence: ['metadata'],
      shown: 'Every column has a description in words.',
      todo: 'Describe every column in the catalogue.',
      met: ({ metadata }) => metadata.columns.every(({ description }) => description.trim() !== ''),
    },
  ],
  'Reference and master data': [
    {
      evidence: ['checksBefore'],
      shown: 'Lists of the allowed values are declared for columns of codes and names.',
      todo: 'Declare the allowed values of code columns as in-set rules.',
      met: ({ checksBefore }) => checksBefore.results.some(({ type }) => type === 'in-set'),
    },
    {
      evidence: ['checksAfter'],
      shown: 'After cleaning, at least 99% of the values are in their lists.',
      todo: 'Map the values outside the declared lists to known ones.',
      met: ({ checksBefore, checksAfter }) => kept(checksAfter ?? checksBefore, ['in-set']),
    },
  ],
  'Data element': [
    {
      evidence: ['checksAfter'],
      shown: 'Value ranges and forms are declared, and at least 99% of the values keep to them.',
      todo: 'Declare ranges, lengths and patterns of columns, and mend the values outside them.',
      met: ({ checksBefore, checksAfter }) => kept(checksAfter ?? checksBefore, ['in-range', 'matches', 'length']),
    },
  ],
  'Data requirements': [
    {
      evidence: ['training'],
      shown: 'The question asked of the data, its text, its label and its classes are declared.',
      todo: 'Declare the task in the pipeline.',
      met: ({ training }) => (training === undefined ? null : true),
    },
  ],
  'Data operation': [
    {
      evidence: ['metadata'],
      shown: 'The table is stored under its digest, so that any figure can be traced to the rows it came from.',
      todo: 'Store the table under its digest.',
      met: ({ metadata }) => metadata.tableSha256 !== '',
    },
    {
      evidence: ['metadata'],
      shown: 'It is known when the source was last updated.',
      todo: 'Record when the source was last updated.',
      met: ({ metadata }) => metadata.updatedAt !== null,
    },
  ],
};

function everyModelTextSearched({ masking, training, metadata, profile }: Evidence): boolean | null {
  if (masking === undefined || training === undefined) return null;
  const type = (name: string) => metadata.columns.find((column) => column.name === name)?.type;
  // A column of few values holds codes, not what a person wrote.
  const free = (name: string) => profile.columns.find((column) => column.name === name)?.topSuppressed ?? true;
  return training.config.task.text
    .filter((name) => type(name) === 'text' && free(name))
    .every((name) => masking.columns.includes(name));
}

function qualityRose({ checksBefore, checksAfter }: Evidence): boolean | null {
  const { before, after } = overallQuality(qualityByDimension(checksBefore, checksAfter));
  return before === null || after === null ? null : after > before;
}

function sameRules(a: Checks, b: Checks): boolean {
  return a.results.length === b.results.length && a.results.every(({ id }, index) => b.results[index]?.id === id);
}

function kept(checks: Checks, types: readonly CheckResult['type'][]): boolean {
  const domain = checks.results.filter(({ type }) => types.includes(type));
  const evaluated = domain.reduce((sum, result) => sum + result.evaluated, 0);
  const failed = domain.reduce((sum, result) => sum + result.failed, 0);
  return evaluated > 0 && 1 - failed / evaluated >= DOMAIN_KEPT;
}
