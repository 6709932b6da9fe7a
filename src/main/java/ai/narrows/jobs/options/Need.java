package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * An option that acts only beside others.
 *
 * @param option its name
 * @param met whether it acts, as the others are given
 * @param reason why it does not where it does not: goes on from "has no effect"
 */
public record Need(String option, boolean met, String reason) {

  /** The same for several options. */
  public static List<Need> all(boolean met, String reason, String... options) {
    return Arrays.stream(options).map(option -> new Need(option, met, reason)).toList();
  }

  /**
   * Refuses options that are given and do not act.
   *
   * @param given whether the user has given an option
   */
  public static void check(List<Need> needs, Predicate<String> given) {
    for (Need need : needs) {
      if (!need.met && given.test(need.option)) {
        throw new InputException(need.option + " has no effect " + need.reason);
      }
    }
  }
}
