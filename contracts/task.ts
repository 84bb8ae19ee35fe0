/** The question asked of each record: which columns are read, and which class each label value means. Declared, never guessed. */
export interface TextClassificationTask {
  /** Columns joined, in this order, into the text that the model reads; missing ones are left out. */
  text: string[];
  /** Put between the columns; default `. ` */
  separator?: string;
  /** The column that holds the label. */
  label: string;
  /** Label value as written in the data → class name. Order gives the class index. */
  classes: { value: string; name: string }[];
  /** The class name that counts as positive in binary figures. */
  positive: string;
}

export const TASK_SCHEMA = {
  type: 'object',
  description: 'The question: text columns, label column, classes and the positive class.',
  required: ['text', 'label', 'classes', 'positive'],
  additionalProperties: false,
  properties: {
    text: { type: 'array', items: { type: 'string' }, minItems: 1, description: 'Columns joined into the text.' },
    separator: { type: 'string', default: '. ' },
    label: { type: 'string', description: 'Column that holds the label.' },
    classes: {
      type: 'array',
      minItems: 2,
      items: {
        type: 'object',
        required: ['value', 'name'],
        additionalProperties: false,
        properties: { value: { type: 'string' }, name: { type: 'string' } },
      },
    },
    positive: { type: 'string', description: 'Name of the positive class.' },
  },
} as const;

/** One row handed to a model: `label` is the index into the task's classes. A JSON Lines file holds one a line. */
export interface Example {
  /** Raw row id (`_row_id`), the row's position in the source from 0. */
  id: number;
  part: Part;
  text: string;
  label: number;
}

/** `unused`: left out of the caps on each part's size. */
export const PARTS = ['train', 'dev', 'test', 'unused'] as const;
export type Part = (typeof PARTS)[number];

/** Column that ingest adds to every table: the row's position in the source, from 0. Never renumbered. */
export const ROW_ID = '_row_id';
