"""A sandwich step with in-place distillation in plain PyTorch, beside PriorNas's own.

replay FOLDER: takes the steps that `PriorNas.Bench trace` wrote, from the same weights, on the same batches with the same subnets, and
prints how far losses and last weights differ.

train DATA TRUTH OUTPUT [--epochs N] [--init default|he-fan-out] [--schedule one-cycle|cosine] [--outer relu|prelu] [--subnets N] [--seed N]:
trains on a folder of PNG images (train/CLASS, val/CLASS) and measures the architectures of TRUTH with recalibrated batch norms.

rank DATA TRUTH OUTPUT --weights FILE: measures the architectures of TRUTH by a checkpoint of PriorNas.
"""
import argparse
import glob
import json
import math
import os
import random
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from PIL import Image

from safetensors_file import read


class Supernet:
    """One weight for each layer; a subnet uses its leading slices. Batch norms normalise by the batch, or by kept statistics."""

    def __init__(self, weights, description):
        self.weights, self.description = weights, description
        self.statistics, self.mode = {}, "batch"

    def layer(self, x, conv, norm, outputs, stride):
        weight = self.weights[conv + ".weight"][:outputs, : x.shape[1]]
        x = F.conv2d(x, weight, stride=stride, padding=weight.shape[2] // 2)
        gamma, beta = self.weights[norm + ".weight"][:outputs], self.weights[norm + ".bias"][:outputs]
        if self.mode == "batch":
            return F.batch_norm(x, None, None, gamma, beta, True, 0.0, 1e-5)
        if self.mode == "calibrate":
            self.statistics[norm] = (torch.zeros(outputs), torch.zeros(outputs))
        mean, variance = self.statistics[norm]
        return F.batch_norm(x, mean, variance, gamma, beta, self.mode == "calibrate", 1.0, 1e-5)

    def activate(self, x, kind, block):
        return F.prelu(x, self.weights[block + ".slope"]) if kind == "prelu" else F.relu(x)

    def forward(self, x, network):
        d = self.description
        x = F.relu(self.layer(x, "stemConv", "stemBn", network["stem"], d["stemStride"]))
        for s, stage in enumerate(network["stages"]):
            for b, (inner, output) in enumerate(stage):
                block = f"stages.{s}.{b}"
                stride = d["strides"][s] if b == 0 else 1
                y = self.activate(self.layer(x, block + ".conv1", block + ".bn1", inner, stride), d["inner"], block + ".inner")
                y = self.layer(y, block + ".conv2", block + ".bn2", output, 1)
                if block + ".projection.weight" in self.weights:
                    x = self.layer(x, block + ".projection", block + ".projectionBn", output, stride)
                x = self.activate(y + x, d["outer"], block + ".outer")
        x = x.mean((2, 3))
        return F.linear(x, self.weights["headWeight"][:, : x.shape[1]], self.weights["headBias"])


def step(supernet, networks, images, labels, label_weight=0.0):
    """Gradients of one step: the first network by labels, the others by its softened answers (plus label_weight of the labels)."""
    losses, teacher = [], None
    for network in networks:
        logits = supernet.forward(images, network)
        if teacher is None:
            loss = F.cross_entropy(logits, labels)
            teacher = logits.detach().softmax(1)
        else:
            loss = -(teacher * logits.log_softmax(1)).sum(1).mean()
            if label_weight > 0:
                loss = (1 - label_weight) * loss + label_weight * F.cross_entropy(logits, labels)
        loss.backward()
        losses.append(loss.item())
    return losses


def replay(folder):
    trace = json.load(open(folder + "/steps.json"))
    if trace["hasMaxPool"] or any(wanted[kind] is None for wanted in trace["steps"] for kind in ("largest", "smallest", "random")):
        raise SystemExit("replay takes a stem without max pool and steps of a largest, a smallest and random subnets.")
    weights = {k[len("model."):]: v for k, v in read(folder + "/first.safetensors").items() if k.startswith("model.")}
    learned = {k: v.requires_grad_() for k, v in weights.items() if "running" not in k}
    supernet = Supernet(learned, trace)
    optimizer = torch.optim.SGD(learned.values(), lr=0.1, momentum=trace["momentum"], nesterov=trace["nesterov"], weight_decay=trace["weightDecay"])
    worst = 0
    for i, wanted in enumerate(trace["steps"]):
        batch = read(f"{folder}/batch-{i}.safetensors")
        losses = step(supernet, wanted["networks"], batch["images"], batch["labels"])
        optimizer.param_groups[0]["lr"] = wanted["rate"]
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        ours = [(name, wanted[name]) for name in ("largest", "smallest", "random") if wanted[name] is not None]
        always = sum(name != "random" for name, _ in ours)
        theirs = losses[:always] + ([sum(losses[always:]) / len(losses[always:])] if len(losses) > always else [])
        difference = max(abs(a - b) for (_, a), b in zip(ours, theirs, strict=True))
        worst = max(worst, difference)
        print(f"step {i + 1:4} " + " ".join(f"{name} {a:.6f} {b:.6f}" for (name, a), b in zip(ours, theirs)) + f" difference {difference:.1e}", flush=True)
    last = read(folder + "/last.safetensors")
    for name, value in learned.items():
        difference = (value - last["model." + name]).norm() / last["model." + name].norm()
        if difference > 1e-4:
            print(f"{name}: differs by {difference:.1e} of its norm")
    print(f"largest difference of a loss {worst:.1e}")


CHOICES = [[4, 8, 12, 16], list(range(4, 33, 4)), list(range(4, 65, 4))]


def described(code):
    widths = [int(part) for part in code.split("-")]
    stages = [[[widths[1 + 2 * (3 * s + b)], widths[2 + 2 * (3 * s + b)]] for b in range(3)] for s in range(3)]
    return {"stem": widths[0], "stages": stages}


def drawn(draw):
    return {"stem": draw(CHOICES[0]), "stages": [[[draw(CHOICES[s]), draw(CHOICES[s])] for _ in range(3)] for s in range(3)]}


def initial(kind):
    weights = {}

    def add(conv, norm, outputs, inputs, kernel):
        if kind == "default":
            bound = 1 / math.sqrt(inputs * kernel * kernel)
            weights[conv + ".weight"] = torch.empty(outputs, inputs, kernel, kernel).uniform_(-bound, bound)
        else:
            weights[conv + ".weight"] = torch.randn(outputs, inputs, kernel, kernel) * math.sqrt(2 / (outputs * kernel * kernel))
        weights[norm + ".weight"], weights[norm + ".bias"] = torch.ones(outputs), torch.zeros(outputs)

    add("stemConv", "stemBn", 16, 3, 3)
    before = 16
    for s, widest in enumerate((16, 32, 64)):
        for b in range(3):
            block = f"stages.{s}.{b}"
            add(block + ".conv1", block + ".bn1", widest, before, 3)
            add(block + ".conv2", block + ".bn2", widest, widest, 3)
            add(block + ".projection", block + ".projectionBn", widest, before, 1)
            weights[block + ".outer.slope"] = torch.full((1,), 0.25)
            before = widest
    weights["headWeight"] = torch.empty(100, 64).uniform_(-1 / 8, 1 / 8)
    weights["headBias"] = torch.empty(100).uniform_(-1 / 8, 1 / 8)
    return {k: v.requires_grad_() for k, v in weights.items()}


def loaded(folder, part):
    classes = sorted(os.listdir(f"{folder}/{part}"))
    files = [(f, c) for c, name in enumerate(classes) for f in sorted(glob.glob(f"{folder}/{part}/{name}/*.png"))]
    pixels = numpy.stack([numpy.asarray(Image.open(f).convert("RGB")) for f, _ in files])
    labels = numpy.array([c for _, c in files])
    mean, deviation = torch.tensor([0.507, 0.487, 0.441]), torch.tensor([0.267, 0.256, 0.276])
    images = (torch.from_numpy(pixels).float() / 255 - mean) / deviation
    return images.permute(0, 3, 1, 2).contiguous(), torch.from_numpy(labels).long()


def augmented(images):
    count = images.shape[0]
    padded, out = F.pad(images, (4, 4, 4, 4)), torch.empty_like(images)
    for i, (y, x, flip) in enumerate(zip(torch.randint(9, (count,)), torch.randint(9, (count,)), torch.rand(count))):
        crop = padded[i, :, y:y + 32, x:x + 32]
        out[i] = crop.flip(2) if flip < 0.5 else crop
    return out


def train(options):
    torch.manual_seed(options.seed)
    draw = random.Random(options.seed).choice
    images, labels = loaded(options.data, "train")
    learned = initial(options.init)
    supernet = Supernet(learned, {"stemStride": 1, "strides": [1, 2, 2], "inner": "relu", "outer": options.outer})
    optimizer = torch.optim.SGD(learned.values(), lr=options.rate, momentum=0.9, nesterov=True, weight_decay=5e-4)
    per_epoch = len(labels) // 128
    steps = options.epochs * per_epoch
    one_cycle = options.schedule == "one-cycle" and torch.optim.lr_scheduler.OneCycleLR(optimizer, options.rate, total_steps=steps)
    largest = {"stem": 16, "stages": [[[w, w]] * 3 for w in (16, 32, 64)]}
    smallest = {"stem": 4, "stages": [[[4, 4]] * 3 for _ in range(3)]}
    began, done = time.time(), 0
    for epoch in range(options.epochs):
        for indices in torch.randperm(len(labels))[: per_epoch * 128].view(-1, 128):
            batch = augmented(images[indices])
            losses = step(supernet, [largest, smallest] + [drawn(draw) for _ in range(options.subnets - 2)], batch, labels[indices], options.label_weight)
            if not one_cycle:
                warm = per_epoch
                optimizer.param_groups[0]["lr"] = options.rate * ((done + 1) / warm if done < warm else 0.5 * (1 + math.cos(math.pi * (done - warm) / (steps - warm))))
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            done += 1
            if one_cycle:
                one_cycle.step()
            if done % 50 == 0:
                print(f"step {done}/{steps} {128 * done / (time.time() - began):.0f} images/s " + " ".join(f"{loss:.3f}" for loss in losses), flush=True)
    measure(supernet, options, images)


def measure(supernet, options, images):
    calibration = images[torch.randperm(len(images))[:512]]
    validation, targets = loaded(options.data, "val")
    validation, targets = validation[:: options.every], targets[:: options.every]
    table = {}
    with torch.no_grad():
        for name, entry in json.load(open(options.truth)).items():
            network = described(entry["arch"])
            supernet.mode = "calibrate"
            supernet.forward(calibration, network)
            supernet.mode = "evaluate"
            logits = torch.cat([supernet.forward(part, network) for part in validation.split(500)])
            table[name] = {"acc": (logits.argmax(1) == targets).float().mean().item(), "loss": (loss := F.cross_entropy(logits, targets).item()), "score": -loss, "arch": entry["arch"]}
    json.dump(table, open(options.output, "w"), indent=1)


def rank(options):
    """Measures a checkpoint of PriorNas."""
    torch.manual_seed(options.seed)
    weights = {k[len("model."):]: v for k, v in read(options.weights).items() if k.startswith("model.")}
    supernet = Supernet(weights, {"stemStride": 1, "strides": [1, 2, 2], "inner": "relu", "outer": options.outer})
    measure(supernet, options, loaded(options.data, "train")[0])


def main():
    if sys.argv[1] == "replay":
        return replay(sys.argv[2])
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["train", "rank"])
    parser.add_argument("data")
    parser.add_argument("truth")
    parser.add_argument("output")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--init", default="default", choices=["default", "he-fan-out"])
    parser.add_argument("--schedule", default="one-cycle", choices=["one-cycle", "cosine"])
    parser.add_argument("--outer", default="relu", choices=["relu", "prelu"])
    parser.add_argument("--subnets", type=int, default=4)
    parser.add_argument("--label-weight", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="measure by every K-th validation image")
    parser.add_argument("--weights", help="rank: the checkpoint")
    options = parser.parse_args()
    return train(options) if options.command == "train" else rank(options)


main()
