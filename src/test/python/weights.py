"""Prints the tensors of a file as JSON: by name, with type, shape and values."""

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
