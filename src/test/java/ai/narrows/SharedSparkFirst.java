package ai.narrows;

import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/** First the classes that share a Spark context, so that it is started once; then all others. */
public final class SharedSparkFirst implements ClassOrderer {

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context.getClassDescriptors().sort(Comparator.comparing(SharedSparkFirst::hasOwnSpark));
  }

  private static boolean hasOwnSpark(ClassDescriptor descriptor) {
    Class<?> type = descriptor.getTestClass();
    return SparkFixture.class.isAssignableFrom(type) && hasOwnSettings(type);
  }

  private static boolean hasOwnSettings(Class<?> type) {
    for (Class<?> at = type; at != SparkFixture.class; at = at.getSuperclass()) {
      for (var method : at.getDeclaredMethods()) {
        if (method.getName().equals("sparkSettings")) {
          return true;
        }
      }
    }
    return false;
  }
}
