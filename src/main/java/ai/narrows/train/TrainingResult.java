package ai.narrows.train;

import java.util.List;

/**
 * The end of a training.
 *
 * @param state of the best epoch where there are validation rows, otherwise of the last
 * @param bestEpoch the epoch this state is from, counted from 1
 * @param history one report per epoch, in order
 */
public record TrainingResult(TrainingState state, int bestEpoch, List<EpochReport> history) {
  public TrainingResult {
    history = List.copyOf(history);
  }
}
