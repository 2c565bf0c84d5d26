"""Pictures of other projects, as Pillow has them:  suites.py FOLDER CACHE

The source archives of Pillow (its own test pictures) and pypng (which holds PngSuite) come from PyPI into
CACHE, once. FOLDER gets every file of a format that luashot reads, and beside it NAME.rgb, the pixels of
Pillow, 8 bits each, whatever the file says about gamma or transparency. A line on standard output tells
about each: its name, width and height, or 0 0 where Pillow cannot read it.
"""

import os
import subprocess
import sys
import tarfile
import types
import warnings

import numpy
from PIL import Image

folder, cache = sys.argv[1:]
EXTENSIONS = (".png", ".apng", ".jpg", ".jpeg", ".webp", ".qoi", ".pbm", ".pgm", ".ppm", ".pnm")
Image.MAX_IMAGE_PIXELS = 1 << 24
warnings.simplefilter("ignore")


def archive(name, version):
    path = f"{cache}/{name}-{version}.tar.gz"
    if not os.path.exists(path):
        os.makedirs(cache, exist_ok=True)
        # Nothing of it is built: pip only asks the package what it is.
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
             "--dest", cache, f"{name}=={version}"], check=True, stdout=sys.stderr)
    return tarfile.open(path)


def pictures():
    with archive("pillow", "13.0.0") as whole:
        for member in whole:
            if member.isfile() and member.name.lower().endswith(EXTENSIONS):
                yield "pillow-" + "-".join(member.name.split("/")[2:]), whole.extractfile(member).read()
    with archive("pypng", "0.20220715.0") as whole:
        (member,) = [one for one in whole if one.name.endswith("/pngsuite.py")]
        suite = types.ModuleType("pngsuite")
        sys.modules["pngsuite"] = suite  # where it looks for itself
        exec(whole.extractfile(member).read(), suite.__dict__)
        for name, data in suite.png.items():
            yield f"pngsuite-{name}.png", data


def read(path):
    with Image.open(path) as image:
        if image.mode.startswith("I"):
            deep = numpy.asarray(image).astype(numpy.int64)
            most = 65535 if image.mode.startswith("I;16") or deep.max(initial=0) > 255 else 255
            gray = (deep * 255 + most // 2) // most
            return numpy.repeat(gray.astype(numpy.uint8)[:, :, None], 3, axis=2)
        if image.mode == "PA":  # whose conversion to RGB would drop what is not opaque
            image = image.convert("RGBA")
        return numpy.asarray(image.convert("RGB"))


for name, data in sorted(pictures()):
    path = f"{folder}/{name}"
    with open(path, "wb") as file:
        file.write(data)
    try:
        pixels = read(path)
        pixels.tofile(path + ".rgb")
        height, width = pixels.shape[:2]
    except Exception:
        height, width = 0, 0
    print(name, width, height, sep="\t")
