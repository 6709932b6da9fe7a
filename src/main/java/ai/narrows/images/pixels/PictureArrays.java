package ai.narrows.images.pixels;

import ai.narrows.images.decode.Picture;

/** Pictures in arrays of arrays of whole numbers, which are uint8. */
record PictureArrays(NestedArrays arrays, boolean signed) implements Pictures {

  @Override
  public Picture of(Object cell) {
    NestedArrays.Grid grid = arrays.of(cell);
    double[] numbers = grid.numbers();
    if (signed) {
      FlatValues.unsigned(numbers);
    }
    return new Picture(grid.shape(), false, FlatValues.bytes(numbers));
  }
}
