/** What no schema can say of the language. */
export const LANGUAGE = `A pipeline is one YAML file in \`pipelines/\`; \`npx assay run NAME\` runs it, \`npx assay validate NAME\` only checks it and tells every problem with its line, column and code. \`pipelines/product-quality.yaml\` is the one to copy from.

\`\`\`yaml
# yaml-language-server: $schema=./schema/pipeline.schema.json
name: example
version: 1.0.0
description: Profiles one data set.
parameters:
  dataset: { type: string, default: womens_clothing }
steps:
  - id: ingest
    uses: ingest
    with: { dataset: '\${{ parameters.dataset }}' }
  - id: profile
    uses: profile
    needs: [ingest]
    with: { table: '\${{ steps.ingest.table }}' }
    retry: { attempts: 2, initial: 1s, backoff: 2, maximum: 1m }
    timeout: 10m
\`\`\`

**Parameters** have a \`type\` (string, integer, number, boolean, array or object), and may have a \`default\` and bounds in the words of JSON Schema. One without a default must be given: \`--param NAME=VALUE\`.

**Expressions** are \`\${{ parameters.NAME }}\` anywhere in a setting, and \`\${{ steps.ID.OUTPUT }}\` as the whole value of an input. A value that is one expression keeps the parameter's type; within a longer text it becomes text.

**Steps** have an \`id\`, a kind (\`uses\`), the steps that they wait for (\`needs\`), and settings and inputs side by side in \`with\`. A step that reads an output needs its step. Steps that do not need each other run at the same time.

**On each step**, all optional: \`retry\` (\`attempts\`, the first included; \`initial\` wait; \`backoff\` factor; \`maximum\` wait), \`timeout\` (a duration for one attempt, or \`startToClose\` and \`heartbeat\`), \`queue\` (\`cpu\` or \`gpu\`), and \`cache: false\` to compute even when the result is known. Durations are a whole number with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`. Where a step says nothing, its kind's values hold; waits begin with 1 s, double, and end at 60 s.

\`onFailure\` says what a failed step does to the run: \`cancel\` ends it, \`hold\` is reserved for runs that wait for a person, and acts as \`cancel\` until then.`;

export const RULES = {
  check:
    'Every rule has an `id`, a `type` and a `dimension` (`completeness`, `accuracy`, `consistency`, `uniqueness` or `validity`), and may have a `description`, a `severity` (`error`, the default, or `warning`) and `where`, an SQL condition that chooses the rows it looks at.',
  clean:
    'Rules apply in order. Every rule has an `id` and a `type`, and may have a `description`. What a rule learns, it learns from the training rows alone.',
  catalogue:
    '`pipelines/datasets.yaml` declares each data set once, under `datasets`. `path` is below `$ASSAY_DATA` or the project; where no file is there, `addresses` are tried, then the `fallback`.',
};
