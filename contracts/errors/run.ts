import type { ErrorKind } from '../errors.ts';

/** What can go wrong while a run is being carried out. */
export const RUN_ERRORS = {
  INTERNAL: {
    message: '{what}',
    remedy: 'This is a fault of Assay itself: report it with the log of the worker (`npx assay logs`).',
    retry: false,
  },
  RUN_INPUT_INVALID: {
    message: 'the input of runPipeline is not usable: {problem}',
    remedy:
      'Start it with {"pipeline": "<name>", "parameters": {…}}; `pipeline` may also be {"text": "…"} or {"artifact": {…}}.',
    retry: false,
  },
  STEP_VERSION_MISMATCH: {
    message: 'step "{step}" was planned with version {planned} of "{kind}", but this worker has version {installed}',
    remedy: 'Start the run again, so that it is planned with the version that is installed.',
    retry: false,
  },
  STEP_OUTPUT_MISSING: {
    message: 'step "{step}" needs "{producer}.{output}" as its input "{input}", but that step did not make it',
    remedy: 'Remove the input if it is not needed, or see why the producing step left its optional output out.',
    retry: false,
  },
  STEP_TIMED_OUT: {
    message: 'step "{step}" {what}',
    remedy: "See `npx assay logs`; raise the step's `timeout` in the pipeline if the work is simply long.",
    retry: true,
  },
  STEP_CANCELLED: {
    message: 'step "{step}" was cancelled',
    remedy: 'Run the pipeline again: finished steps are not repeated.',
    retry: false,
  },
  WORKER_STOPPING: {
    message: 'the worker is stopping; step "{step}" goes on where it was when a worker is back',
    remedy: 'Nothing to do: the step is tried again, from its last checkpoint where it has one.',
    retry: true,
  },
  TRAINING_PROCESS_DIED: {
    message: 'the training process ended without an answer ({how})',
    remedy: 'The step is tried again from its last checkpoint. If it keeps dying, see `npx assay logs gpu` (memory?).',
    retry: true,
  },
  DEVICE_BUSY: {
    message: 'device {device} is held by process {pid} on this machine',
    remedy: 'One training at a time runs on a device: stop the other worker, or wait for it.',
    retry: true,
  },
  DATASET_UNKNOWN: {
    message: 'the catalogue has no data set "{dataset}" (it has: {known})',
    remedy: 'Declare it in pipelines/datasets.yaml, or name one that is there.',
    retry: false,
  },
  MODEL_NOT_INSTALLED: {
    message: 'base model "{model}" is not installed (installed: {installed})',
    remedy:
      'Put its Hugging Face folder among the installed models (`npx assay doctor` shows where), or name one that is there.',
    retry: false,
  },
  MODEL_FILE_MISSING: {
    message: 'base model "{model}" has no readable {file}',
    remedy: 'Install the model again: config.json, model.safetensors and tokenizer.json are needed.',
    retry: false,
  },
  ENVIRONMENT_INVALID: {
    message: 'the environment of this worker is not usable: {problem}',
    remedy:
      'Set the variables that the README lists under "Workers elsewhere", or start the workers with `npx assay up`.',
    retry: false,
  },
} as const satisfies Record<string, ErrorKind>;
