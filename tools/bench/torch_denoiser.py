"""PyTorch's side of denoiser.bench.mjs and denoiser-training.bench.mjs: evaluations of a denoiser, eager and without
gradients; or, with "batchSize", training steps with AdamW.

python3 torch_denoiser.py '{"config": {...}, "length": 65, "threads": 1, "runs": 10}' prints {"version", "milliseconds": [...], "parameters"}.
The formulas are those of the golden fixtures; weights are random, as time does not depend on them.
"""
import json
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
import cxr_irgen  # noqa: E402
from cxr_irgen import Weights, u_vit_forward, unet_forward  # noqa: E402

# Embeddings of the time in the precision of the rest.
sinusoid = cxr_irgen.sinusoid
cxr_irgen.sinusoid = lambda t, width: sinusoid(t, width).float()


class RandomWeights(Weights):
    """float32 weights, drawn when they are first asked for."""

    def __call__(self, name, *shape):
        if name not in self.all:
            self.all[name] = (torch.randn(*shape) * 0.02).requires_grad_()
        return self.all[name]


request = json.loads(sys.argv[1])
config = request["config"]
torch.set_num_threads(request["threads"])
forward = u_vit_forward if config["kind"] == "u-vit" else unet_forward
weights = RandomWeights()
rows = request.get("batchSize", 2)
shape = (rows, config["latentChannels"], config["side"], config["side"])
inputs = torch.randn(shape), torch.full((rows,), 981.0), torch.randn(rows, request["length"], config["contextWidth"])
target = torch.randn(shape)
optimizer = None


def evaluate():
    with torch.no_grad():
        forward(weights, *inputs, config)


def train():
    global optimizer
    loss = (forward(weights, *inputs, config) - target).square().mean()
    if optimizer is None:
        # The weights are there once the network has run; foreach is PyTorch's faster path.
        optimizer = torch.optim.AdamW(weights.all.values(), lr=1e-4, foreach=True)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    loss.item()


milliseconds = []
for _ in range(request["runs"] + 2):
    start = time.perf_counter()
    train() if "batchSize" in request else evaluate()
    milliseconds.append((time.perf_counter() - start) * 1000)
count = sum(weight.numel() for weight in weights.all.values())
print(json.dumps({"version": torch.__version__, "milliseconds": milliseconds[2:], "parameters": count}))
