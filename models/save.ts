import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BertConfig } from './encoder/bert-config.ts';
import { writeSafetensors, type NamedArray } from './safetensors.ts';

/** What is written beside the weights, so that Transformers' AutoModelForSequenceClassification loads the folder as it is. */
export interface SavedClassifier {
  config: BertConfig;
  /** Folder of the base model, whose tokenizer is kept. */
  tokenizerDir: string;
  classes: readonly string[];
  maxLength: number;
  /** Tensors by their names in Hugging Face files, in order. */
  tensors: readonly NamedArray[];
}

/** Writes config.json, model.safetensors, tokenizer.json and tokenizer_config.json. */
export async function saveClassifier(dir: string, model: SavedClassifier): Promise<void> {
  const { config, tokenizerDir, classes, maxLength, tensors } = model;
  await mkdir(dir, { recursive: true });
  await writeJson(join(dir, 'config.json'), {
    ...config.raw,
    // The name of the base model's folder on its maker's machine.
    _name_or_path: undefined,
    architectures: ['BertForSequenceClassification'],
    problem_type: 'single_label_classification',
    num_labels: classes.length,
    id2label: Object.fromEntries(classes.map((name, index) => [String(index), name])),
    label2id: Object.fromEntries(classes.map((name, index) => [name, index])),
    dtype: 'float32',
  });
  writeSafetensors(join(dir, 'model.safetensors'), tensors);
  await copyFile(join(tokenizerDir, 'tokenizer.json'), join(dir, 'tokenizer.json'));
  const settings = join(tokenizerDir, 'tokenizer_config.json');
  if (await exists(settings)) await copyFile(settings, join(dir, 'tokenizer_config.json'));
  else
    await writeJson(join(dir, 'tokenizer_config.json'), {
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: maxLength,
      model_input_names: ['input_ids', 'token_type_ids', 'attention_mask'],
      cls_token: '[CLS]',
      sep_token: '[SEP]',
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      mask_token: '[MASK]',
    });
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
