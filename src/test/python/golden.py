"""Writes the golden runs that GoldenRunTest compares with: 10 steps of PyTorch on small networks.

    python3 src/test/python/golden.py src/test/resources/golden

For every case NAME.json holds the description and the loss of each step, NAME.f32 the raw little-endian
float32 values, one run after the other: first weights, final weights, batches, latent noise.  Weights
are in Narrows' layout: per layer W[in, out] row by row, then the bias; a VAE's head is [mean | log-variance].  A
convolution's W is [kernel, kernel, in, out], a transposed one's [in, kernel, kernel, out]; images are [height, width,
channels].  (A group of one channel would leave its bias without an effect, and Adam with nothing but rounding to go by.)
"""
import json
import math
import os
import sys

import numpy as np
import torch
from torch import nn

INPUTS, HIDDEN, LATENT, BATCH, STEPS = 49, [24, 12], 3, 16, 10
HEIGHT, WIDTH, CHANNELS, FILTERS, KERNEL, STRIDE = 9, 7, 3, [12, 6], 3, 2


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
        z, kl = latent(self.heads, x, noise)
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


def latent(heads, x, noise):
    """What the decoder gets, and the divergence from the prior."""
    mean = heads[0](x)
    if len(heads) == 1:
        return mean, torch.zeros(())
    log_variance = heads[1](x)
    kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
    return mean + torch.exp(0.5 * log_variance) * noise, kl


class Convolutional(nn.Module):
    """Convolutions, and what mirrors them; with pooling, repeated pixels and group normalisation where asked for."""

    def __init__(self, variational, other):
        super().__init__()
        self.other = other
        self.sizes = [(HEIGHT, WIDTH)]
        for _ in FILTERS:
            self.sizes.append(tuple(-(-n // STRIDE) for n in self.sizes[-1]))
        widths = [CHANNELS] + FILTERS
        steps = list(zip(widths, widths[1:]))
        conv = lambda a, b, stride: nn.Conv2d(a, b, KERNEL, stride, padding=KERNEL // 2)
        norm = lambda n: nn.GroupNorm(math.gcd(8, n), n) if other else nn.Identity()
        self.encoder = nn.ModuleList(conv(a, b, 1 if other else STRIDE) for a, b in steps)
        self.encoder_norms = nn.ModuleList(norm(b) for _, b in steps)
        flat = FILTERS[-1] * self.sizes[-1][0] * self.sizes[-1][1]
        self.heads = nn.ModuleList(nn.Linear(flat, LATENT) for _ in range(2 if variational else 1))
        self.unflatten = nn.Linear(LATENT, flat)
        self.decoder = nn.ModuleList(
            conv(b, a, 1) if other else nn.ConvTranspose2d(b, a, KERNEL, STRIDE, padding=KERNEL // 2)
            for a, b in reversed(steps))
        self.decoder_norms = nn.ModuleList(norm(a) for a, _ in reversed(steps[1:]))

    def forward(self, x, noise):
        x = x.view(-1, HEIGHT, WIDTH, CHANNELS).permute(0, 3, 1, 2)
        for layer, norm in zip(self.encoder, self.encoder_norms):
            x = torch.relu(norm(layer(x)))
            if self.other:
                x = nn.functional.avg_pool2d(x, STRIDE, ceil_mode=True, count_include_pad=False)
        z, kl = latent(self.heads, x.permute(0, 2, 3, 1).flatten(1), noise)
        z = torch.relu(self.unflatten(z)).view(-1, *self.sizes[-1], FILTERS[-1]).permute(0, 3, 1, 2)
        for i, layer in enumerate(self.decoder):
            h, w = self.sizes[-2 - i]
            if self.other:
                z = layer(z.repeat_interleave(STRIDE, 2).repeat_interleave(STRIDE, 3)[:, :, :h, :w])
            else:
                z = layer(z, output_size=(h, w))
            if i < len(self.decoder_norms):
                z = torch.relu(self.decoder_norms[i](z))
        return z.permute(0, 2, 3, 1).flatten(1), kl

    def flat(self):
        parts = []

        def convolution(layer, norm):
            order = (0, 2, 3, 1) if isinstance(layer, nn.ConvTranspose2d) else (2, 3, 1, 0)
            parts.append(layer.weight.permute(order).reshape(-1))
            parts.append(layer.bias)
            parts.extend(norm.parameters())

        for layer, norm in zip(self.encoder, self.encoder_norms):
            convolution(layer, norm)
        parts.append(torch.cat([h.weight.t() for h in self.heads], dim=1).reshape(-1))
        parts.extend(h.bias for h in self.heads)
        parts.extend([self.unflatten.weight.t().reshape(-1), self.unflatten.bias])
        for layer, norm in zip(self.decoder, [*self.decoder_norms, nn.Identity()]):
            convolution(layer, norm)
        return torch.cat(parts).detach().numpy().astype("<f4").copy()


def loss_of(kind, logits, x, sigma):
    if kind == "mse":
        return (torch.sigmoid(logits) - x).square().mean()
    if kind == "bce":
        return nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1).mean()
    error = (torch.sigmoid(logits) - x).square().sum(1).mean() / (2 * sigma * sigma)
    return error + x.shape[1] * (math.log(sigma) + 0.5 * math.log(2 * math.pi))


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
    dense = dict(inputs=INPUTS, hidden=HIDDEN)
    runs = [(*case, dense, lambda v: Model(v)) for case in cases]
    images = dict(height=HEIGHT, width=WIDTH, channels=CHANNELS, filters=FILTERS, kernelSize=KERNEL, stride=STRIDE)
    for name, variational, other in (("conv-strided", False, False), ("conv-pooled", True, True)):
        how = dict(downsampling="averagePooling" if other else "strided", upsampling="nearest" if other else "transposed",
                   normalization="group" if other else "none")
        for solver, step_size in (("adam", 1e-3), ("sgd", 0.005 if other else 0.5)):
            runs.append((f"{name}-{solver}", variational, "bce" if other else "mse", 0, 1, solver, step_size,
                         dict(inputs=HEIGHT * WIDTH * CHANNELS, **images, **how), lambda v, o=other: Convolutional(v, o)))
    for number, (name, variational, loss, sigma, beta, solver, step_size, shape, network) in enumerate(runs):
        torch.manual_seed(100 + number)
        model = network(variational)
        first = model.flat()
        batches = torch.rand(STEPS, BATCH, shape["inputs"]) ** 2
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
                dict(**shape, latent=LATENT, batch=BATCH, steps=STEPS, variational=variational,
                     loss=loss, sigma=sigma, beta=beta, solver=solver, stepSize=step_size, losses=losses,
                     torch=torch.__version__),
                f, indent=1)
            f.write("\n")


main(sys.argv[1])
