package io.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
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
        VariationalAutoencoderModel.class
      })
  void returnTheirOwnClass(Class<?> type) {
    List<Method> setters =
        Arrays.stream(type.getMethods())
            .filter(method -> method.getDeclaringClass().getName().startsWith("io.narrows."))
            .filter(method -> method.getName().matches("set[A-Z].*") && !method.isBridge())
            .toList();
    assertThat(setters).hasSizeGreaterThan(5);
    assertThat(setters).allSatisfy(setter -> assertThat(returned(setter, type)).isEqualTo(type));
  }

  /** The return type that a caller of the class sees, type variables of its parent replaced. */
  private static Type returned(Method method, Class<?> type) {
    Type returned = method.getGenericReturnType();
    if (returned instanceof TypeVariable<?> variable
        && type.getGenericSuperclass() instanceof ParameterizedType parent
        && parent.getRawType() == method.getDeclaringClass()) {
      int index = List.of(method.getDeclaringClass().getTypeParameters()).indexOf(variable);
      return index < 0 ? returned : parent.getActualTypeArguments()[index];
    }
    return returned;
  }
}
