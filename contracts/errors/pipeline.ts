import type { ErrorKind } from '../errors.ts';

/** Single problems of a pipeline or catalogue, reported together, each with its place. */
export const PIPELINE_PROBLEMS = {
  YAML_SYNTAX: { message: '{what}', remedy: 'Mend the YAML at the named place.', retry: false },
  YAML_EMPTY: {
    message: 'the file is empty',
    remedy: 'Begin with `name:`, `version:`, `description:` and `steps:`.',
    retry: false,
  },
  YAML_TOO_LARGE: {
    message: 'the file has {bytes} bytes, over the limit of {limit}',
    remedy: 'Split the pipeline.',
    retry: false,
  },
  SCHEMA: {
    message: '{what}',
    remedy: 'See docs/pipelines.md, or let your editor check against pipelines/schema/.',
    retry: false,
  },
  UNKNOWN_KEY: { message: 'unknown key "{key}"', remedy: 'Correct or remove it.', retry: false },
  REQUIRED: { message: '"{key}" is missing', remedy: 'Add it.', retry: false },
  UNKNOWN_STEP_KIND: { message: 'unknown step kind "{kind}"', remedy: 'Use one of: {known}.', retry: false },
  DUPLICATE_STEP: { message: 'step id "{id}" is used twice', remedy: 'Give each step its own id.', retry: false },
  UNKNOWN_NEED: {
    message: 'step "{step}" needs "{need}", which is not a step',
    remedy: 'Name a step of this pipeline.',
    retry: false,
  },
  MISSING_NEED: {
    message: 'step "{step}" reads an output of "{need}" without needing it',
    remedy: 'Add "{need}" to its `needs`.',
    retry: false,
  },
  CYCLE: { message: 'steps need each other in a circle: {path}', remedy: 'Remove one of these needs.', retry: false },
  EXPRESSION: {
    message: 'cannot read the expression "{expression}"',
    remedy: 'Write ${{ parameters.NAME }} or ${{ steps.ID.OUTPUT }}.',
    retry: false,
  },
  UNKNOWN_PARAMETER: {
    message: 'unknown parameter "{name}"',
    remedy: 'Declare it under `parameters`, or correct its name.',
    retry: false,
  },
  UNUSED_PARAMETER: { message: 'parameter "{name}" is never used', remedy: 'Use it or remove it.', retry: false },
  PARAMETER_TYPE: { message: 'parameter "{name}": {what}', remedy: 'Give a value of the declared type.', retry: false },
  PARAMETER_REQUIRED: {
    message: 'parameter "{name}" has no default and was not given',
    remedy: 'Give it: --param {name}=…',
    retry: false,
  },
  UNKNOWN_OUTPUT: {
    message: 'step "{step}" ({kind}) has no output "{output}"',
    remedy: 'Use one of: {known}.',
    retry: false,
  },
  OUTPUT_TYPE: {
    message: 'input "{input}" takes {wanted}, but {step}.{output} is {given}',
    remedy: 'Feed it an output of the right type.',
    retry: false,
  },
  OPTIONAL_OUTPUT: {
    message: 'input "{input}" must be there, but {step}.{output} is not made in every run',
    remedy: 'Feed it an output that is always made.',
    retry: false,
  },
  INPUT_VALUE: {
    message: 'input "{input}" must be an output of an earlier step',
    remedy: 'Write ${{ steps.ID.OUTPUT }}.',
    retry: false,
  },
  UNUSED_OUTPUT: {
    message: 'output "{output}" of step "{step}" is never used',
    remedy: 'Feed it to a later step, or leave the step out.',
    retry: false,
  },
  SETTING: {
    message: 'setting "{setting}" of step "{step}": {what}',
    remedy: 'See the step kind in docs/pipelines.md.',
    retry: false,
  },
  QUEUE: {
    message: 'step "{step}" computes with tensors and cannot run on queue "{queue}"',
    remedy: 'Leave `queue` out, or set it to gpu.',
    retry: false,
  },
  UNKNOWN_DATASET: {
    message: 'unknown data set "{name}"',
    remedy: 'Declare it in pipelines/datasets.yaml. Known: {known}.',
    retry: false,
  },
  UNKNOWN_MODEL: { message: 'base model "{name}" is not installed', remedy: 'Installed: {known}.', retry: false },
} as const satisfies Record<string, ErrorKind>;

export type PipelineProblemCode = keyof typeof PIPELINE_PROBLEMS;

/** What can be wrong with a pipeline before it runs. */
export const PIPELINE_ERRORS = {
  ...PIPELINE_PROBLEMS,
  PIPELINE_NOT_FOUND: {
    message: 'there is no pipeline "{pipeline}" (there is: {known}){hint}',
    remedy: 'Name one of these, or the path of a YAML file.',
    retry: false,
  },
  PIPELINE_INVALID: {
    message: 'pipeline "{pipeline}" has {count} problem(s):\n{problems}',
    remedy: 'Mend the named places; `npx assay validate {pipeline}` checks again.',
    retry: false,
  },
  PIPELINE_ENCODING: {
    message: '{pipeline} is not UTF-8 text',
    remedy: 'Save it as UTF-8.',
    retry: false,
  },
  CATALOGUE_INVALID: {
    message: 'the catalogue {catalogue} has {count} problem(s):\n{problems}',
    remedy: 'Mend the named places.',
    retry: false,
  },
  CATALOGUE_NOT_FOUND: {
    message: 'there is no catalogue of data sets at {catalogue}',
    remedy: 'Create pipelines/datasets.yaml.',
    retry: false,
  },
} as const satisfies Record<string, ErrorKind>;
