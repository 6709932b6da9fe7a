package ai.narrows.message;

import java.io.Serializable;

/**
 * What Spark carries from one process to another as data: by a shuffle, a broadcast, a cache or as
 * a task's result. A cluster may have set that to Kryo, which cannot take records, so these are
 * plain classes with fields of plain classes, arrays and Java's own collections. Closures and what
 * they hold always go by Java's serialization and may be records.
 */
public interface Shipped extends Serializable {}
