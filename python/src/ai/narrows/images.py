"""Images between Python and Spark, as Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pyspark.ml.image import ImageSchema
from pyspark.sql import DataFrame, functions
from pyspark.sql.types import ArrayType, BinaryType, NumericType, StructType

from ai.narrows import _java
from ai.narrows.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa
    from PIL import Image

_CHUNK = 8 << 20  # bytes of pixels in an Arrow batch, each of which is a partition
_MODES = {1: 0, 3: 16}  # OpenCV's types CV_8UC1 and CV_8UC3 by the number of channels
_EXTENSIONS = [
    ".png",
    ".jpg",
    ".jpeg",
    ".jpe",
    ".jfif",
    ".jfi",
    ".jif",
    ".pjpeg",
    ".pjp",
    ".tif",
    ".tiff",
    ".webp",
    ".bmp",
    ".dib",
    ".gif",
    ".pgm",
    ".ppm",
    ".pbm",
    ".pnm",
    ".pam",
]


def from_numpy(
    images: np.ndarray,
    *,
    ids: Sequence[Any] | None = None,
    columns: Mapping[str, Any] | None = None,
    raw: bool = False,
) -> DataFrame:
    """
    A DataFrame of images of one size.

    Parameters
    ----------
    images : ndarray
        [n, height, width] grayscale, or [n, height, width, channels] with 1 channel or with 3 in the order red, green,
        blue. uint8, bool, or floats in [0, 1], which are rounded to the nearest of 256 values.
    ids : sequence, optional
        Ids of the images, as text in the column ``id``. Default: 0, 1, and so on.
    columns : Mapping, optional
        Further columns by name, each a sequence of n values, such as labels.
    raw : bool, default False
        If true, the column ``image`` is binary with the pixels alone, for ``inputEncoding`` raw; otherwise it is
        Spark's image struct.

    Returns
    -------
    DataFrame
        ``id``, ``image``, and the further columns.

    Raises
    ------
    InputError
        If the shape is another one, or a value is NaN or outside [0, 1].

    Examples
    --------
    >>> import narrows, numpy as np
    >>> df = narrows.from_numpy(np.zeros((2, 8, 8), np.uint8), columns={"label": [0, 1]})
    >>> df.columns, df.count()
    (['id', 'image', 'label'], 2)

    """
    import pyarrow as pa

    pixels = _pixels(images)
    n, height, width, channels = pixels.shape
    if channels == 3:
        pixels = pixels[..., ::-1]
    rows = max(1, _CHUNK // (height * width * channels))
    chunks = []
    for at in range(0, n, rows):
        block = np.ascontiguousarray(pixels[at : at + rows])
        ends = np.arange(len(block) + 1, dtype=np.int32) * (height * width * channels)
        chunks.append(
            pa.BinaryArray.from_buffers(pa.binary(), len(block), [None, pa.py_buffer(ends), pa.py_buffer(block)])
        )
    data = pa.chunked_array(chunks, pa.binary())
    table = _table(n, ids, columns, {"image": data})
    frame = _to_spark(table)
    if raw:
        return frame
    size = (functions.lit(value) for value in (height, width, channels, _MODES[channels]))
    return _as_structs(frame, *size)


def from_pil(
    images: Iterable[Image.Image],
    *,
    ids: Sequence[Any] | None = None,
    columns: Mapping[str, Any] | None = None,
) -> DataFrame:
    """
    A DataFrame of PIL images, which may have different sizes.

    Grayscale images without alpha stay so; all others become color. Alpha is blended over black, of 16 bits the upper 8
    are kept, and an EXIF orientation is not applied, as with image files.

    Parameters
    ----------
    images : iterable of PIL.Image.Image
        The images.
    ids, columns
        As in :py:func:`from_numpy`.

    Examples
    --------
    >>> import narrows
    >>> from PIL import Image
    >>> df = narrows.from_pil([Image.new("L", (8, 8)), Image.new("L", (9, 9))], ids=["a", "b"])
    >>> [row.image.width for row in df.collect()]
    [8, 9]

    """
    import pyarrow as pa

    if not isinstance(images, Iterable):
        raise TypeError(f"a list of PIL images is needed, but got {type(images).__name__}")
    arrays = [_of_pil(image, place) for place, image in enumerate(images)]
    if not arrays:
        raise InputError("there are no images: the list is empty")
    shapes = [array.shape if array.ndim == 3 else (*array.shape, 1) for array in arrays]
    data = [np.ascontiguousarray(array[..., ::-1] if array.ndim == 3 else array).tobytes() for array in arrays]
    names = ("narrows height", "narrows width", "narrows channels", "narrows mode")
    own = {
        "image": _chunked(data),
        **{
            name: pa.array(values, pa.int32())
            for name, values in zip(
                names, zip(*((*shape, _MODES[shape[2]]) for shape in shapes), strict=True), strict=True
            )
        },
    }
    frame = _to_spark(_table(len(arrays), ids, columns, own))
    return _as_structs(frame, *(functions.col(f"`{name}`") for name in names)).drop(*names)


def from_folder(path: str | Path) -> DataFrame:
    """
    A DataFrame of the image files below a folder of this machine, undecoded, for clusters that cannot see the folder.

    Executors decode them. For a folder that the cluster can read use
    ``spark.read.format("imagefolder").load(path)``, which sends nothing through the driver.

    Parameters
    ----------
    path : str or Path
        A folder. Hidden files, and those without the extension of an image, are passed over.

    Returns
    -------
    DataFrame
        ``id`` (path below the folder) and ``image`` (binary, an image file).

    Examples
    --------
    >>> import narrows
    >>> from PIL import Image
    >>> Image.new("L", (8, 8)).save(folder + "/a.png")
    >>> narrows.from_folder(folder).select("id").first().id
    'a.png'

    """
    root = Path(path)
    if not root.is_dir():
        raise InputError(f"{path} is not a folder on this machine")
    files = sorted(
        file
        for file in root.rglob("*")
        if file.suffix.lower() in _EXTENSIONS
        and file.is_file()
        and not any(part.startswith((".", "_")) for part in file.relative_to(root).parts)
    )
    if not files:
        raise InputError(f"there are no image files below {path}")
    ids = [file.relative_to(root).as_posix() for file in files]
    return _to_spark(_table(len(files), ids, None, {"image": _chunked([file.read_bytes() for file in files])}))


def to_numpy(dataset: DataFrame, column: str = "image") -> np.ndarray:
    """
    A column as one array, in the order of the rows.

    Parameters
    ----------
    dataset : DataFrame
        Rows; all of them go to the driver.
    column : str, default "image"
        Image structs of one size, vectors, arrays of numbers, or a column of plain values.

    Returns
    -------
    ndarray
        Images: uint8 [n, height, width], or [n, height, width, 3] in the order red, green, blue. Vectors and arrays:
        [n, values]. Others: [n].

    Raises
    ------
    InputError
        If there is no such column, images have different sizes, or an image is null.

    Examples
    --------
    >>> import narrows, numpy as np
    >>> images = np.random.default_rng(1).integers(0, 256, (3, 4, 5, 3), dtype=np.uint8)
    >>> bool((narrows.to_numpy(narrows.from_numpy(images)) == images).all())
    True

    """
    selected, kind = _selected(dataset, column)
    if _is_image(kind):
        return _stack(_structs(selected), column)
    if kind.typeName() in ("vectorudt", "vector"):
        from pyspark.ml.functions import vector_to_array

        value = functions.col("value")
        selected = selected.select(functions.when(value.isNotNull(), vector_to_array(value)).alias("value"))
    elif isinstance(kind, BinaryType) or not (
        isinstance(kind, NumericType)
        or kind.typeName() in ("boolean", "string")
        or (isinstance(kind, ArrayType) and isinstance(kind.elementType, NumericType))
    ):
        raise InputError(
            f"column '{column}' is of type {kind.simpleString()}, but must hold image structs, vectors, arrays "
            "or numbers"
        )
    values = _collect(selected)["value"].combine_chunks()
    if kind.typeName() in ("vectorudt", "vector") or isinstance(kind, ArrayType):
        return _rectangle(values, column)
    return np.asarray(values.to_numpy(zero_copy_only=False))


def to_pil(dataset: DataFrame, column: str = "image") -> list[Image.Image]:
    """
    A column of image structs as PIL images, which may have different sizes.

    Examples
    --------
    >>> import narrows, numpy as np
    >>> narrows.to_pil(narrows.from_numpy(np.zeros((1, 4, 6), np.uint8)))[0].size
    (6, 4)

    """
    from PIL import Image as pil

    selected, kind = _selected(dataset, column)
    if not _is_image(kind):
        raise InputError(f"column '{column}' is of type {kind.simpleString()}, but must hold image structs")
    table = _structs(selected)
    images: list[Image.Image] = []
    for height, width, channels, mode, data in zip(*(table.column(i).to_pylist() for i in range(5)), strict=True):
        if data is None:
            raise InputError(f"row {len(images)} of column '{column}' is null: filter it out first")
        _check_struct(column, len(images), height, width, channels, mode, len(data))
        pixels = np.frombuffer(data, np.uint8).reshape(height, width, channels)
        images.append(pil.fromarray(pixels[:, :, 0] if channels == 1 else np.ascontiguousarray(pixels[:, :, 2::-1])))
    return images


def image_stream(folders: str | Sequence[str], **options: Any) -> DataFrame:
    """
    A streaming DataFrame of the image files that appear below folders, with the columns of ``imagefolder``.

    Parameters
    ----------
    folders : str or sequence of str
        Folders or patterns that Spark can read.
    **options
        Options of ``imagefolder`` and of Spark's file stream source, such as ``maxFilesPerTrigger``.

    Examples
    --------
    >>> import narrows
    >>> from PIL import Image
    >>> Image.new("L", (8, 8)).save(folder + "/a.png")
    >>> narrows.image_stream(folder, maxFilesPerTrigger=10).isStreaming
    True

    """
    paths = [folders] if isinstance(folders, str) else list(folders)
    given = {key: _java.setting(value) for key, value in options.items()}
    with _java.java_errors():
        stream = _java.java_class("ai.narrows.images.source.ImageStream")
        return _java.data_frame(stream.of(_java.session()._jsparkSession, paths, given))


def _pixels(images: Any) -> np.ndarray:
    """The same as uint8 [n, height, width, channels]."""
    if isinstance(images, np.ma.MaskedArray) and np.ma.is_masked(images):
        raise InputError("images have masked values: fill them first, with images.filled(0)")
    try:
        array = np.asarray(images)
    except ValueError:
        array = np.asarray(None)
    if array.dtype == object:
        raise InputError(
            f"images must be one array of numbers, but are {type(images).__name__}: use numpy.stack for arrays of one "
            "size, narrows.from_pil for images of different sizes"
        )
    if array.ndim not in (3, 4):
        hint = "; add an axis in front for a single image" if array.ndim == 2 else ""
        raise InputError(
            "images must be an array [n, height, width] or [n, height, width, channels], but have the shape "
            f"{array.shape}{hint}"
        )
    if array.ndim == 3 and array.shape[2] in (3, 4) and min(array.shape) == array.shape[2] < min(array.shape[:2]):
        raise InputError(
            f"images of the shape {array.shape} may be one color image or grayscale images {array.shape[2]} wide: "
            "use images[numpy.newaxis] or images[..., numpy.newaxis]"
        )
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.shape[3] not in _MODES:
        hint = ""
        if array.shape[1] in _MODES:
            hint = "; channels come last: use images.transpose(0, 2, 3, 1)"
        elif array.shape[3] == 4:
            hint = "; leave out the alpha channel: use images[..., :3]"
        raise InputError(f"images must have 1 or 3 channels, but have the shape {array.shape}{hint}")
    if 0 in array.shape:
        raise InputError(f"there are no pixels: images have the shape {array.shape}")
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint8:
        return array
    if not np.issubdtype(array.dtype, np.floating):
        raise InputError(
            f"images must be uint8, bool or floats in [0, 1], but are {array.dtype}: convert values from 0 to 255 with "
            "images.astype(numpy.uint8)"
        )
    low, high = array.min(), array.max()  # NaN if any value is
    if not (low >= 0 and high <= 1):
        place = np.unravel_index(int(np.argmax(~((array >= 0) & (array <= 1)))), array.shape)
        hint = "; divide by 255" if 2 < high <= 255 and low >= 0 else ""
        raise InputError(
            f"floats must be in [0, 1], but image {place[0]} has {array[place]!s} at row {place[1]}, "
            f"column {place[2]}{hint}"
        )
    return (array.astype(np.float32) * np.float32(255) + np.float32(0.5)).astype(np.uint8)


def _of_pil(image: Any, place: int) -> np.ndarray:
    """uint8 [height, width] or [height, width, 3]."""
    from PIL import Image as pil

    if not isinstance(image, pil.Image):
        raise TypeError(f"PIL images are needed, but item {place} is a {type(image).__name__}")
    if image.mode in ("I;16", "I;16B", "I;16L"):
        return (np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)
    if image.mode in ("I", "F"):
        raise InputError(f"image {place} has mode {image.mode}, whose range is unknown: convert it to L or RGB first")
    gray = image.mode in ("1", "L")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = pil.alpha_composite(pil.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba).convert("RGB")
    return np.asarray(image.convert("L" if gray else "RGB"))


def _chunked(data: list[bytes]) -> pa.ChunkedArray:
    """Binary values in chunks of a few megabytes."""
    import pyarrow as pa

    chunks, begin, size = [], 0, 0
    for place, value in enumerate(data):
        size += len(value)
        if size >= _CHUNK or place == len(data) - 1:
            chunks.append(pa.array(data[begin : place + 1], pa.binary()))
            begin, size = place + 1, 0
    return pa.chunked_array(chunks, pa.binary())


def _table(n: int, ids: Any, columns: Mapping[str, Any] | None, own: dict[str, Any]) -> pa.Table:
    """A table of ids, images and further columns, in the chunks of the images."""
    import pyarrow as pa

    arrays: dict[str, Any] = {"id": pa.array(_ids(n, ids), pa.string()), **own}
    taken = {"id", "image"}
    for name, values in _items(columns):
        if not isinstance(name, str):
            raise TypeError(f"names of columns are text, but got {name!r}")
        if name.lower() in taken:
            raise InputError(f"the column '{name}' is there already: give it another name")
        taken.add(name.lower())
        arrays[name] = _column(name, values, n)
    batches = []
    at = 0
    for chunk in own["image"].chunks:
        part = {name: chunk if name == "image" else values.slice(at, len(chunk)) for name, values in arrays.items()}
        batches.append(pa.RecordBatch.from_pydict(part))
        at += len(chunk)
    return pa.Table.from_batches(batches)


def _ids(n: int, ids: Any) -> list[str | None]:
    """Ids as text."""
    if ids is None:
        return [str(i) for i in range(n)]
    values = list(ids)
    if len(values) != n:
        raise InputError(f"there are {n} images, but {len(values)} ids")
    for place, value in enumerate(values):
        if isinstance(value, (bytes, bytearray, float, list, tuple, dict, np.ndarray)):
            raise InputError(f"ids are text or whole numbers, but id {place} is {value!r}")
    return [None if value is None else str(value) for value in values]


def _items(columns: Any) -> Iterable[tuple[Any, Any]]:
    if columns is None:
        return ()
    if not hasattr(columns, "items"):
        raise TypeError(f"columns are a dict of names and values, but got {type(columns).__name__}")
    return columns.items()  # type: ignore[no-any-return]


def _column(name: str, values: Any, n: int) -> pa.Array:
    """An Arrow array of a type that Spark has."""
    import pyarrow as pa

    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        raise TypeError(f"the column '{name}' needs a list or an array of {n} values, but got {type(values).__name__}")
    if len(values) != n:
        raise InputError(f"there are {n} images, but the column '{name}' has {len(values)} values")
    try:
        array = pa.array(values)
        signed = {"uint8": pa.int16(), "uint16": pa.int32(), "uint32": pa.int64(), "uint64": pa.int64()}
        return array.cast({**signed, "halffloat": pa.float32()}.get(str(array.type), array.type))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise InputError(f"the column '{name}' cannot be used: {str(error).splitlines()[0]}") from None


def _to_spark(table: pa.Table) -> DataFrame:
    session = _java.session()
    with _java.java_errors():
        if hasattr(DataFrame, "toArrow"):
            return session.createDataFrame(table)
        # Spark 3.5 takes Arrow from pandas alone.
        key = "spark.sql.execution.arrow.pyspark.enabled"
        before = session.conf.get(key)
        session.conf.set(key, "true")
        try:
            return session.createDataFrame(table.to_pandas())
        finally:
            session.conf.set(key, before)  # type: ignore[arg-type]


def _as_structs(frame: DataFrame, height: Any, width: Any, channels: Any, mode: Any) -> DataFrame:
    """Binary pixels as Spark's image struct."""
    schema: Any = ImageSchema.columnSchema
    fields = {
        "origin": functions.lit("").cast("string"),
        "height": height,
        "width": width,
        "nChannels": channels,
        "mode": mode,
        "data": functions.col("image"),
    }
    struct = functions.struct(*(fields[field.name].cast(field.dataType).alias(field.name) for field in schema.fields))
    return frame.withColumn("image", struct)


