package io.narrows.ml;

import io.narrows.train.EpochReport;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * How a model was trained.
 *
 * @param rows training rows
 * @param validationRows rows kept for validation
 * @param workers that shared the rows
 * @param averagingFrequency minibatches between averagings
 * @param bestEpoch the epoch whose parameters were kept, from 1
 * @param history one report per epoch
 * @param params every param of the estimator with its value, as JSON text
 */
public record TrainingSummary(
    long rows,
    long validationRows,
    int workers,
    int averagingFrequency,
    int bestEpoch,
    List<EpochReport> history,
    Map<String, String> params)
    implements Serializable {
  public TrainingSummary {
    history = List.copyOf(history);
    params = Map.copyOf(params);
  }
}
