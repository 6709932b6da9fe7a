package ai.narrows.train;

import java.io.Serializable;

/**
 * One line of the training history.
 *
 * @param epoch counted from 1
 * @param loss the training objective's mean over the rows, each measured just before the step that
 *     used it
 * @param validationLoss the loss's mean over the validation rows after the epoch; NaN without
 *     validation rows
 * @param imagesPerSecond training rows over the wall time of the epoch's rounds
 * @param communicationShare share of that time in which not even the slowest worker computed, in
 *     [0, 1]
 * @param seconds wall time of the epoch, validation included
 */
public record EpochReport(
    int epoch,
    double loss,
    double validationLoss,
    double imagesPerSecond,
    double communicationShare,
    double seconds)
    implements Serializable {}