def _selected(dataset: Any, column: str) -> tuple[DataFrame, Any]:
    """A column, called value, and its type."""
    frame = _java.frame(dataset)
    selected = frame.select(_java.named(frame, column).alias("value"))
    return selected, selected.schema["value"].dataType


def _structs(selected: DataFrame) -> pa.Table:
    """Height, width, channels, mode and data of selected image structs."""
    return _collect(selected.select("value.height", "value.width", "value.nChannels", "value.mode", "value.data"))


def _is_image(kind: Any) -> bool:
    names = {"height", "width", "nChannels", "mode", "data"}
    return isinstance(kind, StructType) and names <= set(kind.fieldNames())


def _collect(frame: DataFrame) -> pa.Table:
    import pyarrow as pa

    with _java.java_errors():
        if hasattr(frame, "toArrow"):
            return frame.toArrow()
        from pyspark.sql.pandas.types import to_arrow_schema

        return pa.Table.from_batches(frame._collect_as_arrow(), to_arrow_schema(frame.schema))  # type: ignore[operator]


def _check_struct(column: str, row: int, height: int, width: int, channels: int, mode: int, length: int) -> None:
    """Raises an error if this is no image of uint8 with 1 or 3 channels."""
    if height < 1 or width < 1 or _MODES.get(channels) != mode:
        raise InputError(
            f"row {row} of column '{column}' is {height}x{width}x{channels} of mode {mode}, but must be an image of "
            "uint8 with 1 or 3 channels"
        )
    if length != height * width * channels:
        raise InputError(
            f"row {row} of column '{column}' is {height}x{width}x{channels} and must have {height * width * channels} "
            f"bytes, but has {length}"
        )


