package ai.narrows;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Whatever is public or protected has its words, and so has every component of a public record. The
 * compiler sees to what is wrong in comments (doclint); here it is about those that are missing.
 * What overrides something has the words of what it overrides.
 */
class JavadocTest {
  @Test
  void everythingThatUsersSeeHasItsWords() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> missing = new ArrayList<>();
    try (Stream<Path> all = Files.walk(Path.of("src/main/java"));
        StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources = all.filter(file -> file.toString().endsWith(".java")).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(sources));
      Visit visit = new Visit(DocTrees.instance(task), missing);
      for (CompilationUnitTree source : task.parse()) {
        visit.scan(source, null);
      }
      assertThat(visit.seen).isGreaterThan(500);
    }
    assertThat(missing).isEmpty();
  }

  /** Goes through what can be seen from outside. */
  private static final class Visit extends TreePathScanner<Void, Void> {
    private final DocTrees docs;
    private final List<String> missing;
    private int seen;

    Visit(DocTrees docs, List<String> missing) {
      this.docs = docs;
      this.missing = missing;
    }

    @Override
    public Void visitClass(ClassTree type, Void none) {
      if (!isVisible(type.getModifiers())) {
        return null;
      }
      need(type.getSimpleName());
      if (type.getKind() == Kind.RECORD) {
        Set<String> described = described();
        for (String component : names(components(type))) {
          if (!described.contains(component)) {
            missing.add(place() + type.getSimpleName() + ", @param " + component);
          }
        }
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void none) {
      boolean overrides =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
      if (isVisible(method.getModifiers()) && !overrides && !isCanonical(method)) {
        need(method.getName());
      }
      return null;
    }

    /** A record's own constructor, whose parameters the record has words for. */
    private boolean isCanonical(MethodTree method) {
      return method.getReturnType() == null
          && parent() instanceof ClassTree type
          && type.getKind() == Kind.RECORD
          && names(method.getParameters()).equals(names(components(type)));
    }

    private static List<String> names(List<? extends VariableTree> variables) {
      return variables.stream().map(variable -> variable.getName().toString()).toList();
    }

    private static List<VariableTree> components(ClassTree type) {
      return type.getMembers().stream()
          .filter(VariableTree.class::isInstance)
          .map(VariableTree.class::cast)
          .filter(member -> !member.getModifiers().getFlags().contains(Modifier.STATIC))
          .toList();
    }

    @Override
    public Void visitVariable(VariableTree field, Void none) {
      if (isVisible(field.getModifiers()) && !isDefinition(field)) {
        need(field.getName());
      }
      return null;
    }

    /** A param's definition is made of words. */
    private static boolean isDefinition(VariableTree field) {
      return field.getType().toString().startsWith("Definition<");
    }

    /** Members of interfaces are public without saying so. */
    private boolean isVisible(ModifiersTree modifiers) {
      Set<Modifier> flags = modifiers.getFlags();
      return flags.contains(Modifier.PUBLIC)
          || flags.contains(Modifier.PROTECTED)
          || (!flags.contains(Modifier.PRIVATE) && parent().getKind() == Kind.INTERFACE);
    }

    private Tree parent() {
      return getCurrentPath().getParentPath().getLeaf();
    }

    private void need(CharSequence name) {
      seen++;
      if (docs.getDocCommentTree(getCurrentPath()) == null) {
        missing.add(place() + name);
      }
    }

    /** Names that the comment at hand has a {@code @param} for. */
    private Set<String> described() {
      DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
      return comment == null
          ? Set.of()
          : comment.getBlockTags().stream()
              .filter(tag -> tag.getKind() == DocTree.Kind.PARAM)
              .map(tag -> ((ParamTree) tag).getName().toString())
              .collect(Collectors.toSet());
    }

    private String place() {
      StringBuilder place = new StringBuilder();
      for (TreePath at = getCurrentPath().getParentPath(); at != null; at = at.getParentPath()) {
        if (at.getLeaf() instanceof ClassTree type) {
          place.insert(0, type.getSimpleName() + ".");
        }
      }
      return place.toString();
    }
  }
}
