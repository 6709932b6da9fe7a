package ai.narrows.distributed;

/** Which of the dealt rows a pass runs over. */
public enum Rows {
  /** Those that the network is fitted to. */
  TRAINING,
  /** Those whose loss chooses the best epoch and stops training early. */
  VALIDATION,
  /** Those that training never sees: what is computed on them holds for images yet to come. */
  CALIBRATION
}
