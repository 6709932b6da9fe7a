package ai.narrows.train;

/**
 * Where an epoch stands after one of its rounds.
 *
 * @param epoch counted from 1
 * @param epochs that training has at most
 * @param round counted from 1
 * @param rounds of this epoch
 * @param images training rows of the epoch so far
 * @param loss the training objective's mean over the rows of the epoch so far, as in {@link
 *     EpochReport}
 * @param imagesPerSecond training rows of the epoch so far over the wall time of its rounds
 * @param communicationShare share of that time in which not even the slowest worker computed, in
 *     [0, 1]
 */
public record RoundReport(
    int epoch,
    int epochs,
    int round,
    int rounds,
    long images,
    double loss,
    double imagesPerSecond,
    double communicationShare) {

  /** Share of the whole training that is done, in (0, 1]; less is to do where it stops early. */
  public double done() {
    return (epoch - 1 + (double) round / rounds) / epochs;
  }
}
