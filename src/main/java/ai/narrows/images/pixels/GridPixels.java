package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;

/** Pixels of floats that have a shape: arrays of arrays. They are never resized nor converted. */
final class GridPixels implements Pixels {

  private static final long serialVersionUID = 1L;

  private final NestedArrays arrays;
  private final InputRange range;
  private final Preprocessing preprocessing;

  GridPixels(NestedArrays arrays, InputRange range, Preprocessing preprocessing) {
    this.arrays = arrays;
    this.range = range;
    this.preprocessing = preprocessing;
  }

  @Override
  public boolean bytes() {
    return false;
  }

  @Override
  public boolean shaped() {
    return true;
  }

  @Override
  public Opened open(Object cell) {
    NestedArrays.Grid grid = arrays.of(cell);
    float[] floats = new float[grid.shape().size()];
    range.read(grid.numbers(), floats, 0);
    return new OpenGrid(grid.shape(), floats);
  }

  /** A cell's image as floats, [shape]. */
  private final class OpenGrid implements Opened {
    private final ImageShape shape;
    private final float[] floats;

    OpenGrid(ImageShape shape, float[] floats) {
      this.shape = shape;
      this.floats = floats;
    }

    @Override
    public ImageShape shape() {
      check(preprocessing.apply(shape));
      return shape;
    }

    @Override
    public void readBytes(ImageShape expected, byte[] target, int at) {
      throw new IllegalStateException("floats are no bytes; read them as floats");
    }

    @Override
    public void readFloats(ImageShape expected, float[] target, int at) {
      if (!expected.isVector() || expected.size() != shape.size()) {
        check(expected);
      }
      System.arraycopy(floats, 0, target, at, floats.length);
    }

    private void check(ImageShape expected) {
      if (!expected.equals(shape)) {
        throw new InputException(
            "is %s, but %s is expected; only images of whole numbers from 0 to 255 are resized and converted"
                .formatted(shape, expected));
      }
    }
  }
}
