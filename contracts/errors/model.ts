import type { ErrorKind } from '../errors.ts';

/** What can go wrong in models. */
export const MODEL_ERRORS = {
  PREDICTIONS_NOT_FINITE: {
    message: 'the predicted probability is {value}: the model has diverged',
    remedy: 'Train with a lower learning rate, or with gradient clipping (`maxGradientNorm: 1`).',
    retry: false,
  },
  EXAMPLES_INVALID: {
    message: 'this is not an example: {problem}',
    remedy: 'The examples are made by the step before; run it again, or report this with the file.',
    retry: false,
  },
  EXAMPLES_MISSING: {
    message: 'the {part} part has no rows, so there is nothing to {purpose}',
    remedy: "Give the {part} part a share of the rows in the pipeline's `split` step.",
    retry: false,
  },
  TRAINING_ONE_CLASS: {
    message: 'all {rows} training rows are of the class "{only}", so there is nothing to learn',
    remedy: "Look at the label column and the task's `classes`: each class needs rows in the training part.",
    retry: false,
  },
  TUNING_SETTINGS: {
    message: 'the settings of `tuning` do not fit: {problem}',
    remedy: '{remedy}',
    retry: false,
  },
  TENSORFLOW_NOT_LOADED: {
    message: 'TensorFlow cannot be loaded: {problem}',
    remedy: 'Run `npx assay doctor`; `npm start` installs what is missing.',
    retry: false,
  },
  DEVICE_MISSING: {
    message: 'a GPU was asked for, and TensorFlow sees none',
    remedy: 'Set the device to `auto` or `cpu`, or look at the driver with `nvidia-smi`.',
    retry: false,
  },
  MODEL_FILE_UNREADABLE: {
    message: 'the model cannot be read: {problem}',
    remedy:
      'Get the model again: its folder holds config.json, model.safetensors and tokenizer.json from Hugging Face.',
    retry: false,
  },
  MODEL_NOT_SUPPORTED: {
    message: 'this model is not one that Assay can train: {what}',
    remedy: 'Choose an encoder of the BERT family (model_type "bert", GELU, absolute positions).',
    retry: false,
  },
  MODEL_WEIGHTS_MISMATCH: {
    message: 'the weights do not fit the configuration: {problems}',
    remedy: 'config.json and model.safetensors must come from the same model; get both again.',
    retry: false,
  },
  TOKENIZER_MISMATCH: {
    message: 'the tokenizer has {tokens} tokens, the model {vocabulary}: they do not belong together',
    remedy: 'Take tokenizer.json from the folder that the weights came from.',
    retry: false,
  },
  DEV_ONE_CLASS: {
    message:
      'all {rows} dev rows are of the class "{only}", so the AUC on dev, by which the best model is chosen, has no value',
    remedy: 'Give the dev part rows of each class, or choose another `devMetric`.',
    retry: false,
  },
  SEQUENCE_TOO_LONG: {
    message: 'maxLength {maxLength} is beyond the {positions} positions of the model',
    remedy: 'Set `maxLength` to {positions} or less.',
    retry: false,
  },
  LOSS_NOT_FINITE: {
    message: 'the loss is {loss} at step {step} (rows {rows})',
    remedy:
      'Lower `learningRate`, set `maxGradientNorm: 1`, and look at these rows. The last checkpoint is from before.',
    retry: false,
  },
  CHECKPOINT_MISMATCH: {
    message: 'the checkpoint is of another training: {difference}',
    remedy: 'Start without it, or with the settings, rows and base model that it was made with.',
    retry: false,
  },
  OUT_OF_MEMORY: {
    message: 'there is not enough memory for step {step}: {problem}',
    remedy: 'Lower `batchSize` or `maxLength`.',
    retry: false,
  },
} as const satisfies Record<string, ErrorKind>;
