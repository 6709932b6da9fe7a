"""Writes the golden runs that GoldenRunTest compares with: 10 steps of PyTorch on small networks.

    python3 src/test/python/golden.py src/test/resources/golden

For every case NAME.json holds the description and the loss of each step, NAME.f32 the raw little-endian
float32 values, one run after the other: first weights, final weights, batches, latent noise.  Weights
are in Narrows' layout: per layer W[in, out] row by row, then the bias; a VAE's head is [mean | log-variance].
"""
import json
import math
import os
import sys

import numpy as np
import torch
from torch import nn

INPUTS, HIDDEN, LATENT, BATCH, STEPS = 49, [24, 12], 3, 16, 10


class Model(nn.Module):
    def __init__(self, variational):
        super().__init__()
        widths = [INPUTS] + HIDDEN
        self.encoder = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        self.heads = nn.ModuleList(nn.Linear(widths[-1], LATENT) for _ in range(2 if variational else 1))
        back = [LATENT] + HIDDEN[::-1] + [INPUTS]
        self.decoder = nn.ModuleList(nn.Linear(a, b) for a, b in zip(back, back[1:]))

    def forward(self, x, noise):
        for layer in self.encoder:
            x = torch.relu(layer(x))
        z = mean = self.heads[0](x)
        kl = torch.zeros(())
        if len(self.heads) == 2:
            log_variance = self.heads[1](x)
            z = mean + torch.exp(0.5 * log_variance) * noise
            kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        for layer in self.decoder[:-1]:
            z = torch.relu(layer(z))
        return self.decoder[-1](z), kl

    def flat(self):
        parts = []

        def put(weights, biases):
            parts.append(torch.cat([w.t() for w in weights], dim=1).reshape(-1))
            parts.append(torch.cat(list(biases)))

        for layer in self.encoder:
            put([layer.weight], [layer.bias])
        put([h.weight for h in self.heads], [h.bias for h in self.heads])
        for layer in self.decoder:
            put([layer.weight], [layer.bias])
        return torch.cat(parts).detach().numpy().astype("<f4").copy()


def loss_of(kind, logits, x, sigma):
    if kind == "mse":
        return (torch.sigmoid(logits) - x).square().mean()
    if kind == "bce":
        return nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1).mean()
    error = (torch.sigmoid(logits) - x).square().sum(1).mean() / (2 * sigma * sigma)
    return error + INPUTS * (math.log(sigma) + 0.5 * math.log(2 * math.pi))


def optimizer(kind, parameters, step_size):
    if kind == "adam":
        return torch.optim.Adam(parameters, lr=step_size)
    if kind == "adamw":
        return torch.optim.AdamW(parameters, lr=step_size, weight_decay=0.1)
    if kind == "momentum":
        return torch.optim.SGD(parameters, lr=step_size, momentum=0.9, weight_decay=0.01)
    return torch.optim.SGD(parameters, lr=step_size)


def main(folder):
    cases = []
    for name, variational, loss, sigma, beta, sgd in (
        ("ae-mse", False, "mse", 0, 1, 0.5),
        ("ae-bce", False, "bce", 0, 1, 0.01),
        ("vae-bce", True, "bce", 0, 1, 0.005),
        ("vae-gaussian", True, "gaussian", 0.2, 0.5, 0.0005),
    ):
        for solver, step_size in (("adam", 1e-3), ("adamw", 1e-3), ("sgd", sgd), ("momentum", sgd / 5)):
            cases.append((f"{name}-{solver}", variational, loss, sigma, beta, solver, step_size))
    for number, (name, variational, loss, sigma, beta, solver, step_size) in enumerate(cases):
        torch.manual_seed(100 + number)
        model = Model(variational)
        first = model.flat()
        batches = torch.rand(STEPS, BATCH, INPUTS) ** 2
        noise = torch.randn(STEPS, BATCH, LATENT)
        steps = optimizer(solver, model.parameters(), step_size)
        losses = []
        for x, e in zip(batches, noise):
            steps.zero_grad()
            logits, kl = model(x, e)
            value = loss_of(loss, logits, x, sigma) + beta * kl
            value.backward()
            steps.step()
            losses.append(value.item())
        with open(os.path.join(folder, name + ".f32"), "wb") as f:
            for values in (first, model.flat(), batches.numpy(), noise.numpy()):
                f.write(np.ascontiguousarray(values, dtype="<f4").tobytes())
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump(
                dict(inputs=INPUTS, hidden=HIDDEN, latent=LATENT, batch=BATCH, steps=STEPS, variational=variational,
                     loss=loss, sigma=sigma, beta=beta, solver=solver, stepSize=step_size, losses=losses,
                     torch=torch.__version__),
                f, indent=1)
            f.write("\n")


main(sys.argv[1])
