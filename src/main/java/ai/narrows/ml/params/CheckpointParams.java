package ai.narrows.ml.params;

import ai.narrows.distributed.Checkpoints;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of where training starts, and where it resumes.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface CheckpointParams<E extends Params> extends ParamOwner<E> {

  Definition<Param<String>, String> INIT_MODEL =
      Definition.text("initModel", "")
          .in(Group.CHECKPOINTS, "saved model to fine-tune")
          .note("empty = random initial weights");

  /**
   * Saved model to fine-tune.
   *
   * @group param
   */
  default Param<String> initModel() {
    return paramSet().of(INIT_MODEL);
  }

  /**
   * Value of {@link #initModel}.
   *
   * @group getParam
   */
  default String getInitModel() {
    return paramSet().value(INIT_MODEL);
  }

  /**
   * Sets {@link #initModel}.
   *
   * @group setParam
   */
  default E setInitModel(String value) {
    return paramSet().set(INIT_MODEL, value);
  }

  Definition<Param<String>, String> CHECKPOINT_DIR =
      Definition.text("checkpointDir", "")
          .in(
              Group.CHECKPOINTS,
              "directory of checkpoints, from which an interrupted training resumes to the same result")
          .note("empty = no checkpoints");

  /**
   * Directory of checkpoints.
   *
   * <p>It belongs to one training, so not to the many of a CrossValidator.
   *
   * @group param
   */
  default Param<String> checkpointDir() {
    return paramSet().of(CHECKPOINT_DIR);
  }

  /**
   * Value of {@link #checkpointDir}.
   *
   * @group getParam
   */
  default String getCheckpointDir() {
    return paramSet().value(CHECKPOINT_DIR);
  }

  /**
   * Sets {@link #checkpointDir}.
   *
   * @group setParam
   */
  default E setCheckpointDir(String value) {
    return paramSet().set(CHECKPOINT_DIR, value);
  }

  Definition<IntParam, Integer> CHECKPOINT_INTERVAL =
      Definition.integer("checkpointInterval", ">= 1", 1)
          .in(Group.CHECKPOINTS, "epochs between checkpoints")
          .note("the last epoch always has one");

  /**
   * Epochs between checkpoints.
   *
   * @group param
   */
  default IntParam checkpointInterval() {
    return paramSet().of(CHECKPOINT_INTERVAL);
  }

  /**
   * Value of {@link #checkpointInterval}.
   *
   * @group getParam
   */
  default int getCheckpointInterval() {
    return paramSet().value(CHECKPOINT_INTERVAL);
  }

  /**
   * Sets {@link #checkpointInterval}.
   *
   * @group setParam
   */
  default E setCheckpointInterval(int value) {
    return paramSet().set(CHECKPOINT_INTERVAL, value);
  }

  Definition<IntParam, Integer> KEEP_CHECKPOINTS =
      Definition.integer("keepCheckpoints", ">= 1", 2)
          .in(Group.CHECKPOINTS, "number of the latest checkpoints that are kept")
          .rarely();

  /**
   * Number of the latest checkpoints that are kept.
   *
   * @group expertParam
   */
  default IntParam keepCheckpoints() {
    return paramSet().of(KEEP_CHECKPOINTS);
  }

  /**
   * Value of {@link #keepCheckpoints}.
   *
   * @group expertGetParam
   */
  default int getKeepCheckpoints() {
    return paramSet().value(KEEP_CHECKPOINTS);
  }

  /**
   * Sets {@link #keepCheckpoints}.
   *
   * @group expertSetParam
   */
  default E setKeepCheckpoints(int value) {
    return paramSet().set(KEEP_CHECKPOINTS, value);
  }

  Definition<BooleanParam, Boolean> RESUME =
      Definition.flag("resume", false)
          .in(
              Group.CHECKPOINTS,
              "whether training resumes from the latest checkpoint in checkpointDir, if there is one");

  /**
   * Whether training resumes from the latest checkpoint.
   *
   * @group param
   */
  default BooleanParam resume() {
    return paramSet().of(RESUME);
  }

  /**
   * Value of {@link #resume}.
   *
   * @group getParam
   */
  default boolean getResume() {
    return paramSet().value(RESUME);
  }

  /**
   * Sets {@link #resume}.
   *
   * @group setParam
   */
  default E setResume(boolean value) {
    return paramSet().set(RESUME, value);
  }

  /**
   * The checkpoints to resume from and to write, if any.
   *
   * @throws ai.narrows.images.InputException if there are some which nobody asked to resume from,
   *     or all are damaged
   */
  default Checkpoints checkpoints(Configuration hadoop) {
    return getCheckpointDir().isEmpty()
        ? Checkpoints.none()
        : Checkpoints.open(
            getCheckpointDir(),
            new Checkpoints.Options(getCheckpointInterval(), getKeepCheckpoints(), getResume()),
            hadoop);
  }
}
