package ai.narrows.ml.metrics;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * What tasks have found out, brought to the driver by Java's serialization, as Spark brings its
 * closures: Kryo, which a cluster may be set to, cannot take records.
 */
final class Collected {
  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

  private Collected() {}

  /** The elements in the order of the partitions. */
  @SuppressWarnings("unchecked") // what was written is what is read
  static <T extends Serializable> List<T> of(JavaRDD<T> rdd) {
    SerializerInstance java = java();
    ClassLoader loader = Collected.class.getClassLoader(); // the thread's may be a notebook's
    return rdd.map(Collected::bytes).collect().stream()
        .map(bytes -> (T) java.deserialize(ByteBuffer.wrap(bytes), loader, ANY))
        .toList();
  }

  private static byte[] bytes(Object value) {
    ByteBuffer written = java().serialize(value, ANY);
    byte[] bytes = new byte[written.remaining()];
    written.get(bytes);
    return bytes;
  }

  private static SerializerInstance java() {
    return SparkEnv.get().closureSerializer().newInstance();
  }
}
