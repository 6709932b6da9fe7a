"""Prints the tensors of a file as JSON: names with shape, sum and first value."""

import json
import sys

from safetensors.numpy import load_file

tensors = load_file(sys.argv[1])
print(
    json.dumps(
        {
            name: {
                "dtype": str(values.dtype),
                "shape": list(values.shape),
                "values": [float(value) for value in values.ravel()],
            }
            for name, values in tensors.items()
        }
    )
)
