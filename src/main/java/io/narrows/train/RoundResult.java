package io.narrows.train;

import java.io.Serializable;

/**
 * What a round left behind.
 *
 * @param state after the round
 * @param examples rows seen
 * @param lossSum the objective's sum over these rows, each measured just before the step that used
 *     it
 * @param computeNanos time spent in steps; of several workers, the slowest one's
 */
public record RoundResult(TrainingState state, long examples, double lossSum, long computeNanos)
    implements Serializable {}
