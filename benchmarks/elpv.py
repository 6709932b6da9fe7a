"""Solar cells of the pip package elpv-dataset in the layout of MVTec AD: elpv.py DIR; for benchmarks/defects.

The data set is under CC BY-NC-SA 4.0 (Buerhop et al. 2018; Deitsch et al. 2019): for measuring, not for this repository.
"""

import csv
import random
import shutil
import sys
from importlib.metadata import files
from pathlib import Path

labels = next(Path(str(file.locate())) for file in files("elpv-dataset") or [] if file.name == "labels.csv")
with labels.open() as lines:
    cells = [(name, float(probability)) for name, probability, _ in csv.reader(lines, delimiter=" ", skipinitialspace=True)]
normal = [name for name, probability in cells if probability == 0]
random.Random(1).shuffle(normal)
share = len(normal) * 4 // 5
output = Path(sys.argv[1])
unfinished = output.with_name(output.name + ".unfinished")
shutil.rmtree(unfinished, ignore_errors=True)
for folder, names in {
    "train/good": normal[:share],
    "test/good": normal[share:],
    "test/defect": [name for name, probability in cells if probability == 1],
}.items():
    (unfinished / folder).mkdir(parents=True)
    for name in names:
        shutil.copy(labels.parent / name, unfinished / folder)
    print(f"{folder}: {len(names)} cells")
unfinished.rename(output)
