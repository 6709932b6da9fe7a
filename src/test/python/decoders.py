"""Image files of every kind that cameras, browsers and agencies write, and the pixels of the reference decoders.

    pip install pillow==13.0.0 numpy
    apt-get install libjpeg-turbo-progs webp libtiff-tools
    python3 src/test/python/decoders.py src/test/resources/decoders

Writes the files, `expected/` with their pixels as PGM and PPM, and `manifest.tsv`. Pixels of lossy files are what Pillow's libjpeg-turbo and
libwebp give; those of lossless files are the ones that were written, and where Pillow reads the kind it has to agree. What Narrows
decides for itself is done here to both: alpha over black, the upper 8 of 16 bits, the light that inks let through.
"""

import io
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy as np
from PIL import Image, UnidentifiedImageError

OUT = pathlib.Path(sys.argv[1])
WORK = pathlib.Path(tempfile.mkdtemp())
rows = []  # of the manifest
expectations = {}  # content: name


# Pictures: gradients, saturated bars, a slanted edge and noise, so that wrong colours, planes and upsampling show.


def picture(width, height, seed=1):
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    rgb = np.stack([x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), 255 - (x + y) * 255 // max(1, width + height - 2)], 2)
    bars = np.array([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255), (0, 0, 0), (255, 255, 255)])
    right = x >= width * 2 // 3
    rgb[right] = bars[(x[right] // 2 + y[right] // 5) % 8]
    slanted = (2 * x + y) % 17 < 4
    rgb[slanted & ~right] = (rgb[slanted & ~right] + 128) % 256
    noise = np.random.RandomState(seed).randint(0, 256, rgb.shape)
    below = (y >= height * 3 // 4) & (x < width // 2)
    rgb[below] = noise[below]
    return rgb.astype(np.uint8)


def grey(width, height, seed=1):
    return np.ascontiguousarray(picture(width, height, seed)[:, :, 1])


def ramp(width, height):
    y, x = np.mgrid[0:height, 0:width]
    return ((x * 37 + y * 91) % 256).astype(np.uint8)


def deep(pixels, seed=2):
    """16 bits, of which the upper 8 are some pixels."""
    return pixels.astype(np.uint16) << 8 | np.random.RandomState(seed).randint(0, 256, pixels.shape).astype(np.uint16)


def over_black(values, alpha):
    return ((values.astype(np.int64) * (alpha[:, :, None] if values.ndim == 3 else alpha) + 127) // 255).astype(np.uint8)


def light(inks):
    """What four inks, 0 to 255, let through."""
    inks = inks.astype(np.int64)
    return (((255 - inks[:, :, :3]) * (255 - inks[:, :, 3:]) + 127) // 255).astype(np.uint8)


def three(values):
    return np.repeat(values[:, :, None], 3, 2)


# The manifest.


# Kinds: which files they are, and the greatest and the mean distance that is allowed, in steps of 255.
KINDS = {
    "JPEG, gray and color": (1, 0.01),
    "JPEG, CMYK and YCCK": (1, 0.01),
    "WebP, lossy": (0, 0),
    "WebP, lossless": (0, 0),
    "PNG": (0, 0),
    "GIF": (0, 0),
    "BMP": (0, 0),
    "BMP, 5 and 6 bits a channel": (1, 0.5),
    "TIFF": (0, 0),
    "TIFF, JPEG within": (1, 0.01),
    "TIFF, YCbCr": (1, 0.5),
    "Netpbm": (0, 0),
    "Netpbm, other maxval": (1, 0.5),
}
FOLDERS = {"jpeg": "JPEG, gray and color", "webp": "WebP, lossy", "png": "PNG", "gif": "GIF", "bmp": "BMP", "tiff": "TIFF", "pnm": "Netpbm"}


def write(name, data, kind, expected):
    path = OUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    rows.append((name, kind, *KINDS.get(kind, (0, 0)), expected))


def add(name, data, pixels, kind=None):
    """A file that is read."""
    height, width = pixels.shape[:2]
    assert pixels.dtype == np.uint8, name
    content = b"P%d %d %d 255\n" % (5 if pixels.ndim == 2 else 6, width, height) + pixels.tobytes()
    if content not in expectations:
        ending = "pgm" if pixels.ndim == 2 else "ppm"
        expectations[content] = "expected/" + name.replace("/", "-").rsplit(".", 1)[0] + "." + ending
        path = OUT / expectations[content]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    write(name, data, kind or FOLDERS[name.split("/")[0]], expectations[content])


def refuse(name, data, reason):
    """A file that is refused with a reason."""
    write(name, data, "refused", reason)


def pillow(data):
    """Pixels as Pillow has them, by Narrows' rules; None where Pillow does not read the file so."""
    image = Image.open(io.BytesIO(data))
    image.load()
    if "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode == "CMYK":
        return light(np.asarray(image))
    if image.mode in ("L", "RGB"):
        return np.array(image)
    if image.mode == "1":
        return np.array(image.convert("L"))
    if image.mode in ("P", "PA", "LA", "RGBA"):
        rgba = np.asarray(image.convert("RGBA"))
        return over_black(rgba[:, :, :3], rgba[:, :, 3])
    return None


def agree(name, data, pixels):
    """A lossless file: Pillow has to read the pixels that were written, unless it does not know the kind."""
    try:
        seen = pillow(data)
    except UnidentifiedImageError:
        seen = None
    if seen is not None:
        if seen.ndim == 2 and pixels.ndim == 3:
            seen = three(seen)
        elif seen.ndim == 3 and pixels.ndim == 2:
            seen = seen[:, :, 0]
        distance = np.abs(seen.astype(int) - pixels).max()
        assert distance == 0, (name, distance)
    add(name, data, pixels)


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def run(*command):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def tool(data, ending, *command):
    """Runs a command on a file; IN and OUT stand for paths."""
    source, target = WORK / "in", WORK / ("out." + ending)
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    run(*[{"IN": source, "OUT": target}.get(part, part) for part in command])
    return target.read_bytes()


def netpbm(pixels):
    height, width = pixels.shape[:2]
    return b"P%d %d %d 255\n" % (5 if pixels.ndim == 2 else 6, width, height) + pixels.tobytes()


# JPEG.

def jpeg():
    rgb = picture(37, 29)
    image = Image.fromarray(rgb)

    def near(name, data, kind=None, same=None):
        """same: a file of the same pixels that Pillow opens, whose own reading of segments is strict."""
        add("jpeg/" + name + ".jpg", data, pillow(same or data), kind)

    def cjpeg(*options, source=rgb):
        return tool(netpbm(source), "jpg", "cjpeg", "-quality", "85", *options, "-outfile", "OUT", "IN")

    samplings = {"444": "1x1", "422": "2x1", "420": "2x2", "440": "1x2", "411": "4x1", "410": "4x2", "441": "1x4"}
    for name, sampling in samplings.items():
        near(name, cjpeg("-sample", sampling))
        near(name + "-progressive", cjpeg("-sample", sampling, "-progressive"))
    near("442-odd", cjpeg("-sample", "2x2,2x1,2x1"))
    near("422-odd", cjpeg("-sample", "2x2,1x2,1x2"))
    near("chromas-differ", cjpeg("-sample", "2x2,2x1,1x2"))
    near("fine-chroma", cjpeg("-sample", "1x1,2x2,2x2"))
    for width, height in ((1, 1), (1, 9), (9, 1), (2, 2), (7, 8), (8, 8), (16, 16), (17, 17), (33, 2), (3, 40)):
        near(f"{width}x{height}", cjpeg("-sample", "2x2", source=picture(width, height)))
        near(f"{width}x{height}-440", cjpeg("-sample", "1x2", source=picture(width, height)))
    for quality in (5, 30, 60, 95, 100):
        near(f"quality-{quality}", saved(image, "JPEG", quality=quality))
    near("optimized", saved(image, "JPEG", optimize=True))
    near("restart-1-block", saved(image, "JPEG", restart_marker_blocks=1))
    near("restart-3-blocks", saved(image, "JPEG", restart_marker_blocks=3, subsampling="4:4:4"))
    near("restart-1-row", saved(image, "JPEG", restart_marker_rows=1))
    near("restart-progressive", saved(image, "JPEG", restart_marker_blocks=2, progressive=True))
    near("many-scans", cjpeg("-progressive", "-optimize", "-restart", "1"))
    near("sixteen-bit-tables", cjpeg("-quality", "1"))
    near("baseline-tables", cjpeg("-quality", "1", "-baseline"))
    near("grey", cjpeg(source=grey(37, 29)))
    near("grey-progressive", cjpeg("-progressive", source=grey(37, 29)))
    near("grey-restart", cjpeg("-restart", "1B", source=grey(37, 29)))
    for sampling in ("2x2", "4x1", "1x2", "3x3"):
        near("grey-sampling-" + sampling, with_sampling(cjpeg(source=grey(37, 29)), int(sampling[0]) << 4 | int(sampling[2])))

    # Markers: JFIF, Adobe, Exif, profiles, comments, thumbnails.
    plain = without_markers(cjpeg("-sample", "2x1"))
    full = without_markers(cjpeg("-sample", "1x1"))
    near("no-markers", plain)
    near("no-markers-444", full)
    near("no-markers-grey", without_markers(cjpeg(source=grey(37, 29))))
    for ids in ((0, 1, 2), (1, 2, 3), (34, 35, 36), (1, 34, 35), (200, 7, 90)):
        near("ids-%d-%d-%d" % ids, with_ids(plain, ids))
        near("ids-%d-%d-%d-444" % ids, with_ids(full, ids))
        near("ids-%d-%d-%d-jfif" % ids, with_segment(with_ids(full, ids), 0xE0, JFIF))
    near("ids-rgb-jfif", with_segment(with_ids(full, b"RGB"), 0xE0, JFIF))
    near("ids-rgb-adobe-1", with_segment(with_ids(full, b"RGB"), 0xEE, adobe(1)))
    near("rgb", cjpeg("-rgb"))
    near("rgb-adobe", saved(image, "JPEG", keep_rgb=True))
    near("rgb-adobe-ids-123", with_ids(with_segment(without_markers(cjpeg("-rgb")), 0xEE, adobe(0)), (1, 2, 3)))
    near("rgb-subsampled", with_segment(without_markers(cjpeg("-rgb", "-sample", "2x2")), 0xEE, adobe(0)))
    near("adobe-1", with_segment(plain, 0xEE, adobe(1)))
    near("adobe-2", with_segment(plain, 0xEE, adobe(2)))
    near("adobe-1-jfif", with_segment(with_segment(plain, 0xEE, adobe(1)), 0xE0, JFIF))
    near("adobe-0-jfif", with_segment(with_segment(full, 0xEE, adobe(0)), 0xE0, JFIF))
    near("adobe-short", with_segment(plain, 0xEE, b"Adobe\0"), same=plain)
    jfif = with_segment(plain, 0xE0, JFIF)
    thumbnail = saved(image.resize((16, 12)), "JPEG")
    for orientation in (1, 3, 6, 8):
        near(f"exif-{orientation}", with_segment(plain, 0xE1, exif(orientation, thumbnail)))
    near("exif-behind-jfif", with_segment(with_segment(plain, 0xE1, exif(6, thumbnail)), 0xE0, JFIF))
    near("jfif-behind-exif", with_segment(jfif, 0xE1, exif(6, thumbnail)))
    near("exif-444", with_segment(full, 0xE1, exif(1, thumbnail)))
    near("exif-damaged", with_segment(plain, 0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff"))
    near("jfxx-thumbnails", with_segment(with_segment(with_segment(plain, 0xE0, b"JFXX\0\x10" + thumbnail), 0xE0, b"JFXX\0\x13\x02\x02" + bytes(range(12))), 0xE0, JFIF))
    near("jfif-thumbnail", with_segment(plain, 0xE0, b"JFIF\0\1\2\0\0\1\0\1\3\2" + bytes(range(18))))
    near("jfif-twice", with_segment(jfif, 0xE0, JFIF))
    near("comments", with_segment(with_segment(jfif, 0xFE, b"made by a camera"), 0xFE, b"\xff\xd8\xff\xd9"))
    near("unknown-segments", with_segment(with_segment(with_segment(jfif, 0xE2, b"MPF\0"), 0xED, b"Photoshop 3.0\0" + bytes(300)), 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"))
    for kind, profile in profiles().items():
        near("icc-" + kind, with_profile(jfif, profile))
        near("icc-" + kind + "-exif", with_profile(with_segment(plain, 0xE1, exif(1, thumbnail)), profile))
        near("icc-" + kind + "-grey", with_profile(cjpeg(source=grey(37, 29)), profile))
    near("icc-in-pieces", with_profile(jfif, profiles()["swapped"], piece=100))
    near("icc-piece-missing", with_segment(jfif, 0xE2, b"ICC_PROFILE\0\2\3" + bytes(50)))
    near("fill-bytes", with_fill(jfif))
    near("trailing-garbage", jfif + bytes(range(256)))
    near("trailing-jpeg", jfif + thumbnail)
    near("garbage-between-segments", jfif[:20] + b"\0\1\2" + jfif[20:], same=jfif)
    near("mpo", saved(image, "MPO", save_all=True, append_images=[Image.fromarray(picture(37, 29, 3))]))
    near("tables-in-one-segment", merged_tables(jfif))
    near("no-huffman-tables", without_huffman(jfif))
    near("no-end-marker", jfif[:-2], same=jfif)
    near("scans-by-component", cjpeg("-scans", scans("0;1;2;")))
    near("scans-by-component-no-end-marker", cjpeg("-scans", scans("0;1;2;"))[:-2], same=cjpeg("-scans", scans("0;1;2;")))
    near("lossless-rotated", tool(cjpeg("-sample", "2x1"), "jpg", "jpegtran", "-rotate", "90", "-outfile", "OUT", "IN"))

    # Four components.
    inks = np.dstack([picture(37, 29, 4), 255 - grey(37, 29, 5)])
    cmyk = Image.fromarray(inks, "CMYK")
    for name, options in {"cmyk": {}, "cmyk-progressive": {"progressive": True}, "cmyk-restart": {"restart_marker_blocks": 2}, "cmyk-quality-40": {"quality": 40}}.items():
        near(name, saved(cmyk, "JPEG", **options), INKS)
    near("cmyk-icc", saved(cmyk, "JPEG", icc_profile=profiles()["noise"]), INKS)
    adobe_cmyk = saved(cmyk, "JPEG")
    # Without Adobe's marker inks are taken as they stand; Pillow inverts them even so.
    plain_cmyk = without_markers(adobe_cmyk)
    stored = 255 - np.asarray(Image.open(io.BytesIO(plain_cmyk)))
    add("jpeg/cmyk-no-markers.jpg", plain_cmyk, light(stored), INKS)
    add("jpeg/cmyk-jfif.jpg", with_segment(plain_cmyk, 0xE0, JFIF), light(stored), INKS)
    for name, sampling in {"444": (0x11, 0x11, 0x11, 0x11), "420": (0x22, 0x11, 0x11, 0x22), "422": (0x21, 0x11, 0x11, 0x21)}.items():
        data = ycck(inks, sampling)
        near("ycck-" + name, data, INKS)
        near("ycck-" + name + "-icc", with_profile(data, profiles()["noise"]), INKS)

    # What is refused.
    for name, options in {"arithmetic": (), "arithmetic-progressive": ("-progressive",)}.items():
        refuse(f"jpeg/{name}.jpg", cjpeg("-arithmetic", *options), "is a JPEG with arithmetic coding, but must have Huffman coding: save it again")
    refuse("jpeg/12-bits.jpg", with_frame(jfif, 0xC1, bits=12), "is a JPEG with 12 bits per sample, but must have 8: save it again")
    refuse("jpeg/12-bits-progressive.jpg", with_frame(cjpeg("-progressive"), 0xC2, bits=12), "is a JPEG with 12 bits per sample, but must have 8: save it again")
    refuse("jpeg/height-behind-pixels.jpg", with_frame(jfif, 0xC0, height=0), "is a JPEG that gives its height after its pixels (DNL), but must give it before: save it again")
    refuse("jpeg/hierarchical.jpg", with_frame(jfif, 0xC5), "is a hierarchical JPEG, but must be a plain one: save it again")
    refuse("jpeg/two-components.jpg", two_components(cjpeg(source=grey(37, 29))), "is a JPEG with 2 components, but must have 1, 3 or 4")
    refuse("jpeg/no-frame.jpg", b"\xff\xd8\xff\xd9\0\0", "is a JPEG without a frame header")
    near("extended-sequential", with_frame(jfif, 0xC1))


INKS = "JPEG, CMYK and YCCK"
JFIF = b"JFIF\0\1\1\0\0\1\0\1\0\0"


def adobe(transform):
    return b"Adobe\0\x64\0\0\0\0" + bytes([transform])


def exif(orientation, thumbnail):
    ifd0 = struct.pack("<HHHIII", 1, 0x112, 3, 1, orientation, 26)
    ifd1 = struct.pack("<HHHIIHHIII", 2, 0x201, 4, 1, 56, 0x202, 4, 1, len(thumbnail), 0)
    return b"Exif\0\0II*\0\x08\0\0\0" + ifd0 + ifd1 + thumbnail


def segments(jpeg):
    """Of a file: [marker, begin, end] up to its first scan."""
    at, found = 2, []
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
        found.append((jpeg[at + 1], at, end))
        at = end
    return found


def frame(jpeg):
    return next(s for s in segments(jpeg) if 0xC0 <= s[0] <= 0xCF and s[0] not in (0xC4, 0xC8, 0xCC))


def with_segment(jpeg, marker, data):
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data + jpeg[2:]


def without_markers(jpeg):
    kept = b"".join(jpeg[begin:end] for marker, begin, end in segments(jpeg) if marker < 0xE0)
    return jpeg[:2] + kept + jpeg[segments(jpeg)[-1][2] :]


def with_ids(jpeg, ids):
    """Other component ids, in the frame and in the scans."""
    out = bytearray(jpeg)
    at = frame(jpeg)[1]
    old = [jpeg[at + 10 + 3 * i] for i in range(jpeg[at + 9])]
    for i, name in enumerate(ids):
        out[at + 10 + 3 * i] = name
    at = segments(jpeg)[-1][2]
    for i in range(jpeg[at + 4]):
        out[at + 5 + 2 * i] = ids[old.index(jpeg[at + 5 + 2 * i])]
    return bytes(out)


def with_sampling(jpeg, factors):
    out = bytearray(jpeg)
    out[frame(jpeg)[1] + 11] = factors
    return bytes(out)


def with_frame(jpeg, marker, bits=8, height=None):
    out = bytearray(jpeg)
    at = frame(jpeg)[1]
    out[at + 1] = marker
    out[at + 4] = bits
    if height is not None:
        out[at + 5 : at + 7] = struct.pack(">H", height)
    return bytes(out)


def two_components(jpeg):
    _, begin, end = frame(jpeg)
    header = bytearray(jpeg[begin:end]) + b"\2\x11\0"
    header[2:4] = struct.pack(">H", len(header) - 2)
    header[9] = 2
    return jpeg[:begin] + bytes(header) + jpeg[end:]


def with_fill(jpeg):
    out = jpeg[:2]
    for _, begin, end in segments(jpeg):
        out += b"\xff" * 3 + jpeg[begin:end]
    return out + b"\xff" + jpeg[segments(jpeg)[-1][2] :]


def without_huffman(jpeg):
    """As the frames of Motion JPEG are stored: the tables are those of the standard."""
    kept = b"".join(jpeg[begin:end] for marker, begin, end in segments(jpeg) if marker != 0xC4)
    return jpeg[:2] + kept + jpeg[segments(jpeg)[-1][2] :]


def scans(script):
    path = WORK / "scans.txt"
    path.write_text(script)
    return path


def merged_tables(jpeg):
    tables = {0xDB: b"", 0xC4: b""}
    out = jpeg[:2]
    for marker, begin, end in segments(jpeg):
        if marker in tables:
            tables[marker] += jpeg[begin + 4 : end]
        else:
            out += jpeg[begin:end]
    for marker, data in tables.items():
        out += struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data
    return out + jpeg[segments(jpeg)[-1][2] :]


def with_profile(jpeg, profile, piece=60000):
    pieces = [profile[i : i + piece] for i in range(0, len(profile), piece)]
    for i in reversed(range(len(pieces))):
        jpeg = with_segment(jpeg, 0xE2, b"ICC_PROFILE\0" + bytes([i + 1, len(pieces)]) + pieces[i])
    return jpeg


def profiles():
    """One with the primaries of sRGB in another order, so that whoever applies it is found out; one of noise."""

    def tag_xyz(x, y, z):
        return b"XYZ \0\0\0\0" + struct.pack(">iii", *[round(v * 65536) for v in (x, y, z)])

    gamma = b"curv\0\0\0\0" + struct.pack(">IHH", 1, 0x0133, 0)
    bodies = [
        (b"desc", b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(79)),
        (b"cprt", b"text\0\0\0\0none"),
        (b"wtpt", tag_xyz(0.9642, 1, 0.8249)),
        (b"rXYZ", tag_xyz(0.3851, 0.7169, 0.0971)),
        (b"gXYZ", tag_xyz(0.1431, 0.0606, 0.7141)),
        (b"bXYZ", tag_xyz(0.4361, 0.2225, 0.0139)),
        (b"rTRC", gamma),
        (b"gTRC", gamma),
        (b"bTRC", gamma),
    ]
    table, data = struct.pack(">I", len(bodies)), b""
    for name, body in bodies:
        body += bytes(-len(body) % 4)
        table += name + struct.pack(">II", 128 + 4 + 12 * len(bodies) + len(data), len(body))
        data += body
    header = struct.pack(">I4sI4s4s4s12s4s", 132 + 12 * len(bodies) + len(data), b"none", 0x02100000, b"mntr", b"RGB ", b"XYZ ", bytes(12), b"acsp")
    header += bytes(28) + struct.pack(">iii", 63190, 65536, 54061)
    header += bytes(128 - len(header))
    return {"swapped": header + table + data, "noise": np.random.RandomState(9).bytes(300)}


def ycck(inks, sampling):
    """Adobe's YCCK: luma and chroma of inverted cyan, magenta and yellow, and inverted black."""
    light_of_inks = 255 - inks
    colour = np.asarray(Image.fromarray(light_of_inks[:, :, :3]).convert("YCbCr"))
    raw = np.dstack([colour, light_of_inks[:, :, 3]])
    # Pillow writes four components as they are and inverts them.
    data = saved(Image.fromarray(255 - raw, "CMYK"), "JPEG", quality=90)
    data = without_markers(data)
    if sampling[0] != 0x11:
        data = four_components(raw, sampling)
    return with_segment(data, 0xEE, adobe(2))


def four_components(raw, sampling):
    """A file of four components put together from the scans of grey ones."""
    height, width = raw.shape[:2]
    most_h, most_v = max(s >> 4 for s in sampling), max(s & 15 for s in sampling)
    scans, tables = [], None
    for i, s in enumerate(sampling):
        step_x, step_y = most_h // (s >> 4), most_v // (s & 15)
        plane = raw[:, :, i]
        small = Image.fromarray(plane).resize(((width + step_x - 1) // step_x, (height + step_y - 1) // step_y), Image.BOX)
        grey_file = without_markers(saved(small, "JPEG", quality=90))
        end = segments(grey_file)[-1][2]
        tables = b"".join(grey_file[b:e] for m, b, e in segments(grey_file) if m in (0xDB, 0xC4))
        scans.append(b"\xff\xda\0\x08\1" + bytes([i + 1]) + b"\0\0\x3f\0" + grey_file[end + 10 : -2])
    head = b"\xff\xc0" + struct.pack(">HBHHB", 20, 8, height, width, 4)
    head += b"".join(bytes([i + 1, s, 0]) for i, s in enumerate(sampling))
    return b"\xff\xd8" + tables + head + b"".join(scans) + b"\xff\xd9"


# WebP.


def webp():
    rgb = picture(37, 29)
    image = Image.fromarray(rgb)
    alpha = ramp(37, 29)
    clear = Image.fromarray(np.dstack([rgb, alpha]))

    def exact(name, data):
        add("webp/" + name + ".webp", data, pillow(data), "WebP, lossless" if b"VP8L" in data else None)

    def cwebp(*options, source=image):
        return tool(saved(source, "PNG"), "webp", "cwebp", *options, "IN", "-o", "OUT")

    for quality in (0, 10, 40, 75, 90, 100):
        exact(f"quality-{quality}", saved(image, "WEBP", quality=quality))
    for method in (0, 2, 6):
        exact(f"method-{method}", saved(image, "WEBP", method=method))
    for width, height in ((1, 1), (1, 2), (2, 1), (3, 3), (15, 17), (16, 16), (17, 33), (64, 1), (1, 64), (50, 31)):
        small = Image.fromarray(picture(width, height))
        exact(f"{width}x{height}", saved(small, "WEBP", quality=70))
        exact(f"{width}x{height}-lossless", saved(small, "WEBP", lossless=True))
    filters = {"no-filter": ("-f", "0"), "strong": ("-f", "100", "-strong"), "simple-filter": ("-f", "60", "-nostrong"), "sharp": ("-f", "80", "-sharpness", "7"), "sharp-3": ("-f", "40", "-sharpness", "3")}
    others = {"one-segment": ("-segments", "1"), "four-segments": ("-segments", "4", "-sns", "100"), "partitions": ("-partition_limit", "100"), "sharp-yuv": ("-sharp_yuv",), "auto-filter": ("-af",), "photo": ("-preset", "photo"), "drawing": ("-preset", "drawing"), "passes": ("-pass", "6", "-size", "900"), "jpeg-like": ("-jpeg_like",)}
    for name, options in (filters | others).items():
        exact(name, cwebp("-q", "60", *options))
        exact(name + "-poor", cwebp("-q", "8", *options))
    exact("large", saved(Image.fromarray(picture(150, 90)), "WEBP", quality=50))
    exact("alpha", saved(clear, "WEBP", quality=80))
    exact("alpha-exact", saved(clear, "WEBP", quality=80, exact=True))
    exact("alpha-quality", saved(clear, "WEBP", quality=80, alpha_quality=20))
    for method in (0, 1):
        for how in ("none", "fast", "best"):
            exact(f"alpha-{method}-{how}", cwebp("-q", "70", "-alpha_method", str(method), "-alpha_filter", how, source=clear))
    exact("grey", saved(Image.fromarray(grey(37, 29)), "WEBP", quality=80))
    exact("lossless", saved(image, "WEBP", lossless=True))
    exact("lossless-alpha", saved(clear, "WEBP", lossless=True))
    exact("lossless-alpha-exact", saved(clear, "WEBP", lossless=True, exact=True))
    exact("lossless-effort-0", saved(image, "WEBP", lossless=True, quality=0, method=0))
    exact("lossless-effort-6", saved(image, "WEBP", lossless=True, quality=100, method=6))
    for colours in (2, 4, 16, 200):
        exact(f"lossless-{colours}-colours", saved(image.quantize(colours, dither=Image.Dither.NONE).convert("RGB"), "WEBP", lossless=True))
    exact("lossless-one-colour", saved(Image.new("RGB", (20, 10), (9, 80, 200)), "WEBP", lossless=True))
    for level in (0, 40, 80):
        exact(f"near-lossless-{level}", cwebp("-near_lossless", str(level)))
    for kind, profile in profiles().items():
        exact("icc-" + kind, saved(image, "WEBP", quality=80, icc_profile=profile))
        exact("icc-" + kind + "-lossless", saved(image, "WEBP", lossless=True, icc_profile=profile))
        exact("icc-" + kind + "-alpha", saved(clear, "WEBP", quality=80, icc_profile=profile))
    exact("exif", saved(image, "WEBP", quality=80, exif=exif(6, b"")))
    exact("xmp", saved(image, "WEBP", quality=80, xmp=b"<x/>"))
    exact("trailing-garbage", saved(image, "WEBP", quality=80) + bytes(40))
    second = Image.fromarray(picture(37, 29, 7))
    for name, options in {"lossy": {"quality": 70}, "lossless": {"lossless": True}}.items():
        exact("animated-" + name, saved(image, "WEBP", save_all=True, append_images=[second], **options))
        exact("animated-alpha-" + name, saved(clear, "WEBP", save_all=True, append_images=[second.convert("RGBA")], background=(200, 10, 10, 255), **options))
        (WORK / "first.webp").write_bytes(saved(Image.fromarray(picture(20, 16)), "WEBP", **options))
        (WORK / "alpha.webp").write_bytes(saved(clear.crop((3, 3, 24, 20)), "WEBP", **options))
        (WORK / "second.webp").write_bytes(saved(second, "WEBP", **options))
        for first in ("first", "alpha"):
            for how in ("+b", "-b"):
                run("webpmux", "-frame", WORK / (first + ".webp"), "+100+4+6+0" + how, "-frame", WORK / "second.webp", "+100", "-bgcolor", "255,9,200,30", "-o", WORK / "out.webp")
                exact(f"offset-{first}-{name}{how}", (WORK / "out.webp").read_bytes())


# PNG, written here, since Pillow writes few of its kinds.


def chunk(name, data=b""):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed_lines(samples, bits):
    """Lines of a plane [height, width * channels] without their filters."""
    if bits == 16:
        return [line.astype(">u2").tobytes() for line in samples]
    if bits == 8:
        return [line.astype(np.uint8).tobytes() for line in samples]
    lines = []
    for line in samples:
        flat = np.unpackbits(line.astype(np.uint8)[:, None], axis=1)[:, 8 - bits :].reshape(-1)
        lines.append(np.packbits(flat).tobytes())
    return lines


def filtered(lines, step, kind):
    out, above = b"", bytes(len(lines[0])) if lines else b""
    for y, line in enumerate(lines):
        how = kind if kind < 5 else y % 5
        coded = bytearray()
        for i, value in enumerate(line):
            left = line[i - step] if i >= step else 0
            up, corner = above[i], above[i - step] if i >= step else 0
            guess = left + up - corner
            distances = (abs(guess - left), abs(guess - up), abs(guess - corner))
            paeth = (left, up, corner)[distances.index(min(distances))]
            coded.append((value - (0, left, up, (left + up) // 2, paeth)[how]) % 256)
        out += bytes([how]) + bytes(coded)
        above = line
    return out


def png_file(samples, bits, kind, before=(), interlaced=False, filter=0, idat=10**6):
    """samples: [height, width] or [height, width, channels]."""
    height, width = samples.shape[:2]
    channels = 1 if samples.ndim == 2 else samples.shape[2]
    step = max(1, bits * channels // 8)
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    data = b""
    for x, y, dx, dy in passes:
        part = samples[y::dy, x::dx]
        if part.size:
            data += filtered(packed_lines(part.reshape(part.shape[0], -1), bits), step, filter)
    data = zlib.compress(data, 9)
    pieces = b"".join(chunk(b"IDAT", data[i : i + idat]) for i in range(0, len(data), idat))
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(before) + pieces + chunk(b"IEND")


def png():
    rgb, one, alpha = picture(23, 17), grey(23, 17), ramp(23, 17)
    for interlaced in (False, True):
        end = "-interlaced.png" if interlaced else ".png"

        def put(name, data, pixels):
            agree("png/" + name + end, data, pixels)

        for bits in (1, 2, 4, 8):
            levels = one >> (8 - bits)
            shown = (levels.astype(int) * 255 // (2**bits - 1)).astype(np.uint8)
            put(f"grey-{bits}", png_file(levels, bits, 0, interlaced=interlaced), shown)
            key = int(np.bincount(levels[levels > 0]).argmax())  # the most frequent that is not black
            keyed = three(np.where(levels == key, 0, shown).astype(np.uint8))
            data = png_file(levels, bits, 0, [chunk(b"tRNS", struct.pack(">H", key))], interlaced)
            # Pillow compares the key with samples of 2 and 4 bits after it has scaled them.
            (add if bits in (2, 4) else agree)(f"png/grey-{bits}-key{end}", data, keyed)
            palette = picture(16, 16, 8).reshape(-1, 3)[: 2**bits]
            plte = chunk(b"PLTE", palette.tobytes())
            put(f"palette-{bits}", png_file(levels, bits, 3, [plte], interlaced), palette[levels])
            opacity = np.arange(len(palette)) * 37 % 256
            few = opacity[: max(1, len(palette) // 2)].astype(np.uint8)
            table = np.concatenate([few, np.full(len(palette) - len(few), 255, np.uint8)])
            put(f"palette-{bits}-alpha", png_file(levels, bits, 3, [plte, chunk(b"tRNS", few.tobytes())], interlaced), over_black(palette[levels], table[levels]))
            greys = np.repeat(np.linspace(0, 255, 2**bits).astype(np.uint8)[:, None], 3, 1)
            put(f"palette-{bits}-of-greys", png_file(levels, bits, 3, [chunk(b"PLTE", greys.tobytes())], interlaced), greys[levels])
        put("grey-16", png_file(deep(one), 16, 0, interlaced=interlaced), one)
        put("rgb-8", png_file(rgb, 8, 2, interlaced=interlaced), rgb)
        put("rgb-16", png_file(deep(rgb), 16, 2, interlaced=interlaced), rgb)
        put("grey-alpha-8", png_file(np.dstack([one, alpha]), 8, 4, interlaced=interlaced), three(over_black(one, alpha)))
        put("grey-alpha-16", png_file(deep(np.dstack([one, alpha])), 16, 4, interlaced=interlaced), three(over_black(one, alpha)))
        put("rgb-alpha-8", png_file(np.dstack([rgb, alpha]), 8, 6, interlaced=interlaced), over_black(rgb, alpha))
        put("rgb-alpha-16", png_file(deep(np.dstack([rgb, alpha])), 16, 6, interlaced=interlaced), over_black(rgb, alpha))
        key = tuple(int(v) for v in rgb[4, 18])
        keyed = np.where((rgb == key).all(2)[:, :, None], 0, rgb).astype(np.uint8)
        put("rgb-8-key", png_file(rgb, 8, 2, [chunk(b"tRNS", struct.pack(">HHH", *key))], interlaced), keyed)
        # The key has all 16 bits: one pixel has it, others share its upper 8.
        wide = deep(rgb)
        wide_key = tuple(int(v) for v in wide[4, 18])
        keyed = np.where((wide == wide_key).all(2)[:, :, None], 0, rgb).astype(np.uint8)
        add("png/rgb-16-key" + end, png_file(wide, 16, 2, [chunk(b"tRNS", struct.pack(">HHH", *wide_key))], interlaced), keyed)
        wide = deep(one)
        keyed = np.where(wide == wide[4, 4], 0, one).astype(np.uint8)
        add("png/grey-16-key" + end, png_file(wide, 16, 0, [chunk(b"tRNS", struct.pack(">H", int(wide[4, 4])))], interlaced), three(keyed))
        put("filters", png_file(rgb, 8, 2, interlaced=interlaced, filter=5), rgb)
        put("filters-16", png_file(deep(rgb), 16, 2, interlaced=interlaced, filter=5), rgb)
        for width, height in ((1, 1), (2, 3), (3, 2), (5, 1), (1, 9), (8, 8)):
            small = picture(width, height)
            put(f"rgb-{width}x{height}", png_file(small, 8, 2, interlaced=interlaced), small)
            bit = grey(width, height) >> 7
            put(f"grey-1-{width}x{height}", png_file(bit, 1, 0, interlaced=interlaced), bit * np.uint8(255))
    for name, pixels, kind in (("rgb", rgb, 2), ("grey", one, 0)):
        gamma, srgb = chunk(b"gAMA", struct.pack(">I", 100000)), chunk(b"sRGB", b"\0")
        chroma = chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 15000, 6000, 64000, 33000, 30000, 60000))
        agree(f"png/{name}-gamma.png", png_file(pixels, 8, kind, [gamma]), pixels)
        agree(f"png/{name}-srgb.png", png_file(pixels, 8, kind, [srgb]), pixels)
        agree(f"png/{name}-gamma-chroma.png", png_file(pixels, 8, kind, [gamma, chroma]), pixels)
        for profile_kind, profile in profiles().items():
            agree(f"png/{name}-icc-{profile_kind}.png", png_file(pixels, 8, kind, [chunk(b"iCCP", b"p\0\0" + zlib.compress(profile))]), pixels)
        agree(f"png/{name}-background.png", png_file(pixels, 8, kind, [chunk(b"bKGD", b"\0\x40" * (3 if kind == 2 else 1))]), pixels)
        agree(f"png/{name}-significant-bits.png", png_file(pixels, 8, kind, [chunk(b"sBIT", b"\5" * (3 if kind == 2 else 1))]), pixels)
        agree(f"png/{name}-texts.png", png_file(pixels, 8, kind, [chunk(b"tEXt", b"Comment\0made by a test"), chunk(b"zTXt", b"c\0\0" + zlib.compress(b"long " * 99)), chunk(b"iTXt", b"c\0\0\0\0\0t"), chunk(b"tIME", bytes([7, 234, 1, 2, 3, 4, 5])), chunk(b"pHYs", bytes(9)), chunk(b"eXIf", exif(6, b"")[6:])]), pixels)
        agree(f"png/{name}-unknown-chunk.png", png_file(pixels, 8, kind, [chunk(b"prVt", b"data")]), pixels)
        agree(f"png/{name}-small-idats.png", png_file(pixels, 8, kind, idat=7), pixels)
        agree(f"png/{name}-trailing-garbage.png", png_file(pixels, 8, kind) + bytes(30), pixels)
        agree(f"png/{name}-damaged-text.png", png_file(pixels, 8, kind, [chunk(b"zTXt", b"c\0\0no zlib")]), pixels)
    suggested = chunk(b"PLTE", picture(4, 4).tobytes())
    agree("png/rgb-suggested-palette.png", png_file(rgb, 8, 2, [suggested]), rgb)
    first, second = Image.fromarray(rgb), Image.fromarray(picture(23, 17, 6))
    data = saved(first, "PNG", save_all=True, append_images=[second])
    add("png/animated.png", data, rgb)
    data = saved(first, "PNG", save_all=True, append_images=[second], default_image=True)
    add("png/animated-default-image.png", data, rgb)


# GIF.


def gif():
    palette = picture(16, 16, 8).reshape(-1, 3)
    indexes = (grey(23, 17) >> 4).astype(np.uint8)
    for colours, bits in ((2, 1), (4, 2), (16, 4), (256, 8)):
        values = (grey(23, 17).astype(int) * (colours - 1) // 255).astype(np.uint8)
        agree(f"gif/{colours}-colours.gif", gif_file(values, palette[:colours]), palette[values])
        agree(f"gif/{colours}-colours-interlaced.gif", gif_file(values, palette[:colours], interlaced=True), palette[values])
    agree("gif/local-palette.gif", gif_file(indexes, palette[100:116], local=palette[:16]), palette[indexes])
    agree("gif/only-local-palette.gif", gif_file(indexes, None, local=palette[:16]), palette[indexes])
    seen = np.where((indexes == 5)[:, :, None], 0, palette[indexes]).astype(np.uint8)
    agree("gif/transparent.gif", gif_file(indexes, palette[:16], transparent=5), seen)
    agree("gif/transparent-interlaced.gif", gif_file(indexes, palette[:16], transparent=5, interlaced=True), seen)
    agree("gif/transparent-local-palette.gif", gif_file(indexes, palette[100:116], transparent=5, local=palette[:16]), seen)
    agree("gif/background.gif", gif_file(indexes, palette[:16], background=7), palette[indexes])
    screen = np.zeros((25, 30, 3), np.uint8)
    screen[5:22, 4:27] = seen
    agree("gif/offset.gif", gif_file(indexes, palette[:16], transparent=5, screen=(30, 25), offset=(4, 5)), screen)
    agree("gif/offset-interlaced.gif", gif_file(indexes, palette[:16], transparent=5, screen=(30, 25), offset=(4, 5), interlaced=True), screen)
    agree("gif/beyond-screen.gif", gif_file(indexes, palette[:16], transparent=5, screen=(9, 6)), seen)
    agree("gif/comment.gif", gif_file(indexes, palette[:16], extensions=b"\x21\xfe\x05hello\0"), palette[indexes])
    agree("gif/looping.gif", gif_file(indexes, palette[:16], extensions=b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"), palette[indexes])
    agree("gif/trailing-garbage.gif", gif_file(indexes, palette[:16]) + bytes(20), palette[indexes])
    agree("gif/gif87.gif", b"GIF87a" + gif_file(indexes, palette[:16])[6:], palette[indexes])
    one, two = gif_file(indexes, palette[:16]), gif_file(indexes[::-1], palette[:16])
    agree("gif/animated.gif", one[:-1] + two[13 + 48 :], palette[indexes])
    greys = three(np.linspace(0, 255, 16).astype(np.uint8)[None])[0]
    agree("gif/greys.gif", gif_file(indexes, greys), greys[indexes])
    agree("gif/1x1.gif", gif_file(indexes[:1, :1], palette[:16]), palette[indexes[:1, :1]])
    quantized = Image.fromarray(picture(40, 30)).quantize(255)
    data = saved(quantized, "GIF")
    add("gif/pillow.gif", data, np.array(quantized.convert("RGB")))


def gif_file(indexes, palette, local=None, transparent=None, interlaced=False, screen=None, offset=(0, 0), background=0, extensions=b""):
    height, width = indexes.shape

    def bits(table):
        return max(1, (len(table) - 1).bit_length())

    flags = 0x70 | (0x80 | bits(palette) - 1 if palette is not None else 0)
    out = b"GIF89a" + struct.pack("<HHBBB", *(screen or (width, height)), flags, background, 0)
    out += palette.astype(np.uint8).tobytes() if palette is not None else b""
    out += extensions
    if transparent is not None:
        out += b"\x21\xf9\4\1\0\0" + bytes([transparent]) + b"\0"
    flags = (0x40 if interlaced else 0) | (0x80 | bits(local) - 1 if local is not None else 0)
    out += b"\x2c" + struct.pack("<HHHHB", *offset, width, height, flags)
    out += local.astype(np.uint8).tobytes() if local is not None else b""
    order = range(height)
    if interlaced:
        order = [y for start, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for y in range(start, height, step)]
    size = max(2, bits(local if local is not None else palette))
    data = lzw(indexes[list(order)].tobytes(), size)
    blocks = b"".join(bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255))
    return out + bytes([size]) + blocks + b"\0\x3b"


def lzw(data, size):
    clear, end = 1 << size, (1 << size) + 1
    codes, width, current = [(clear, size + 1)], size + 1, b""
    table = {bytes([i]): i for i in range(clear)}
    for value in data:
        longer = current + bytes([value])
        if longer in table:
            current = longer
            continue
        codes.append((table[current], width))
        table[longer] = len(table) + 2
        if len(table) + 2 > 1 << width and width < 12:
            width += 1
        current = bytes([value])
    codes += [(table[current], width), (end, width + (1 if len(table) + 3 > 1 << width and width < 12 else 0))]
    total = sum(code << at for (code, _), at in zip(codes, np.cumsum([0] + [int(w) for _, w in codes]).tolist()))
    return total.to_bytes((sum(w for _, w in codes) + 7) // 8, "little")


# BMP.


def bmp_file(lines, width, height, bits, compression=0, palette=b"", masks=b"", header=40, image_bytes=None):
    """lines: from the bottom up, padded; a negative height goes down."""
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(lines), 2835, 2835, len(palette) // 4, 0)
        info += masks if header > 40 else b""
        info += bytes(header - len(info))
        info += masks if header == 40 else b""
    offset = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(lines), 0, 0, offset) + info + palette + lines


def bmp():
    rgb, one = picture(23, 17), grey(23, 17)
    table = picture(16, 16, 8).reshape(-1, 3)

    def padded(lines, down=False):
        return b"".join(line + bytes(-len(line) % 4) for line in (lines if down else lines[::-1]))

    def colours(count, size=4):
        return b"".join(bytes([b, g, r]) + bytes(size - 3) for r, g, b in table[:count].tolist())

    for bits in (1, 4, 8):
        values = one >> (8 - bits)
        lines = packed_lines(values, bits)
        agree(f"bmp/palette-{bits}.bmp", bmp_file(padded(lines), 23, 17, bits, palette=colours(2**bits)), table[values])
        agree(f"bmp/palette-{bits}-down.bmp", bmp_file(padded(lines, True), 23, -17, bits, palette=colours(2**bits)), table[values])
        agree(f"bmp/palette-{bits}-os2.bmp", bmp_file(padded(lines), 23, 17, bits, palette=colours(2**bits, 3), header=12), table[values])
    few = one % 5
    agree("bmp/palette-8-of-5.bmp", bmp_file(padded(packed_lines(few, 8)), 23, 17, 8, palette=colours(5)), table[few])
    greys = b"".join(bytes([i, i, i, 0]) for i in range(256))
    agree("bmp/greys-8.bmp", bmp_file(padded(packed_lines(one, 8)), 23, 17, 8, palette=greys), one)
    bgr = packed_lines(rgb[:, :, ::-1].reshape(17, -1), 8)
    agree("bmp/rgb-24.bmp", bmp_file(padded(bgr), 23, 17, 24), rgb)
    agree("bmp/rgb-24-down.bmp", bmp_file(padded(bgr, True), 23, -17, 24), rgb)
    agree("bmp/rgb-24-os2.bmp", bmp_file(padded(bgr), 23, 17, 24, header=12), rgb)
    for header in (108, 124):
        agree(f"bmp/rgb-24-header-{header}.bmp", bmp_file(padded(bgr), 23, 17, 24, header=header), rgb)
    bgrx = packed_lines(np.dstack([rgb[:, :, ::-1], np.zeros((17, 23), np.uint8)]).reshape(17, -1), 8)
    agree("bmp/rgb-32.bmp", bmp_file(padded(bgrx), 23, 17, 32), rgb)
    agree("bmp/rgb-32-down.bmp", bmp_file(padded(bgrx, True), 23, -17, 32), rgb)
    alpha = ramp(23, 17)
    bgra = packed_lines(np.dstack([rgb[:, :, ::-1], alpha]).reshape(17, -1), 8)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    for header in (108, 124):
        agree(f"bmp/rgba-32-header-{header}.bmp", bmp_file(padded(bgra), 23, 17, 32, 3, masks=masks, header=header), over_black(rgb, alpha))
    agree("bmp/masks-32.bmp", bmp_file(padded(bgrx), 23, 17, 32, 3, masks=masks[:12]), rgb)
    swapped = packed_lines(np.dstack([np.zeros((17, 23), np.uint8), rgb[:, :, ::-1]]).reshape(17, -1), 8)
    agree("bmp/masks-32-other-order.bmp", bmp_file(padded(swapped), 23, 17, 32, 3, masks=struct.pack("<III", 0xFF000000, 0xFF0000, 0xFF00)), rgb)
    # 5 and 6 bits are scaled: what Pillow cuts off is rounded by the JDK.
    def few(name, data):
        add(name, data, pillow(data), "BMP, 5 and 6 bits a channel")

    r, g, b = (rgb[:, :, i].astype(np.uint16) for i in range(3))
    small = (r >> 3) << 10 | (g >> 3) << 5 | b >> 3
    lines = [line.astype("<u2").tobytes() for line in small]
    few("bmp/rgb-16.bmp", bmp_file(padded(lines), 23, 17, 16))
    few("bmp/masks-555.bmp", bmp_file(padded(lines), 23, 17, 16, 3, masks=struct.pack("<III", 0x7C00, 0x3E0, 0x1F)))
    small = (r >> 3) << 11 | (g >> 2) << 5 | b >> 3
    lines = [line.astype("<u2").tobytes() for line in small]
    few("bmp/masks-565.bmp", bmp_file(padded(lines), 23, 17, 16, 3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
    few("bmp/masks-565-down.bmp", bmp_file(padded(lines, True), 23, -17, 16, 3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
    # Run lengths.
    blocks = (one // 64) * 3
    data = b"".join(b"".join(bytes([n, v]) for n, v in runs(line)) + b"\0\0" for line in blocks[::-1].tolist()) + b"\0\1"
    agree("bmp/runs-8.bmp", bmp_file(data, 23, 17, 8, 1, palette=colours(256)), table[blocks])
    literal = b"".join(b"\0\x17" + bytes(line) + b"\0" + b"\0\0" for line in one[::-1].tolist()) + b"\0\1"
    agree("bmp/literals-8.bmp", bmp_file(literal, 23, 17, 8, 1, palette=colours(256)), table[one])
    data = b"".join(b"".join(bytes([n, v << 4 | v]) for n, v in runs(line)) + b"\0\0" for line in blocks[::-1].tolist()) + b"\0\1"
    agree("bmp/runs-4.bmp", bmp_file(data, 23, 17, 4, 2, palette=colours(16)), table[blocks])
    agree("bmp/trailing-garbage.bmp", bmp_file(padded(bgr), 23, 17, 24) + bytes(9), rgb)
    agree("bmp/1x1.bmp", bmp_file(b"\1\2\3\0", 1, 1, 24), np.array([[[3, 2, 1]]], np.uint8))


def runs(line):
    out = []
    for value in line:
        if out and out[-1][1] == value and out[-1][0] < 255:
            out[-1][0] += 1
        else:
            out.append([1, value])
    return [tuple(run) for run in out]


# TIFF.


def tiff_file(tags, strips, order="<", big=False, at_end=False, next_directory=b""):
    """tags: {tag: (type, values)}; strips get their offsets. Types: 1 byte, 3 short, 4 long."""
    sizes = {1: "B", 2: "B", 3: "H", 4: "I", 7: "B", 11: "f", 16: "Q"}
    tiled = 322 in tags
    tags = dict(tags)
    tags[325 if tiled else 279] = (4, [len(s) for s in strips])
    tags[324 if tiled else 273] = (4, [0] * len(strips))
    head = 16 if big else 8
    body = b"".join(strips)
    body += bytes(-len(body) % 2)
    offsets = list(np.cumsum([head] + [len(s) for s in strips])[:-1])
    tags[324 if tiled else 273] = (4, [int(o) for o in offsets])
    entry = 20 if big else 12
    directory_at = head + len(body)
    extra_at = directory_at + (8 + 8 if big else 2 + 4) + entry * len(tags)
    directory, extra = struct.pack(order + ("Q" if big else "H"), len(tags)), b""
    for tag, (kind, values) in sorted(tags.items()):
        data = struct.pack(order + sizes[kind] * len(values), *values)
        directory += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, len(values))
        if len(data) <= (8 if big else 4):
            directory += data + bytes((8 if big else 4) - len(data))
        else:
            directory += struct.pack(order + ("Q" if big else "I"), extra_at + len(extra))
            extra += data + bytes(len(data) % 2)
    directory += bytes(8 if big else 4)
    mark = b"II" if order == "<" else b"MM"
    if big:
        header = mark + struct.pack(order + "HHHQ", 43, 8, 0, directory_at)
    else:
        header = mark + struct.pack(order + "HI", 42, directory_at)
    return header + body + directory + extra


def tags_of(width, height, bits, photometric, samples=1, rows=None, compression=1, **more):
    names = {"planar": 284, "extra": 338, "predictor": 317, "palette": 320, "tile_width": 322, "tile_length": 323, "fill": 266, "format": 339, "icc": 34675, "subsampling": 530, "ink_set": 332, "orientation": 274}
    tags = {256: (4, [width]), 257: (4, [height]), 258: (3, [bits] * samples), 259: (3, [compression]), 262: (3, [photometric]), 277: (3, [samples])}
    if "tile_width" not in more:
        tags[278] = (4, [rows or height])
    for name, value in more.items():
        if isinstance(value, bytes):
            tags[names[name]] = (7, list(value))
        else:
            tags[names[name]] = (3, value if isinstance(value, list) else [value])
    return tags


def tiff():
    width, height = 23, 17
    rgb, one, alpha = picture(width, height), grey(width, height), ramp(width, height)
    raw = rgb.tobytes()
    for order, name in (("<", "little"), (">", "big")):
        sixteen = order + "u2"
        for large in (False, True):
            kind = name + ("-bigtiff" if large else "")
            agree(f"tiff/rgb-8-{kind}.tif", tiff_file(tags_of(width, height, 8, 2, 3), [raw], order, large), rgb)
            agree(f"tiff/grey-8-{kind}.tif", tiff_file(tags_of(width, height, 8, 1), [one.tobytes()], order, large), one)
            add(f"tiff/rgb-16-{kind}.tif", tiff_file(tags_of(width, height, 16, 2, 3), [deep(rgb).astype(sixteen).tobytes()], order, large), rgb)
            add(f"tiff/grey-16-{kind}.tif", tiff_file(tags_of(width, height, 16, 1), [deep(one).astype(sixteen).tobytes()], order, large), one)
        add(f"tiff/grey-16-white-is-zero-{name}.tif", tiff_file(tags_of(width, height, 16, 0), [(65535 - deep(one)).astype(sixteen).tobytes()], order), one)
        add(f"tiff/grey-32-{name}.tif", tiff_file(tags_of(width, height, 32, 1), [(one.astype(np.uint32) << 24 | 0xABCDEF).astype(order + "u4").tobytes()], order), one)
        colours = deep(picture(16, 16, 8).reshape(-1, 3))
        add(f"tiff/palette-8-{name}.tif", tiff_file(tags_of(width, height, 8, 3, palette=[int(v) for v in colours.T.reshape(-1)]), [one.tobytes()], order), (colours >> 8).astype(np.uint8)[one])
    for bits in (10, 12, 14):
        flat = np.unpackbits((deep(one) >> (16 - bits)).astype(">u2").view(np.uint8).reshape(height, width, 2), axis=2)[:, :, 16 - bits :]
        add(f"tiff/grey-{bits}.tif", tiff_file(tags_of(width, height, bits, 1), [np.packbits(flat.reshape(height, -1), axis=1).tobytes()]), one)
    for bits in (1, 2, 4, 8):
        levels = one >> (8 - bits)
        lines = b"".join(packed_lines(levels, bits))
        shown = (levels.astype(int) * 255 // (2**bits - 1)).astype(np.uint8)
        agree(f"tiff/grey-{bits}.tif", tiff_file(tags_of(width, height, bits, 1), [lines]), shown)
        inverted = b"".join(packed_lines(2**bits - 1 - levels, bits))
        agree(f"tiff/grey-{bits}-white-is-zero.tif", tiff_file(tags_of(width, height, bits, 0), [inverted]), shown)
        if bits in (1, 2, 4):
            colours = deep(picture(16, 16, 8).reshape(-1, 3)[: 2**bits])
            add(f"tiff/palette-{bits}.tif", tiff_file(tags_of(width, height, bits, 3, palette=[int(v) for v in colours.T.reshape(-1)]), [lines]), (colours >> 8).astype(np.uint8)[levels])
    def strips(pixels, rows):
        return [pixels[y : y + rows].tobytes() for y in range(0, height, rows)]

    def tiles(pixels, w, h):
        padded = np.zeros((-(-height // h) * h, -(-width // w) * w) + pixels.shape[2:], pixels.dtype)
        padded[:height, :width] = pixels
        return [np.ascontiguousarray(padded[y : y + h, x : x + w]).tobytes() for y in range(0, padded.shape[0], h) for x in range(0, padded.shape[1], w)]

    agree("tiff/strips.tif", tiff_file(tags_of(width, height, 8, 2, 3, rows=5), strips(rgb, 5)), rgb)
    agree("tiff/strips-of-1-row.tif", tiff_file(tags_of(width, height, 8, 1, rows=1), strips(one, 1)), one)
    agree("tiff/tiles.tif", tiff_file(tags_of(width, height, 8, 2, 3, tile_width=16, tile_length=16), tiles(rgb, 16, 16)), rgb)
    agree("tiff/tiles-grey.tif", tiff_file(tags_of(width, height, 8, 1, tile_width=16, tile_length=32), tiles(one, 16, 32)), one)
    add("tiff/tiles-16.tif", tiff_file(tags_of(width, height, 16, 2, 3, tile_width=16, tile_length=16), tiles(deep(rgb), 16, 16)), rgb)
    planes = [np.ascontiguousarray(rgb[:, :, c]) for c in range(3)]
    agree("tiff/planes.tif", tiff_file(tags_of(width, height, 8, 2, 3, planar=2), [p.tobytes() for p in planes]), rgb)
    agree("tiff/planes-strips.tif", tiff_file(tags_of(width, height, 8, 2, 3, planar=2, rows=5), [s for p in planes for s in strips(p, 5)]), rgb)
    add("tiff/planes-16.tif", tiff_file(tags_of(width, height, 16, 2, 3, planar=2), [deep(p).astype("<u2").tobytes() for p in planes]), rgb)
    agree("tiff/planes-tiles.tif", tiff_file(tags_of(width, height, 8, 2, 3, planar=2, tile_width=16, tile_length=16), [t for p in planes for t in tiles(p, 16, 16)]), rgb)
    # Alpha: 2 is by itself, 1 has been multiplied in, 0 is something else.
    clear = np.dstack([rgb, alpha])
    agree("tiff/alpha.tif", tiff_file(tags_of(width, height, 8, 2, 4, extra=2), [clear.tobytes()]), over_black(rgb, alpha))
    multiplied = np.dstack([over_black(rgb, alpha), alpha])
    add("tiff/alpha-multiplied.tif", tiff_file(tags_of(width, height, 8, 2, 4, extra=1), [multiplied.tobytes()]), over_black(rgb, alpha))
    add("tiff/extra-sample.tif", tiff_file(tags_of(width, height, 8, 2, 4, extra=0), [clear.tobytes()]), rgb)
    add("tiff/alpha-16.tif", tiff_file(tags_of(width, height, 16, 2, 4, extra=2), [deep(clear).astype("<u2").tobytes()]), over_black(rgb, alpha))
    add("tiff/grey-alpha.tif", tiff_file(tags_of(width, height, 8, 1, 2, extra=2), [np.dstack([one, alpha]).tobytes()]), three(over_black(one, alpha)))
    add("tiff/grey-alpha-multiplied.tif", tiff_file(tags_of(width, height, 8, 1, 2, extra=1), [np.dstack([over_black(one, alpha), alpha]).tobytes()]), three(over_black(one, alpha)))
    inks = np.dstack([picture(width, height, 4), 255 - grey(width, height, 5)])
    agree("tiff/cmyk.tif", tiff_file(tags_of(width, height, 8, 5, 4), [inks.tobytes()]), light(inks))
    add("tiff/cmyk-planes.tif", tiff_file(tags_of(width, height, 8, 5, 4, planar=2), [np.ascontiguousarray(inks[:, :, c]).tobytes() for c in range(4)]), light(inks))
    add("tiff/cmyk-16.tif", tiff_file(tags_of(width, height, 16, 5, 4), [deep(inks).astype("<u2").tobytes()]), light(inks))
    for kind, profile in profiles().items():
        agree(f"tiff/icc-{kind}.tif", tiff_file(tags_of(width, height, 8, 2, 3, icc=profile), [raw]), rgb)
        agree(f"tiff/icc-{kind}-grey.tif", tiff_file(tags_of(width, height, 8, 1, icc=profile), [one.tobytes()]), one)
    add("tiff/turned.tif", tiff_file(tags_of(width, height, 8, 2, 3, orientation=6), [raw]), rgb)
    # Compressions.
    base = tiff_file(tags_of(width, height, 8, 2, 3), [raw])
    grey_base = tiff_file(tags_of(width, height, 8, 1), [one.tobytes()])
    wide_base = tiff_file(tags_of(width, height, 16, 2, 3), [deep(rgb).astype("<u2").tobytes()])
    for how in ("none", "lzw", "lzw:2", "zip", "zip:2", "packbits"):
        name = how.replace(":2", "-predictor")
        for layout, options in {"": ("-s", "-r", "6"), "-tiles": ("-t", "-w", "16", "-l", "16"), "-planes": ("-p", "separate"), "-big-endian": ("-B",), "-bigtiff": ("-8",)}.items():
            agree(f"tiff/{name}{layout}.tif", tool(base, "tif", "tiffcp", "-c", how, *options, "IN", "OUT"), rgb)
        agree(f"tiff/{name}-grey.tif", tool(grey_base, "tif", "tiffcp", "-c", how, "IN", "OUT"), one)
        add(f"tiff/{name}-16.tif", tool(wide_base, "tif", "tiffcp", "-c", how, "IN", "OUT"), rgb)
        add(f"tiff/{name}-16-big-endian.tif", tool(wide_base, "tif", "tiffcp", "-c", how, "-B", "IN", "OUT"), rgb)
    bit = one >> 7
    shown = bit * np.uint8(255)
    bilevel = tiff_file(tags_of(width, height, 1, 0), [b"".join(packed_lines(1 - bit, 1))])
    for how in ("g3", "g3:1d", "g3:2d", "g3:1d:fill", "g4", "lzw", "packbits", "zip"):
        name = how.replace(":", "-")
        agree(f"tiff/bits-{name}.tif", tool(bilevel, "tif", "tiffcp", "-c", how, "IN", "OUT"), shown)
        agree(f"tiff/bits-{name}-low-bits-first.tif", tool(bilevel, "tif", "tiffcp", "-c", how, "-f", "lsb2msb", "IN", "OUT"), shown)
    agree("tiff/bits-g4-tiles.tif", tool(bilevel, "tif", "tiffcp", "-c", "g4", "-t", "-w", "16", "-l", "16", "IN", "OUT"), shown)
    agree("tiff/bits-g4-strips.tif", tool(bilevel, "tif", "tiffcp", "-c", "g4", "-r", "5", "IN", "OUT"), shown)
    agree("tiff/bits-runs.tif", saved(Image.fromarray(shown).convert("1"), "TIFF", compression="tiff_ccitt"), shown)
    photo = picture(37, 29)
    data = saved(Image.fromarray(photo), "TIFF", compression="jpeg", quality=85)
    add("tiff/jpeg.tif", data, pillow(data), "TIFF, JPEG within")
    data = saved(Image.fromarray(grey(37, 29)), "TIFF", compression="jpeg", quality=85)
    add("tiff/jpeg-grey.tif", data, pillow(data), "TIFF, JPEG within")
    photo_base = saved(Image.fromarray(photo), "TIFF")
    for name, options in {"rgb": ("-c", "jpeg:r"), "ycbcr": ("-c", "jpeg"), "ycbcr-tiles": ("-c", "jpeg", "-t", "-w", "32", "-l", "32"), "ycbcr-strips": ("-c", "jpeg", "-r", "16")}.items():
        data = tool(photo_base, "tif", "tiffcp", *options, "IN", "OUT")
        add(f"tiff/jpeg-{name}.tif", data, pillow(data), "TIFF, JPEG within")
    # Luma and chroma, uncompressed; libtiff's own conversion.
    ycc = np.asarray(Image.fromarray(rgb).convert("YCbCr"))
    data = tiff_file(tags_of(width, height, 8, 6, 3, subsampling=[1, 1]), [ycc.tobytes()])
    add("tiff/ycbcr-444.tif", data, from_ycc(ycc), "TIFF, YCbCr")
    small = np.asarray(Image.fromarray(picture(32, 32)).convert("YCbCr"))
    for across, down in ((2, 1), (2, 2)):
        chroma = small[::down, ::across]
        units = b"".join(small[y : y + down, x : x + across, 0].tobytes() + small[y, x, 1:].tobytes() for y in range(0, 32, down) for x in range(0, 32, across))
        whole = small.copy()
        whole[:, :, 1:] = np.repeat(np.repeat(chroma[:, :, 1:], down, 0), across, 1)
        data = tiff_file(tags_of(32, 32, 8, 6, 3, subsampling=[across, down]), [units])
        add(f"tiff/ycbcr-4{'22' if down == 1 else '20'}.tif", data, from_ycc(whole), "TIFF, YCbCr")
    pages = saved(Image.fromarray(rgb), "TIFF", save_all=True, append_images=[Image.fromarray(picture(30, 9, 6))])
    agree("tiff/pages.tif", pages, rgb)
    agree("tiff/trailing-garbage.tif", base + bytes(40), rgb)
    agree("tiff/1x1.tif", tiff_file(tags_of(1, 1, 8, 2, 3), [b"\1\2\3"]), np.array([[[1, 2, 3]]], np.uint8))
    # What is refused.
    floats = (one / 255).astype("<f4").tobytes()
    refuse("tiff/float.tif", tiff_file(tags_of(width, height, 32, 1, format=3), [floats]), "has floating-point samples, but must have unsigned integers")
    refuse("tiff/float-rgb.tif", tiff_file(tags_of(width, height, 32, 2, 3, format=[3, 3, 3]), [(rgb / 255).astype("<f4").tobytes()]), "has floating-point samples, but must have unsigned integers")
    refuse("tiff/signed.tif", tiff_file(tags_of(width, height, 16, 1, format=2), [deep(one).tobytes()]), "has signed samples, but must have unsigned integers")
    refuse("tiff/lab.tif", tiff_file(tags_of(width, height, 8, 8, 3), [raw]), "is a TIFF of photometric interpretation 8, but must have grey (0, 1), RGB (2), a palette (3), CMYK (5) or YCbCr (6)")
    refuse("tiff/zstd.tif", tiff_file(tags_of(width, height, 8, 2, 3, compression=50000), [b"\x28\xb5\x2f\xfd" + bytes(20)]), "cannot be decoded: Unknown TIFF Compression value: 50000")
    refuse("tiff/webp.tif", tiff_file(tags_of(width, height, 8, 2, 3, compression=50001), [saved(Image.fromarray(rgb), "WEBP")]), "cannot be decoded: Unknown TIFF Compression value: 50001")
    refuse("tiff/six-samples.tif", tiff_file(tags_of(width, height, 8, 2, 6, extra=[0, 0, 0]), [bytes(width * height * 6)]), "has 6 samples a pixel, but may have 5")


def from_ycc(ycc):
    return np.array(Image.fromarray(ycc, "YCbCr").convert("RGB"))


# Netpbm.


def pnm():
    rgb, one, alpha = picture(23, 17), grey(23, 17), ramp(23, 17)
    bit = one >> 7

    def text(values):
        return b" ".join(b"%d" % v for v in values.reshape(-1).tolist()).replace(b" ", b"\n", 3) + b"\n"

    agree("pnm/p1.pbm", b"P1\n# bits\n23 17\n" + text(1 - bit), bit * np.uint8(255))
    add("pnm/p1-dense.pbm", b"P1\n23 17\n" + bytes((49 - bit).reshape(-1)), bit * np.uint8(255))
    agree("pnm/p2.pgm", b"P2\n23 17\n255\n" + text(one), one)
    agree("pnm/p3.ppm", b"P3\n23 17\n# colour\n255\n" + text(rgb), rgb)
    agree("pnm/p4.pbm", b"P4\n23 17\n" + b"".join(packed_lines(1 - bit, 1)), bit * np.uint8(255))
    agree("pnm/p5.pgm", b"P5\n23 17\n255\n" + one.tobytes(), one)
    agree("pnm/p6.ppm", b"P6\n23 17\n255\n" + rgb.tobytes(), rgb)
    agree("pnm/comments.ppm", b"P6 # a\n#b\n23 # c\n17\n255\n" + rgb.tobytes(), rgb)
    for most in (1, 3, 15, 100, 200, 254):
        values = (one.astype(int) * most // 255).astype(np.uint8)
        for name, data in {"p5": b"P5\n23 17\n%d\n" % most + values.tobytes(), "p2": b"P2\n23 17\n%d\n" % most + text(values)}.items():
            add(f"pnm/{name}-max-{most}.pgm", data, pillow(data), "Netpbm, other maxval")
    for most in (256, 1023, 4095):
        values = (one.astype(int) * most // 255).astype(">u2")
        shown = ((values.astype(int) * 255 + most // 2) // most).astype(np.uint8)
        add(f"pnm/p5-max-{most}.pgm", b"P5\n23 17\n%d\n" % most + values.tobytes(), shown, "Netpbm, other maxval")
    add("pnm/p5-16.pgm", b"P5\n23 17\n65535\n" + deep(one).astype(">u2").tobytes(), one)
    add("pnm/p6-16.ppm", b"P6\n23 17\n65535\n" + deep(rgb).astype(">u2").tobytes(), rgb)
    add("pnm/p2-16.pgm", b"P2\n23 17\n65535\n" + text(deep(one)), one)

    def pam(depth, most, kind, data):
        return b"P7\nWIDTH 23\nHEIGHT 17\nDEPTH %d\nMAXVAL %d\nTUPLTYPE %s\nENDHDR\n" % (depth, most, kind) + data

    add("pnm/grey.pam", pam(1, 255, b"GRAYSCALE", one.tobytes()), one)
    add("pnm/bits.pam", pam(1, 1, b"BLACKANDWHITE", bit.tobytes()), bit * np.uint8(255))
    add("pnm/grey-alpha.pam", pam(2, 255, b"GRAYSCALE_ALPHA", np.dstack([one, alpha]).tobytes()), three(over_black(one, alpha)))
    add("pnm/rgb.pam", pam(3, 255, b"RGB", rgb.tobytes()), rgb)
    add("pnm/rgb-alpha.pam", pam(4, 255, b"RGB_ALPHA", np.dstack([rgb, alpha]).tobytes()), over_black(rgb, alpha))
    add("pnm/rgb-16.pam", pam(3, 65535, b"RGB", deep(rgb).astype(">u2").tobytes()), rgb)


jpeg()
webp()
png()
gif()
bmp()
tiff()
pnm()
with open(OUT / "manifest.tsv", "w") as manifest:
    manifest.write("file\tkind\tgreatest\tmean\texpected\n")
    for row in rows:
        manifest.write("\t".join(str(value) for value in row) + "\n")
print(len(rows), "files,", sum(f.stat().st_size for f in OUT.rglob("*") if f.is_file()), "bytes")
