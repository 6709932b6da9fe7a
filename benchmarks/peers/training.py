#!/usr/bin/env python3
"""Trains, or scores with, a network of reference in PyTorch on Fashion-MNIST's 60,000 images and tells the speed.

All images lie in memory as one float32 tensor. An epoch draws a new permutation and gathers each batch by it, both
inside the time that counts. The first epoch, or the first pass of scoring, is warm-up and left out of the rates.

Two processes train on one half of the images each, in batches of their own. After every --average-every steps and at
the end of an epoch their parameters are averaged over gloo: the parameters only, each process keeps its own state of
Adam. An epoch is the time between two barriers, and its rate counts the images of both.

The last line on stdout is "RESULT " and a JSON object: rates (images/s per epoch or pass), loss (mean training loss per
epoch, warm-up included), test (with --test: mean loss on the 10,000 test images after each epoch), torch (its version)
and threads (torch's settings and the environment's, malloc's included).
"""

import argparse
import gzip
import json
import math
import os
import sys
import tempfile
import time


PHOTOGRAPHS = 12_000
SCORED = {"conv": 64}  # rows of a batch in scoring, where not 1,000: activations are larger


def main():
    options = parse()
    # one network interface, so that gloo never has to resolve the host's name
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    if options.config:
        import torch

        print(torch.__config__.show())
        return
    if options.processes == 1:
        result = score(options) if options.score else train(options)
    else:
        result = train_in_processes(options)
    print("RESULT " + json.dumps(result), flush=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder of Fashion-MNIST's *-ubyte.gz files")
    parser.add_argument("--model", choices=["ae", "vae", "conv"], default="ae", help="conv: on 12,000 images made 64x64x3")
    parser.add_argument("--processes", type=int, choices=[1, 2], default=1)
    parser.add_argument("--threads", type=positive, default=1, help="torch.set_num_threads, in each process")
    parser.add_argument("--epochs", type=positive, default=6, help="or passes of scoring, the warm-up included")
    parser.add_argument("--batch", type=positive, default=128, help="rows of a batch, in each process")
    parser.add_argument("--average-every", type=positive, default=50, metavar="STEPS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--score", action="store_true", help="time forward and error per image instead of training")
    parser.add_argument("--test", action="store_true", help="also tell the loss on the test images after each epoch")
    parser.add_argument("--channels-last", action="store_true", help="for conv: images as [height, width, channels]")
    parser.add_argument("--compile", action="store_true", help="torch.compile, from torch 2 on; needs a C++ compiler")
    parser.add_argument("--config", action="store_true", help="print how torch was built and stop")
    options = parser.parse_args()
    if options.config:
        return options
    if options.data is None:
        parser.error("--data is required")
    for part in ("train", "t10k") if options.test else ("train",):
        if not os.path.isfile(images_file(options, part)):
            parser.error(f"no file {images_file(options, part)}")
    if options.score and options.processes != 1:
        parser.error("--score runs in a single process")
    if options.score and (options.compile or options.test):
        parser.error("--compile and --test are for training")
    if options.test and options.processes != 1:
        parser.error("--test needs a single process")
    if options.channels_last and options.model != "conv":
        parser.error("--channels-last is for --model conv")
    if options.epochs < 2:
        parser.error(f"--epochs must be at least 2, for the first is warm-up, but is {options.epochs}")
    return options


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, but is {value}")
    return value


def images_file(options, part="train"):
    return os.path.join(options.data, f"{part}-images-idx3-ubyte.gz")


def images(options, part="train"):
    """The training or test images as float32 in [0, 1], [rows, 784]."""
    import torch

    with gzip.open(images_file(options, part)) as file:
        file.read(16)
        pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
    pixels = pixels.view(-1, 784).float().div_(255)
    return photographs(pixels[:PHOTOGRAPHS], options.channels_last) if options.model == "conv" else pixels


def photographs(pixels, channels_last):
    """Grey images of 28x28 as colour images of 64x64, [rows, 12288]."""
    from torch.nn import functional as F

    large = F.interpolate(pixels.view(-1, 1, 28, 28), size=64, mode="bilinear").expand(-1, 3, 64, 64)
    return (large.permute(0, 2, 3, 1) if channels_last else large).reshape(len(pixels), -1)


def prepare(options):
    """The network, with the process set up as asked for."""
    import torch

    from networks import Autoencoder, ConvolutionalAutoencoder, VariationalAutoencoder

    if options.compile and not hasattr(torch, "compile"):
        raise SystemExit(f"training: --compile needs torch 2, but this is {torch.__version__}")
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    if options.model == "conv":
        return ConvolutionalAutoencoder(options.channels_last)
    return Autoencoder() if options.model == "ae" else VariationalAutoencoder()


def adam(parameters):
    """The fastest Adam that this version of torch has for a CPU."""
    import torch

    parameters = list(parameters)
    for choice in ({"fused": True}, {"foreach": True}):
        try:
            return torch.optim.Adam(parameters, lr=1e-3, **choice)
        except (TypeError, RuntimeError):  # not known, or not on a CPU
            continue
    return torch.optim.Adam(parameters, lr=1e-3)


def loss_function(model, options):
    import torch

    return torch.compile(model.loss) if options.compile else model.loss


def train(options):
    model = prepare(options)
    data = images(options)
    optimizer = adam(model.parameters())
    loss_of = loss_function(model, options)
    rates, losses, tests = [], [], []
    tested = images(options, "t10k") if options.test else None
    for _ in range(options.epochs):
        start = time.perf_counter()
        loss = epoch(loss_of, optimizer, data, options.batch)
        rates.append(len(data) / (time.perf_counter() - start))
        losses.append(loss)
        if options.test:
            tests.append(test_loss(model, tested))
    told = result(rates, losses)
    return {**told, "test": tests} if options.test else told


def test_loss(model, data):
    """Mean over all rows; a VAE's with one draw of noise for each."""
    import torch

    with torch.no_grad():
        return sum(model.loss(x).item() * len(x) for x in data.split(1000)) / len(data)


def epoch(loss_of, optimizer, data, batch, after_step=lambda step: None):
    """Trains on every row of data once, in random order, and returns the mean loss."""
    import torch

    losses, sizes = [], []
    for step, rows in enumerate(torch.randperm(len(data)).split(batch), 1):
        x = data.index_select(0, rows)
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(x)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        sizes.append(len(rows))
        after_step(step)
    return torch.dot(torch.stack(losses).double(), torch.tensor(sizes, dtype=torch.float64)).item() / len(data)


def train_in_processes(options):
    # torch is imported after the fork only: its thread pools don't survive one
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "store")
        child = os.fork()
        if child == 0:
            status = 1
            try:
                train_shard(options, 1, store)
                status = 0
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(status)
        result = train_shard(options, 0, store)
        _, status = os.waitpid(child, 0)
        if status != 0:
            raise SystemExit("training: the second process failed")
        return result


