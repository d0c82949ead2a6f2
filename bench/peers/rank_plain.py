"""The ranking of PriorNas's benchmark as a plain loop in PyTorch: one network after another, on the same weights and images.

Usage: rank_plain.py FOLDER COUNT ROW OUTPUT, where FOLDER comes from `PriorNas.Bench export`, and ROW is one of
contiguous, channels-last, bfloat16 (autocast, channels last). Prints the time of a network, the first two left out.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F

from safetensors_file import read


class Subnet:
    """A subnet as slices of the supernet's weights, prepared before it is timed as little as a user would."""

    def __init__(self, weights, description, network, channels_last):
        self.weights, self.description, self.network = weights, description, network
        self.format = torch.channels_last if channels_last else torch.contiguous_format
        self.statistics = {}

    def activate(self, x, kind, block):
        if kind == "relu":
            return F.relu_(x)
        if kind == "prelu":
            return F.prelu(x, self.weights[block + ".slope"])
        return {"swish": F.silu, "mish": F.mish, "selu": F.selu}[kind](x)

    def layer(self, x, conv, norm, outputs, stride, calibrating):
        weight = self.weights[conv + ".weight"][:outputs, : x.shape[1]].contiguous(memory_format=self.format)
        x = F.conv2d(x, weight, stride=stride, padding=weight.shape[2] // 2)
        if calibrating:
            self.statistics[norm] = (torch.zeros(outputs), torch.zeros(outputs))
        mean, variance = self.statistics[norm]
        gamma, beta = self.weights[norm + ".weight"][:outputs], self.weights[norm + ".bias"][:outputs]
        return F.batch_norm(x, mean, variance, gamma, beta, calibrating, 1.0, 1e-5)

    def forward(self, x, calibrating):
        d = self.description
        x = F.relu_(self.layer(x, "stemConv", "stemBn", self.network["stem"], d["stemStride"], calibrating))
        if d["hasMaxPool"]:
            x = F.max_pool2d(x, 3, 2, 1)
        for s, stage in enumerate(self.network["stages"]):
            for b, (inner, output) in enumerate(stage):
                block = f"stages.{s}.{b}"
                stride = d["strides"][s] if b == 0 else 1
                y = self.layer(x, block + ".conv1", block + ".bn1", inner, stride, calibrating)
                y = self.activate(y, d["inner"], block + ".inner")
                y = self.layer(y, block + ".conv2", block + ".bn2", output, 1, calibrating)
                if block + ".projection.weight" in self.weights:
                    x = self.layer(x, block + ".projection", block + ".projectionBn", output, stride, calibrating)
                x = self.activate(y.add_(x), d["outer"], block + ".outer")
        x = x.mean((2, 3))
        return F.linear(x, self.weights["headWeight"][:, : x.shape[1]], self.weights["headBias"])


def main():
    folder, count, row, output = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    description = json.load(open(folder + "/networks.json"))
    images = read(folder + "/images.safetensors")
    weights = {k[len("model."):]: v for k, v in read(folder + "/weights.safetensors").items() if k.startswith("model.")}
    layout = torch.contiguous_format if row == "contiguous" else torch.channels_last
    calibration = images["calibration"].contiguous(memory_format=layout)
    validation = images["validation"].contiguous(memory_format=layout)
    labels, accuracies, seconds = images["labels"], {}, []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=row == "bfloat16"):
        for network in description["networks"][:count]:
            began = time.perf_counter()
            subnet = Subnet(weights, description, network, row != "contiguous")
            subnet.forward(calibration, True)
            logits = subnet.forward(validation, False).float()
            accuracies[network["name"]] = {"acc": (logits.argmax(1) == labels).float().mean().item()}
            seconds.append(time.perf_counter() - began)
    mean = sum(seconds[2:]) / len(seconds[2:])
    print(f"PyTorch {torch.__version__} {row:14} {len(seconds):5} networks {1000 * mean:9.1f} ms each", flush=True)
    json.dump(accuracies, open(output, "w"))


main()
