#!/usr/bin/env python3
"""One-class AUROC of scikit-learn's isolation forest on Fashion-MNIST's pixels, for each class as the normal one.

A forest of 100 trees of 256 images each (the defaults of Liu et al. 2008, and of the isolation forests for Spark, which are
the same algorithm) is grown on a class's training images and scores all test images; an image is anomalous where it is of
another class.

The last line on stdout is "RESULT " and a JSON object: auroc (mean over the seeds, a figure per class) and mean.
"""

import argparse
import gzip
import json
import pathlib

import numpy
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

CLASSES = 10


def idx(file, header):
    return numpy.frombuffer(gzip.decompress(file.read_bytes()), numpy.uint8, offset=header)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder of Fashion-MNIST's *-ubyte.gz files")
    parser.add_argument("--seeds", type=int, default=3, help="from 1 up to this")
    options = parser.parse_args()
    images = {name: idx(options.data / f"{name}-images-idx3-ubyte.gz", 16).reshape(-1, 784) / 255 for name in ("train", "t10k")}
    labels = {name: idx(options.data / f"{name}-labels-idx1-ubyte.gz", 8) for name in ("train", "t10k")}
    auroc = []
    for normal in range(CLASSES):
        areas = []
        for seed in range(1, options.seeds + 1):
            forest = IsolationForest(n_estimators=100, max_samples=256, random_state=seed)
            forest.fit(images["train"][labels["train"] == normal])
            areas.append(roc_auc_score(labels["t10k"] != normal, -forest.score_samples(images["t10k"])))
        auroc.append(round(float(numpy.mean(areas)), 4))
        print(normal, auroc[-1], flush=True)
    print("RESULT " + json.dumps({"auroc": auroc, "mean": round(float(numpy.mean(auroc)), 4)}), flush=True)


if __name__ == "__main__":
    main()
