package ai.narrows.compat;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.Set;
import scala.collection.immutable.Map$;
import scala.collection.mutable.Builder;

/**
 * Scala's collections as Java's and back, with what Scala 2.12 and 2.13 both have. Views, but where
 * an immutable collection is given.
 */
@SuppressWarnings("deprecation") // what takes the place of JavaConverters is missing in Scala 2.12
public final class ScalaCollections {
  private ScalaCollections() {}

  /** A sequence as a list. */
  public static <T> List<T> asJava(Seq<T> items) {
    return JavaConverters.seqAsJavaList(items);
  }

  /** A set as a collection. */
  public static <T> Collection<T> asJava(Set<T> items) {
    return JavaConverters.setAsJavaSet(items);
  }

  /** A map as a map. */
  public static <K, V> Map<K, V> asJava(scala.collection.Map<K, V> entries) {
    return JavaConverters.mapAsJavaMap(entries);
  }

  /** An iterator as Scala's. */
  public static <T> scala.collection.Iterator<T> asScala(Iterator<T> items) {
    return JavaConverters.asScalaIterator(items);
  }

  /** A copy as an immutable list, which is the {@code Seq} of either version. */
  public static <T> scala.collection.immutable.List<T> copy(List<T> items) {
    return JavaConverters.asScalaBuffer(items).toList();
  }

  /** A copy as an immutable map. */
  public static <K, V> scala.collection.immutable.Map<K, V> copy(Map<K, V> entries) {
    Builder<Tuple2<K, V>, scala.collection.immutable.Map<K, V>> builder = Map$.MODULE$.newBuilder();
    entries.forEach((key, value) -> builder.$plus$eq(new Tuple2<>(key, value)));
    return builder.result();
  }
}
