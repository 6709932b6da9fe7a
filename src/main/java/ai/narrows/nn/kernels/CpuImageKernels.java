package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.CpuKernels.cpu;

import java.util.Arrays;

/** {@link ImageKernels} of {@link CpuKernels}. */
final class CpuImageKernels implements ImageKernels {
  @Override
  public void unroll(int images, Matrix x, int from, Windows windows, Matrix patches) {
    int line = windows.columns() * windows.patchSize();
    float[] image = Scratch.get().run(0, windows.imageSize());
    float[] linePatches = Scratch.get().run(1, line);
    int at = 0;
    for (int i = 0; i < images; i++) {
      cpu(x).get((from + i) * windows.imageSize(), image, windows.imageSize());
      for (int y = 0; y < windows.rows(); y++, at += line) {
        WindowLoops.unroll(image, windows, y, linePatches);
        cpu(patches).put(at, linePatches, line);
      }
    }
  }

  @Override
  public void rollUp(int images, Matrix patches, Windows windows, Matrix x, int from) {
    int line = windows.columns() * windows.patchSize();
    float[] image = Scratch.get().run(0, windows.imageSize());
    float[] linePatches = Scratch.get().run(1, line);
    float[] side = Scratch.get().run(2, WindowLoops.sideLength(windows));
    float[] pieces = Scratch.get().run(3, WindowLoops.sideLength(windows));
    int at = 0;
    for (int i = 0; i < images; i++) {
      Arrays.fill(image, 0, windows.imageSize(), 0f);
      for (int y = 0; y < windows.rows(); y++, at += line) {
        cpu(patches).get(at, linePatches, line);
        WindowLoops.rollUp(linePatches, windows, y, image, side, pieces);
      }
      cpu(x).put((from + i) * windows.imageSize(), image, windows.imageSize());
    }
  }

  @Override
  public void sumCells(int images, Matrix x, Cells cells, Cells.Weight weight, Matrix y) {
    int line = cells.width() * cells.channels();
    int cellLine = cells.columns() * cells.channels();
    float[] sum = Scratch.get().run(0, line);
    float[] pixels = Scratch.get().run(1, line);
    float[] sums = Scratch.get().run(2, cellLine);
    int from = 0;
    int to = 0;
    for (int i = 0; i < images; i++) {
      for (int row = 0; row < cells.rows(); row++, to += cellLine) {
        cpu(x).get(from, sum, line);
        from += line;
        for (int k = 1; k < cells.height(row); k++, from += line) {
          cpu(x).get(from, pixels, line);
          FusedLoops.add(pixels, sum, line);
        }
        CellLoops.sum(sum, cells, sums);
        CellLoops.weigh(sums, cells, row, weight);
        cpu(y).put(to, sums, cellLine);
      }
    }
  }

  @Override
  public void repeatCells(int images, Matrix y, Cells cells, Cells.Weight weight, Matrix x) {
    int line = cells.width() * cells.channels();
    int cellLine = cells.columns() * cells.channels();
    float[] values = Scratch.get().run(0, cellLine);
    float[] pixels = Scratch.get().run(1, line);
    int from = 0;
    int to = 0;
    for (int i = 0; i < images; i++) {
      for (int row = 0; row < cells.rows(); row++, from += cellLine) {
        cpu(y).get(from, values, cellLine);
        CellLoops.weigh(values, cells, row, weight);
        CellLoops.repeat(values, cells, pixels);
        for (int k = 0; k < cells.height(row); k++, to += line) {
          cpu(x).put(to, pixels, line);
        }
      }
    }
  }

  @Override
  public void groupNormalizationForward(
      int images, Matrix x, Matrix gain, Matrix bias, Activation f, Matrix statistics, Matrix y) {
    NormalizationLoops.forward(images, cpu(x), cpu(gain), cpu(bias), f, cpu(statistics), cpu(y));
  }

  @Override
  public void groupNormalizationBackward(
      int images,
      Matrix x,
      Matrix statistics,
      Matrix gain,
      Matrix dy,
      Matrix dGain,
      Matrix dBias,
      Matrix dx) {
    NormalizationLoops.backward(
        images, cpu(x), cpu(statistics), cpu(gain), cpu(dy), cpu(dGain), cpu(dBias), cpu(dx));
  }
}
