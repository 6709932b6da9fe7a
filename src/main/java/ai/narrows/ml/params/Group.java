package ai.narrows.ml.params;

/** Subjects of params, in the order in which help and documentation show them. */
public enum Group {
  /** What the network is made of. */
  NETWORK("Network"),
  /** What training minimizes. */
  OBJECTIVE("Objective"),
  /** How weights follow from gradients. */
  OPTIMIZER("Optimizer"),
  /** How long training takes, and on what. */
  TRAINING("Training"),
  /** How workers share it. */
  AVERAGING("Distributed training"),
  /** What changes by chance from epoch to epoch. */
  AUGMENTATION("Augmentation"),
  /** Where images come from. */
  INPUT("Input"),
  /** What is done to all of them. */
  PREPROCESSING("Preprocessing"),
  /** What extracts features from them. */
  BACKBONE("Backbone"),
  /** Where training starts, and where it resumes. */
  CHECKPOINTS("Checkpoints and fine-tuning"),
  /** What the anomaly score is, and from where on it is one. */
  SCORING("Scoring"),
  /** What transform appends. */
  OUTPUT("Output columns"),
  /** What scores are measured by. */
  EVALUATION("Evaluation");

  private final String heading;

  Group(String heading) {
    this.heading = heading;
  }

  /** How help and documentation call it. */
  public String heading() {
    return heading;
  }
}
