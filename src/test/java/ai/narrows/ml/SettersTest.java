package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Setters chain: each gives back the class that it was called on. */
class SettersTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        Autoencoder.class,
        AutoencoderModel.class,
        VariationalAutoencoder.class,
        VariationalAutoencoderModel.class,
        AnomalyEvaluator.class
      })
  void returnTheirOwnClass(Class<?> type) {
    List<Method> setters =
        Arrays.stream(type.getMethods())
            .filter(method -> method.getDeclaringClass().getName().startsWith("ai.narrows."))
            .filter(method -> method.getName().matches("set[A-Z].*") && !method.isBridge())
            .toList();
    assertThat(setters).hasSizeGreaterThan(4);
    assertThat(setters).allSatisfy(setter -> assertThat(returned(setter, type)).isEqualTo(type));
  }

  /** The return type that a caller of the class sees, type variables replaced. */
  private static Class<?> returned(Method method, Class<?> type) {
    TypeFactory types = TypeFactory.defaultInstance();
    JavaType declaring = types.constructType(type).findSuperType(method.getDeclaringClass());
    return types
        .resolveMemberType(method.getGenericReturnType(), declaring.getBindings())
        .getRawClass();
  }
}
