package ai.narrows.jobs.pack;

import ai.narrows.images.InputException;
import ai.narrows.images.source.ImageListing;
import ai.narrows.jobs.console.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The loop of a pack over the chunks that are still to be written: write, record, tell.
 *
 * @param listing all images
 * @param listed when they were listed, in milliseconds since 1970
 * @param plan how many make a chunk
 * @param state what is written and recorded
 * @param owner the right to record more
 */
public record Packing(
    ImageListing listing, long listed, PackPlan plan, PackState state, PackOwner owner) {

  /** The most names of images in a line. */
  private static final int SHOWN = 10;

  /** Writes a range of the listing as data files. */
  public interface Writer {
    /** Writes the images {@code from} to {@code to - 1} of the listing. */
    void write(int from, int to) throws IOException;
  }

  /** Writes all ranges that are not written yet. */
  public void run(Writer writer, Progress progress) throws IOException {
    int before = state.packed();
    if (before > 0) {
      progress.say(
          "Going on with an unfinished pack: %,d of %,d images are packed", before, listing.size());
    }
    long start = System.nanoTime();
    while (state.packed() < listing.size()) {
      int from = state.packed();
      int to = (int) Math.min(listing.size(), (long) from + plan.perChunk());
      try {
        writer.write(from, to);
      } catch (Exception e) { // Scala does not declare what it throws
        throw explained(e, progress);
      }
      owner.check();
      List<String> dropped = state.add(listing, from, to, listed);
      if (!dropped.isEmpty()) {
        progress.say("Left out %,d that cannot be read: %s", dropped.size(), shown(dropped));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      progress.say(
          "Packed %,d of %,d images, %,.0f images/s%s",
          to,
          listing.size(),
          (to - before) / seconds,
          left(listing.size() - to, (to - before) / seconds));
    }
  }

  private static String shown(List<String> ids) {
    String first = String.join(", ", ids.subList(0, Math.min(SHOWN, ids.size())));
    return ids.size() > SHOWN ? first + " and others" : first;
  }

  private static String left(int images, double perSecond) {
    return images == 0
        ? ""
        : String.format(Locale.ROOT, ", about %,.0f s left", Math.ceil(images / perSecond));
  }

  /** The failure with what stays of the work, which is nothing where no chunk was done. */
  private RuntimeException explained(Exception failure, Progress progress) throws IOException {
    if (state.packed() == 0) {
      if (owner.holds()) {
        owner.close();
        state.delete();
      }
    } else {
      String stays =
          String.format(
              Locale.ROOT,
              "%,d of %,d images are packed and stay in %s",
              state.packed(),
              listing.size(),
              state.directory());
      Optional<InputException> input = InputException.in(failure);
      if (input.isPresent()) {
        return new InputException(
            String.format(
                Locale.ROOT,
                "%s; %s: mend or remove the file and run the same command again",
                input.get().getMessage(),
                stays),
            failure);
      }
      progress.say("%s: the same command goes on from there", stays);
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failure);
  }
}
