package ai.narrows.samples;

/** What can be wrong with a part that {@link PartPainter} draws. */
public enum PartDefect {
  /** One or two lines across the metal, light or dark, with a burr on one side. */
  SCRATCH,
  /** A patch of no particular shape: oil, rust, or something that sticks there. */
  BLOB,
  /** A piece broken out of the outer edge. */
  MISSING
}