def train_shard(options, rank, store):
    import torch
    from torch import distributed

    world = options.processes
    distributed.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=world)
    model = prepare(options)
    data = images(options)
    rows = len(data) // world  # the same for all, so that all take the same steps
    data = data[rank::world][:rows].clone()
    flat = flatten(model)
    optimizer = adam(model.parameters())
    loss_of = loss_function(model, options)
    torch.manual_seed(options.seed + 1 + rank)

    def average(step):
        if step % options.average_every == 0:
            distributed.all_reduce(flat)
            flat.div_(world)

    rates, losses = [], []
    for _ in range(options.epochs):
        distributed.barrier()
        start = time.perf_counter()
        loss = epoch(loss_of, optimizer, data, options.batch, average)
        average(0)
        distributed.barrier()
        rates.append(rows * world / (time.perf_counter() - start))
        sum_of_losses = torch.tensor(loss, dtype=torch.float64)
        distributed.all_reduce(sum_of_losses)
        losses.append(sum_of_losses.item() / world)
    distributed.barrier()
    distributed.destroy_process_group()
    return result(rates, losses)


def flatten(model):
    """Moves the parameters into one vector, so that an averaging is one message, and returns it."""
    import torch

    with torch.no_grad():
        flat = torch.cat([parameter.reshape(-1) for parameter in model.parameters()])
    offset = 0
    for parameter in model.parameters():
        parameter.data = flat[offset : offset + parameter.numel()].view_as(parameter)
        offset += parameter.numel()
    return flat


def score(options):
    import torch

    from networks import squared_error

    model = prepare(options).eval()
    data = images(options)
    rates = []
    with torch.inference_mode():
        for _ in range(options.epochs):
            start = time.perf_counter()
            errors = torch.cat([squared_error(model, x)[0] for x in data.split(SCORED.get(options.model, 1000))])
            rates.append(len(errors) / (time.perf_counter() - start))
    return result(rates, [])


def result(rates, losses):
    """What is printed: the first epoch or pass was warm-up."""
    import torch

    if not all(math.isfinite(loss) for loss in losses):
        raise SystemExit("training: the loss is not finite")
    variables = {
        name: value
        for name, value in os.environ.items()
        if name.endswith("_NUM_THREADS") or name.startswith("MALLOC_")
    }
    return {
        "rates": [round(rate, 1) for rate in rates[1:]],
        "loss": losses,
        "torch": torch.__version__,
        "threads": {**variables, "torch": torch.get_num_threads(), "interop": torch.get_num_interop_threads()},
    }


if __name__ == "__main__":
    main()
