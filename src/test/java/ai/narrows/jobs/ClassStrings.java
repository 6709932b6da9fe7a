package ai.narrows.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.xbean.asm9.AnnotationVisitor;
import org.apache.xbean.asm9.ClassReader;
import org.apache.xbean.asm9.ClassVisitor;
import org.apache.xbean.asm9.FieldVisitor;
import org.apache.xbean.asm9.Handle;
import org.apache.xbean.asm9.MethodVisitor;
import org.apache.xbean.asm9.Opcodes;

/** The texts in class files, and which methods call which: what a program can say. */
final class ClassStrings {
  private static final Path CLASSES = Path.of("target/classes");

  /** A method, or what a class's annotations say where the name is empty. */
  record Place(String owner, String name, String descriptor) {}

  private final Map<Place, List<String>> texts = new HashMap<>();
  private final Map<Place, Set<Place>> calls = new HashMap<>();
  private final Map<String, List<String>> parents = new TreeMap<>();

  /** Reads all classes of a package and those below it. */
  ClassStrings(String folder) throws IOException {
    try (var files = Files.walk(CLASSES.resolve(folder))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        read(file);
      }
    }
  }

  private void read(Path file) {
    try {
      ClassReader reader = new ClassReader(Files.readAllBytes(file));
      List<String> above = new ArrayList<>(List.of(reader.getInterfaces()));
      above.add(reader.getSuperName());
      parents.put(reader.getClassName(), above);
      reader.accept(new Reading(reader.getClassName()), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All texts by the classes that they are in. */
  Map<String, List<String>> byClass() {
    Map<String, List<String>> found = new TreeMap<>();
    texts.forEach(
        (place, said) ->
            found.computeIfAbsent(place.owner(), owner -> new ArrayList<>()).addAll(said));
    return found;
  }

  /**
   * What can be said by a class and by all that its methods call.
   *
   * @param others classes that are never meant where one of their parents is called
   */
  Map<Place, List<String>> saidBy(String root, Set<String> others) {
    Deque<Place> open = new ArrayDeque<>();
    calls.keySet().stream().filter(place -> place.owner().equals(root)).forEach(open::add);
    Set<Place> seen = new HashSet<>();
    Map<Place, List<String>> said = new HashMap<>();
    while (!open.isEmpty()) {
      Place place = open.poll();
      if (seen.add(place)) {
        said.put(place, texts.getOrDefault(place, List.of()));
        open.add(new Place(place.owner(), "<clinit>", "()V"));
        if (place.name().equals("<init>")) {
          open.add(new Place(place.owner(), "", ""));
        }
        for (Place called : calls.getOrDefault(place, Set.of())) {
          for (String owner : parents.keySet()) {
            if (!others.contains(owner) && mayBe(called, owner)) {
              open.add(new Place(owner, called.name(), called.descriptor()));
            }
          }
        }
      }
    }
    return said;
  }

  /** Whether a call may end in a class, which overrides the method or hands it down. */
  private boolean mayBe(Place called, String owner) {
    return called.name().equals("<init>")
        ? called.owner().equals(owner)
        : parents.containsKey(called.owner())
            && (isBelow(owner, called.owner()) || isBelow(called.owner(), owner));
  }

  private boolean isBelow(String owner, String ancestor) {
    return owner.equals(ancestor)
        || parents.getOrDefault(owner, List.of()).stream()
            .anyMatch(parent -> isBelow(parent, ancestor));
  }

  private final class Reading extends ClassVisitor {
    private final String owner;

    Reading(String owner) {
      super(Opcodes.ASM9);
      this.owner = owner;
    }

    private void say(Place place, Object value) {
      if (value instanceof String text) {
        texts.computeIfAbsent(place, p -> new ArrayList<>()).add(text);
      }
    }

    private AnnotationVisitor annotation() {
      Place place = new Place(owner, "", "");
      return new AnnotationVisitor(Opcodes.ASM9) {
        @Override
        public void visit(String name, Object value) {
          say(place, value);
        }

        @Override
        public AnnotationVisitor visitArray(String name) {
          return this;
        }
      };
    }

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
      return annotation();
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      return new FieldVisitor(Opcodes.ASM9) {
        @Override
        public AnnotationVisitor visitAnnotation(String type, boolean visible) {
          return annotation();
        }
      };
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      Place place = new Place(owner, name, descriptor);
      Set<Place> called = new HashSet<>();
      calls.put(place, called);
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitLdcInsn(Object value) {
          say(place, value);
        }

        @Override
        public void visitMethodInsn(
            int opcode, String to, String method, String type, boolean isInterface) {
          called.add(new Place(to, method, type));
        }

        @Override
        public void visitInvokeDynamicInsn(
            String method, String type, Handle bootstrap, Object... arguments) {
          for (Object argument : arguments) {
            say(place, argument);
            if (argument instanceof Handle handle) {
              called.add(new Place(handle.getOwner(), handle.getName(), handle.getDesc()));
            }
          }
        }
      };
    }
  }
}