def _stack(table: pa.Table, column: str) -> np.ndarray:
    """Images of one size out of a table height, width, channels, mode, data."""
    import pyarrow.compute as pc

    if table.num_rows == 0:
        raise InputError(f"column '{column}' has no rows, so the size of its images is unknown")
    nulls = table.column(4).null_count
    if nulls:
        raise InputError(f"column '{column}' is null in {nulls} of {table.num_rows} rows: filter them out first")
    kinds = [np.asarray(table.column(i)) for i in range(4)] + [np.asarray(pc.binary_length(table.column(4)))]
    different = np.zeros(table.num_rows, bool)
    for values in kinds:
        different |= values != values[0]
    for row in [0, *np.flatnonzero(different)[:1]]:
        _check_struct(column, int(row), *(int(values[row]) for values in kinds))
    if different.any():
        sizes = {tuple(int(values[row]) for values in kinds[:3]) for row in (0, int(np.argmax(different)))}
        some = " and ".join("x".join(map(str, size)) for size in sorted(sizes))
        raise InputError(f"images of column '{column}' have different sizes, such as {some}: use to_pil")
    height, width, channels = (int(values[0]) for values in kinds[:3])
    images = np.empty((table.num_rows, height, width, channels), np.uint8)
    at = 0
    for chunk in table.column(4).chunks:
        if len(chunk) == 0:
            continue
        _, ends, data = chunk.buffers()
        offset = np.int64 if "large" in str(chunk.type) else np.int32
        bounds = np.frombuffer(ends, offset)[chunk.offset : chunk.offset + len(chunk) + 1]
        block = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
        images[at : at + len(chunk)] = block.reshape(-1, height, width, channels)
        at += len(chunk)
    return images[..., 0] if channels == 1 else np.ascontiguousarray(images[..., ::-1])


def _rectangle(values: Any, column: str) -> np.ndarray:
    """Lists of one length as [n, length]."""
    if values.null_count:
        raise InputError(
            f"column '{column}' is null in {values.null_count} of {len(values)} rows: filter them out first"
        )
    if len(values) == 0:
        return np.empty((0, 0))
    lengths = np.asarray(values.value_lengths())
    if (lengths != lengths[0]).any():
        raise InputError(f"arrays of column '{column}' have different lengths, from {lengths.min()} to {lengths.max()}")
    return np.asarray(values.flatten().to_numpy(zero_copy_only=False)).reshape(len(values), int(lengths[0]))
