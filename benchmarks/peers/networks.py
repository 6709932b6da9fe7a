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


class ConvolutionalAutoencoder(nn.Module):
    """64x64x3 by three 3x3 convolutions of stride 2 with 32, 64 and 128 channels to 64 latents, and back; else as Autoencoder.

    Rows are flat images, [height, width, channels] with channels_last, else [channels, height, width].
    """

    def __init__(self, channels_last):
        super().__init__()
        self.channels_last = channels_last
        down = lambda a, b: nn.Conv2d(a, b, 3, stride=2, padding=1)
        up = lambda a, b: nn.ConvTranspose2d(a, b, 3, stride=2, padding=1, output_padding=1)
        relu = lambda: nn.ReLU(inplace=True)
        self.encoder = nn.Sequential(down(3, 32), relu(), down(32, 64), relu(), down(64, 128), relu(), nn.Flatten(), nn.Linear(8192, 64))
        self.unflatten = nn.Sequential(nn.Linear(64, 8192), relu(), nn.Unflatten(1, (128, 8, 8)))
        self.decoder = nn.Sequential(up(128, 64), relu(), up(64, 32), relu(), up(32, 3))
        if channels_last:
            self.to(memory_format=torch.channels_last)

    def encode(self, x):
        return self.encoder(x.view(-1, 64, 64, 3).permute(0, 3, 1, 2) if self.channels_last else x.view(-1, 3, 64, 64))

    def decode(self, latent):
        image = self.unflatten(latent)
        if self.channels_last:
            image = image.contiguous(memory_format=torch.channels_last)
        image = self.decoder(image).sigmoid_()
        return (image.permute(0, 2, 3, 1) if self.channels_last else image).reshape(len(latent), -1)

    def forward(self, x):
        return self.decode(self.encode(x))

    def loss(self, x):
        return F.mse_loss(self(x), x)


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
