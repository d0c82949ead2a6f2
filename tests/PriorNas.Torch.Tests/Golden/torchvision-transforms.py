"""Makes torchvision-transforms.txt: what Pillow and torchvision make of images that a formula gives.

python3 torchvision-transforms.py > torchvision-transforms.txt

Each line: transform, its numbers, and the SHA-256 of the result's bytes, rows of interleaved red, green and blue. For 'central',
the rectangle of images that no random one fits: left, top, width, height.
Last made with Pillow 9.4.0 and torchvision 0.14.1.
"""
import hashlib

import numpy
from PIL import Image
from torchvision.transforms import RandomResizedCrop, functional
from torchvision.transforms.functional import InterpolationMode


def image(width, height):
    """Noise (a multiplicative hash of the byte's index) on the left half, a slope on the right."""
    index = numpy.arange(3 * width * height, dtype=numpy.uint64)
    noise = (index * 2654435761 % 2**32 >> 24).astype(numpy.uint8).reshape(height, width, 3)
    slope = (index // 3 % 256).astype(numpy.uint8).reshape(height, width, 3)
    noise[:, width // 2:] = slope[:, width // 2:]
    return Image.fromarray(noise, "RGB")


def line(name, numbers, result):
    print(name, *numbers, hashlib.sha256(result.tobytes()).hexdigest())


SIZES = [(1, 1), (2, 3), (7, 5), (28, 28), (32, 32), (33, 31), (64, 48), (50, 200), (301, 7), (500, 375), (333, 500), (641, 481)]

for width, height in SIZES:
    for target in [(1, 1), (9, 4), (32, 32), (37, 61), (224, 224)]:
        line("resize", (width, height, *target), image(width, height).resize(target, Image.BILINEAR))

for width, height in SIZES:
    for shorter, size in [(8, 8), (32, 32), (37, 32), (48, 31), (256, 224)]:
        resized = functional.resize(image(width, height), shorter, InterpolationMode.BILINEAR)
        line("centre", (width, height, shorter, size), functional.center_crop(resized, size))

for width, height in SIZES:
    for left, top, right, bottom in [(0, 0, 4, 4), (1, 0, 8, 5), (5, 3, 7, 48), (20, 1, 49, 30), (100, 50, 300, 200), (17, 90, 333, 375)]:
        if right <= width and bottom <= height:
            for size in (16, 33, 224):
                box = (top, left, bottom - top, right - left)
                line("crop", (width, height, left, top, right - left, bottom - top, size),
                     functional.resized_crop(image(width, height), *box, [size, size], InterpolationMode.BILINEAR))

for width, height in [(1000, 10), (10, 1000), (301, 7), (7, 301), (1, 50), (64, 3)]:
    top, left, rows, columns = RandomResizedCrop.get_params(Image.new("RGB", (width, height)), (0.08, 1.0), (3 / 4, 4 / 3))
    print("central", width, height, f"{left},{top},{columns},{rows}")
