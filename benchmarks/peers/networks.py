"""The networks of reference in PyTorch."""

import torch
from torch import nn
from torch.nn import functional as F


class Autoencoder(nn.Module):
    """784-128-64-12-3 and back, ReLU, none on the bottleneck, sigmoid on the output, mean squared error."""

    def __init__(self):
        super().__init__()
        self.encoder = dense(784, 128, 64, 12, 3)
        self.decoder = dense(3, 12, 64, 128, 784)

    def encode(self, x):
        return self.encoder(x)

    def decode(self, latent):
        return self.decoder(latent).sigmoid_()

    def forward(self, x):
        return self.decode(self.encode(x))

    def loss(self, x):
        return F.mse_loss(self(x), x)


class VariationalAutoencoder(nn.Module):
    """784-400-(mean 20, log-variance 20)-400-784, ReLU, sigmoid, binary cross-entropy + KL, mean over the rows."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.mean = nn.Linear(400, 20)
        self.log_variance = nn.Linear(400, 20)
        self.decoder = dense(20, 400, 784)

    def encode(self, x):
        return self.mean(F.relu(self.hidden(x)))

    def decode(self, latent):
        return self.decoder(latent).sigmoid_()

    def forward(self, x):
        return self.decode(self.encode(x))

    def loss(self, x):
        hidden = F.relu(self.hidden(x))
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        z = torch.addcmul(mean, torch.exp(0.5 * log_variance), torch.randn_like(mean))
        reconstruction = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        kl = 0.5 * torch.sum(mean.square() + log_variance.exp() - 1 - log_variance)
        return (reconstruction + kl) / len(x)


def dense(*widths):
    """Linear layers with ReLU between them and none at the end."""
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers[:-1])


def squared_error(model, x):
    """Mean squared error per image [rows], and the latent code [rows, latent]."""
    latent = model.encode(x)
    return model.decode(latent).sub_(x).square_().mean(1), latent
