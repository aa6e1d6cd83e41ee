"""PyTorch's side of training-step.bench.mjs: the networks of training-models.mjs with the same numbers.

Prints a first line {"version", "blas"}, then reads one JSON line per request, {"model": "cnn" | "transformer", "threads": 1, "steps": 5}, and answers
{"milliseconds": [...], "losses": [...]}; weights and moments go on from request to request of a model and thread count.
"""
import ctypes
import json
import math
import os
import pathlib
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def noise(shape, stream, scale):
    """Digits of a sine that JavaScript computes as well."""
    i = np.arange(int(np.prod(shape)), dtype=np.float64)
    digits = np.sin(12.9898 * i + 78.233 * stream) * 43758.5453
    return torch.from_numpy((scale * (2 * (digits - np.floor(digits)) - 1)).astype(np.float32)).reshape(shape)


def classes(shape, count, offset=0):
    i = torch.arange(int(np.prod(shape)))
    return ((i * 7 + (i >> 3) + offset) % count).reshape(shape)


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        widths, strides = [1, 32, 64, 128, 128], [1, 2, 2, 1]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, s, 1) for a, b, s in zip(widths, widths[1:], strides))
        self.fc = nn.Linear(128, 10)

    def ordered(self):
        return list(self.parameters())

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        return self.fc(x.mean((2, 3)))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.n, self.qkv, self.o = nn.LayerNorm(256), nn.Linear(256, 768), nn.Linear(256, 256)
        self.m, self.f, self.p = nn.LayerNorm(256), nn.Linear(256, 1024), nn.Linear(1024, 256)

    def forward(self, x, bias):
        b, t, d = x.shape
        q, k, v = (part.view(b, t, 4, 64).transpose(1, 2) for part in self.qkv(self.n(x)).split(256, 2))
        weights = (q @ k.transpose(2, 3) / 8 + bias).softmax(-1)
        x = x + self.o((weights @ v).transpose(1, 2).reshape(b, t, d))
        return x + self.p(F.gelu(self.f(self.m(x))))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.wp = nn.Parameter(torch.zeros(128, 256))
        self.we = nn.Embedding(1000, 256)
        self.layers = nn.ModuleList(Layer() for _ in range(4))
        self.lf = nn.LayerNorm(256)
        self.hd = nn.Linear(256, 1000, bias=False)
        self.bias = torch.full((128, 128), -1e4).triu(1)

    def forward(self, x):
        h = self.we(x) + self.wp
        for layer in self.layers:
            h = layer(h, self.bias)
        return self.hd(self.lf(h)).reshape(-1, 1000)


def build(name):
    model = Cnn() if name == 'cnn' else Transformer()
    with torch.no_grad():
        for i, (key, p) in enumerate(model.named_parameters()):
            if p.dim() == 1:
                p.fill_(1 if key.split('.')[-2] in ('n', 'm', 'lf') and key.endswith('weight') else 0)
            else:
                p.copy_(noise(p.shape, i + 2, math.sqrt(2 * p.shape[0] / p.numel())))
    decayed = [p for p in model.parameters() if p.dim() > 1]
    rest = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{'params': decayed, 'weight_decay': 0.01}, {'params': rest, 'weight_decay': 0}]
    # foreach is PyTorch's faster path; in 1.13 it must be asked for on the processor.
    optimizer = torch.optim.AdamW(groups, lr=1e-3, foreach=True)
    if name == 'cnn':
        batch = noise((16, 1, 64, 64), 104, 1), classes((16,), 10)
    else:
        batch = classes((8, 128), 1000), classes((1024,), 1000, 3)
    return model, optimizer, batch


def step(model, optimizer, batch):
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(batch[0]), batch[1])
    loss.backward()
    optimizer.step()
    return loss.item()


def blas():
    """The library that multiplies matrices; torch.set_num_threads does not reach OpenBLAS's own threads."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    maps = pathlib.Path('/proc/self/maps')
    files = {line.split()[-1] for line in maps.read_text().splitlines()} if maps.exists() else set()
    found = sorted(file for file in files if 'blas' in pathlib.Path(file).name)
    return os.path.realpath(found[-1]) if found else 'built in'


library = blas()
openblas = ctypes.CDLL(library) if 'openblas' in library else None
runs = {}
print(json.dumps({'version': torch.__version__, 'blas': library}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    key = request['model'], request['threads']
    torch.set_num_threads(request['threads'])
    if openblas is not None:
        openblas.openblas_set_num_threads(request['threads'])
    if key not in runs:
        runs[key] = build(request['model'])
    run = runs[key]
    times, losses = [], []
    for _ in range(request['steps']):
        start = time.perf_counter()
        losses.append(step(*run))
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps({'milliseconds': times, 'losses': losses}), flush=True)
