package ai.narrows.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.nn.kernels.Cells;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Upsampling and pooling against their definitions, pixel by pixel. */
final class ResamplingTest extends LayerContract {

  @Override
  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Cells cells :
        List.of(
            new Cells(6, 4, 3, 2),
            new Cells(7, 5, 2, 2),
            new Cells(5, 7, 1, 3),
            new Cells(4, 3, 2, 5),
            new Cells(3, 2, 2, 1),
            new Cells(9, 1, 20, 4))) {
      cases.add(new Case(new NearestUpsampling(cells), (none, x) -> repeated(cells, x)));
      cases.add(new Case(new AveragePooling(cells), (none, x) -> means(cells, x)));
    }
    return cases;
  }

  private static double[] repeated(Cells cells, double[] x) {
    double[] out = new double[ROWS * cells.imageSize()];
    for (int i = 0; i < out.length; i++) {
      out[i] = x[cell(cells, i)];
    }
    return out;
  }

  private static double[] means(Cells cells, double[] x) {
    double[] sums = new double[ROWS * cells.size()];
    int[] pixels = new int[sums.length];
    for (int i = 0; i < x.length; i++) {
      sums[cell(cells, i)] += x[i];
      pixels[cell(cells, i)]++;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= pixels[i];
    }
    return sums;
  }

  /** Where among the cells' values a value of the images belongs. */
  private static int cell(Cells cells, int value) {
    int channel = value % cells.channels();
    int column = value / cells.channels() % cells.width() / cells.side();
    int row = value / cells.channels() / cells.width() % cells.height() / cells.side();
    int across = (cells.width() + cells.side() - 1) / cells.side();
    return value / cells.imageSize() * cells.size()
        + (row * across + column) * cells.channels()
        + channel;
  }

  @Test
  void hasNoWeights() {
    Layer pooling = new AveragePooling(new Cells(5, 7, 3, 2));
    assertThat(pooling.parameters()).isZero();
    assertThat(pooling.inputs()).isEqualTo(5 * 7 * 3);
    assertThat(pooling.outputs()).isEqualTo(3 * 4 * 3);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new Cells(4, 4, 1, 0))
        .hasMessage(
            "cells need sizes of at least 1, but have height 4, width 4, channels 1, side 0");
  }
}
