"""The peer of `npm run bench -- finetune`: Hugging Face Transformers on PyTorch with the same recipe, on the same rows.

usage: finetune.py MODEL_DIR SPLIT_DIR [--padding dynamic|grouped] [--epochs 3] [--learning-rate 5e-5] [--batch 16]
                   [--max-length 128] [--rows 0] [--seed 1] [--speed-only] [--threads 0]
SPLIT_DIR holds train.csv, dev.csv and test.csv with the columns text and label. Prints one JSON line.
"""
import argparse
import csv
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import transformers
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from transformers import AutoModelForSequenceClassification, AutoTokenizer, get_linear_schedule_with_warmup

parser = argparse.ArgumentParser()
parser.add_argument('model')
parser.add_argument('split', type=Path)
parser.add_argument('--padding', choices=['dynamic', 'grouped'], default='grouped')
parser.add_argument('--epochs', type=int, default=3)
parser.add_argument('--learning-rate', type=float, default=5e-5)
parser.add_argument('--batch', type=int, default=16)
parser.add_argument('--max-length', type=int, default=128)
parser.add_argument('--rows', type=int, default=0, help='first rows of train.csv only; 0 for all')
parser.add_argument('--seed', type=int, default=1)
parser.add_argument('--speed-only', action='store_true', help='no predictions')
parser.add_argument('--threads', type=int, default=0)
options = parser.parse_args()

torch.manual_seed(options.seed)
random = np.random.default_rng(options.seed)
if options.threads:
    torch.set_num_threads(options.threads)
device = 'cuda' if torch.cuda.is_available() else 'cpu'


def read(part, limit=0):
    with open(options.split / f'{part}.csv', newline='', encoding='utf-8') as file:
        rows = list(csv.DictReader(file))
    rows = rows[:limit] if limit else rows
    return [row['text'] for row in rows], np.array([int(row['label']) for row in rows])


def order_of(texts, size):
    order = random.permutation(len(texts))
    if options.padding == 'dynamic':
        return [order[i:i + size] for i in range(0, len(order), size)]
    # As Trainer's group_by_length: batches of like length out of shuffled blocks of 50 batches, then shuffled.
    batches = []
    for start in range(0, len(order), 50 * size):
        block = sorted(order[start:start + 50 * size], key=lambda i: len(texts[i]))
        batches += [block[i:i + size] for i in range(0, len(block), size)]
    return [batches[i] for i in random.permutation(len(batches))]


def encode(texts):
    return tokenizer(texts, truncation=True, max_length=options.max_length, padding=True, return_tensors='pt').to(device)


def predict(texts, labels):
    model.eval()
    scores = []
    with torch.no_grad():
        for start in range(0, len(texts), 64):
            logits = model(**encode(texts[start:start + 64])).logits
            scores.append(torch.softmax(logits, -1)[:, 1].cpu().numpy())
    score = np.concatenate(scores)
    return dict(accuracy=accuracy_score(labels, score > 0.5), macroF1=f1_score(labels, score > 0.5, average='macro'),
                auc=roc_auc_score(labels, score))


train, dev, test = read('train', options.rows), read('dev'), read('test')
tokenizer = AutoTokenizer.from_pretrained(options.model)
model = AutoModelForSequenceClassification.from_pretrained(options.model, num_labels=2).to(device)
decayed = [p for n, p in model.named_parameters() if not ('bias' in n or 'LayerNorm' in n)]
plain = [p for n, p in model.named_parameters() if 'bias' in n or 'LayerNorm' in n]
groups = [dict(params=decayed, weight_decay=0.01), dict(params=plain, weight_decay=0.0)]
optimizer = torch.optim.AdamW(groups, lr=options.learning_rate)
steps = options.epochs * -(-len(train[0]) // options.batch)
schedule = get_linear_schedule_with_warmup(optimizer, int(0.1 * steps), steps)

kept = tempfile.NamedTemporaryFile(suffix='.pt')  # the weights of the epoch that is best on dev, as ours
best, seconds, samples, tokens = -1.0, 0.0, 0, 0
for _ in range(options.epochs):
    model.train()
    started = time.perf_counter()
    for batch in order_of(train[0], options.batch):
        inputs = encode([train[0][i] for i in batch])
        model(**inputs, labels=torch.tensor(train[1][batch], device=device)).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        samples += len(batch)
        tokens += inputs['input_ids'].numel()
    if device == 'cuda':
        torch.cuda.synchronize()
    seconds += time.perf_counter() - started  # dev is not part of the speed
    if not options.speed_only:
        score = predict(*dev)['macroF1']
        if score > best:
            best = score
            torch.save(model.state_dict(), kept.name)
if not options.speed_only:
    model.load_state_dict(torch.load(kept.name))

print(json.dumps(dict(
    library=f'transformers {transformers.__version__}, torch {torch.__version__}, {device}', threads=torch.get_num_threads(),
    padding=options.padding, seed=options.seed, samplesPerSecond=samples / seconds, tokensPerSecond=tokens / seconds,
    seconds=seconds, test=None if options.speed_only else predict(*test),
    peakMemoryBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)))
