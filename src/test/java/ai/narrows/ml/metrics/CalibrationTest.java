package ai.narrows.ml.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {
  private static final double PRECISION = 1e-6;

  /**
   * The rate is at most r just where l or more of n uniform numbers are at most r, which a binomial
   * distribution counts.
   */
  @ParameterizedTest
  @CsvSource({"99,0.01", "600,0.02", "30,0.01", "5000,0.3", "20,0", "1,0.5"})
  void boundsAreThoseOfOrderStatistics(int images, double rate) {
    Calibration calibration = new Calibration("calibration", images, rate);
    Bootstrap.Interval rates = calibration.falsePositiveRate().orElseThrow();
    int rank = (int) calibration.rank();
    assertThat(atLeast(rank, images, rates.low())).isCloseTo(0.025, within(PRECISION * images));
    assertThat(atLeast(rank, images, rates.high())).isCloseTo(0.975, within(PRECISION * images));
  }

  private static double atLeast(int rank, int images, double rate) {
    return 1 - new BinomialDistribution(null, images, rate).cumulativeProbability(rank - 1);
  }

  @Test
  void nothingIsKnownOfRowsThatTheNetworkWasFittedTo() {
    Calibration training = new Calibration("training", 100, 0.02);
    assertThat(training.falsePositiveRate()).isEmpty();
    assertThat(training.rank()).isEqualTo(3);
    assertThat(training.shortfall("contamination")).isEmpty();
    assertThat(training).hasToString("100 training images");
    assertThat(Calibration.NONE.falsePositiveRate()).isEmpty();
    assertThat(Calibration.NONE.rank()).isZero();
    assertThat(Calibration.NONE).hasToString("");
  }

  @Test
  void saysWhatIsTooFew() {
    assertThat(new Calibration("calibration", 99, 0.01).shortfall("contamination")).isEmpty();
    assertThat(new Calibration("normal", 20, 0).shortfall("contamination")).isEmpty();
    assertThat(new Calibration("validation", 98, 0.01).shortfall("contamination"))
        .contains(
            "contamination 0.01 needs at least 99 images that the model was not trained on, but there are 98: the"
                + " threshold is the highest of their scores, above which 0.010 of such images are expected");
  }

  @Test
  void inWords() {
    assertThat(new Calibration("calibration", 600, 0.02))
        .hasToString("600 calibration images, false positive rate 0.010 to 0.033 (95 %)");
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new Calibration("any", 1, 0)).hasMessageContaining("but is 'any'");
    assertThatThrownBy(() -> new Calibration("normal", 0, 0))
        .hasMessage("the threshold cannot rest on 0 normal images");
    assertThatThrownBy(() -> new Calibration("none", 3, 0))
        .hasMessage("the threshold cannot rest on 3 none images");
    assertThatThrownBy(() -> new Calibration("normal", 3, 1))
        .hasMessage("the threshold's rate must be at least 0 and below 1, but is 1.0");
  }
}
